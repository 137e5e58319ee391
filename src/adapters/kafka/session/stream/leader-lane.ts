import { codeFailure, isPassing } from '../../connection/failures.ts'
import type { Brokers } from '../../groups/brokers.ts'
import type { BrokerAddress } from '../../options.ts'
import { ERROR } from '../../wire/error-codes.ts'
import { keyOf } from '../partition-key.ts'
import { pause } from '../pause.ts'
import { FETCH, type FetchAnswer, type FetchedRecords } from '../requests/fetch.ts'
import type { PartitionStream } from './partition-stream.ts'

const LONG_WAIT_MS = 500
/** While partitions are not asked for because enough of them is read ahead: they may run dry. */
const SHORT_WAIT_MS = 25
/** While the other connection waits long, and nothing else is to be fetched. */
const LAST_WAIT_MS = 100
const RESPONSE_BYTES = 4 << 20
const LEADER_GONE_MS = 200

/** A stream with what the leader needs to hear about it. */
export interface LedStream {
  readonly stream: PartitionStream
  readonly leaderEpoch: number
}

/** What a lane needs to know. */
export interface LaneSurroundings {
  /** Every stream of the leader. */
  led(): readonly LedStream[]
  /** Bytes of a partition in a response; one with less than that read ahead is fetched. */
  partitionBytes(): number
  /** An answer with a code about one partition. */
  coded(stream: PartitionStream, part: FetchedRecords, asked: number): void
  /** The leader did not answer. @param isNews whether it did the time before */
  broken(error: unknown, isNews: boolean): void
}

/**
 * Fetches the streams of one leader over two connections. One of them may wait long for partitions
 * where nothing happens; then the other one is there for those that run dry meanwhile.
 */
export class LeaderLane {
  private readonly address: BrokerAddress
  private readonly around: LaneSurroundings
  private readonly ending = new AbortController()
  private inFlight = 0
  private answers = 0
  private isBroken = false
  private wakes: (() => void)[] = []

  constructor(address: BrokerAddress, around: LaneSurroundings) {
    this.address = address
    this.around = around
  }

  /** Fetches until it is stopped. Never rejects. @param pools one per connection */
  async run(pools: readonly Brokers[]): Promise<void> {
    await Promise.all(pools.map((brokers) => this.fetchOver(brokers, pools.length)))
  }

  /** Streams may be in need of bytes. */
  wake(): void {
    for (const wake of this.wakes.splice(0)) wake()
  }

  stop(): void {
    this.ending.abort()
    this.wake()
  }

  private async fetchOver(brokers: Brokers, connections: number): Promise<void> {
    while (!this.ending.signal.aborted) {
      const led = this.around.led()
      const due = this.due(led)
      if (due.length === 0) {
        await this.work(led)
        continue
      }
      const flight = {}
      for (const { stream } of due) stream.flight = flight
      this.inFlight++
      try {
        await this.fetch(brokers, due, this.waitMs(led, connections))
      } catch (error) {
        await this.afterFailure(error, due)
      } finally {
        this.inFlight--
        for (const { stream } of due) if (stream.flight === flight) stream.flight = null
      }
      // What only this request kept from the other connection.
      this.wake()
    }
  }

  /** Nobody is left for partitions that run dry, or are read elsewhere, while the last one waits. */
  private waitMs(led: readonly LedStream[], connections: number): number {
    if (this.inFlight < connections) return LONG_WAIT_MS
    return led.some(({ stream }) => stream.flight === null) ? SHORT_WAIT_MS : LAST_WAIT_MS
  }

  /** Those to ask for, the one that was served longest ago first: responses are cut at the end. */
  private due(led: readonly LedStream[]): LedStream[] {
    const enough = this.around.partitionBytes()
    const now = performance.now()
    return led
      .filter(({ stream }) => {
        if (stream.flight !== null || stream.isClosed || stream.hasFailed) return false
        return stream.bufferedBytes < enough && stream.restsUntil <= now
      })
      .sort((a, b) => a.stream.servedAt - b.stream.servedAt)
  }

  private async fetch(brokers: Brokers, due: readonly LedStream[], maxWaitMs: number) {
    const from = due.map(({ stream, leaderEpoch }) => ({
      topic: stream.topic,
      partition: stream.partition,
      leaderEpoch,
      offset: stream.fetchAt,
    }))
    const broker = await brokers.at(this.address)
    const partitionBytes = this.around.partitionBytes()
    const asked = { from, maxWaitMs, responseBytes: RESPONSE_BYTES, partitionBytes }
    this.deliver(
      due.map(({ stream }) => stream),
      from.map(({ offset }) => offset),
      await broker.ask(FETCH, asked),
    )
  }

  private deliver(
    streams: readonly PartitionStream[],
    asked: readonly number[],
    { code, parts }: FetchAnswer,
  ): void {
    if (code !== ERROR.none) throw codeFailure(code, 'fetch')
    const places = new Map(streams.map((stream, i) => [keyOf(stream), i]))
    this.answers++
    this.isBroken = false
    for (const part of parts) {
      const place = places.get(keyOf(part))
      if (place === undefined) continue
      const stream = streams[place]!
      if (part.code !== ERROR.none) this.around.coded(stream, part, asked[place]!)
      else stream.arrived(part, asked[place]!)
      // A batch that is cut at the end of a response comes whole when it is asked for first.
      if (stream.fetchAt !== asked[place]!) stream.servedAt = this.answers
    }
  }

  private async afterFailure(error: unknown, due: readonly LedStream[]): Promise<void> {
    if (this.ending.signal.aborted) return
    if (isPassing(error)) {
      this.around.broken(error, !this.isBroken)
      this.isBroken = true
    } else for (const { stream } of due) stream.fail(error)
    await pause(LEADER_GONE_MS, this.ending.signal)
  }

  /** Waits until there is something to do, or a stream has rested. */
  private async work(led: readonly LedStream[]): Promise<void> {
    const now = performance.now()
    const rests = led
      .map(({ stream }) => stream.restsUntil - now)
      .filter((ms) => ms > 0 && Number.isFinite(ms))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.wakes.push(resolve)
    const timer = rests.length === 0 ? null : setTimeout(resolve, Math.min(...rests) + 1)
    await promise
    if (timer !== null) clearTimeout(timer)
  }
}

import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import type { PolledBatch, PollRequest } from '../../../../ports/consumer-source.ts'
import { Decompressors } from '../../codecs/decompressors.ts'
import { codeFailure } from '../../connection/failures.ts'
import type { Brokers } from '../../groups/brokers.ts'
import { addressText, type BrokerAddress } from '../../options.ts'
import { ERROR, LEADER_MOVED } from '../../wire/error-codes.ts'
import { outOfRange, topicDenied } from '../failures.ts'
import { keyOf } from '../partition-key.ts'
import { BackOff } from '../pause.ts'
import type { FetchedRecords } from '../requests/fetch.ts'
import type { TopicWatch } from '../topic-watch.ts'
import { LeaderLane, type LedStream } from './leader-lane.ts'
import { PartitionStream } from './partition-stream.ts'

/** Of one partition in a response, as long as not too many partitions share the memory. */
const PARTITION_BYTES_MAX = 1 << 20
const PARTITION_BYTES_MIN = 1 << 16
/** About twice as much is read ahead at most, over all partitions. */
const MEMORY_BYTES = 32 << 20
/** Leaders take a moment to move. */
const MOVED_MS = 100

/** What streams need of the session. */
export interface StreamSurroundings {
  /** One per connection to a leader. */
  readonly pools: readonly Brokers[]
  readonly topics: TopicWatch
  /** Where a partition goes on whose position the log does not have; null: nowhere. */
  startOf(partition: TopicPartition): Promise<number | null>
  problem(error: unknown): void
}

/** Everything that is read: a stream per partition that is ours, and a lane per leader. */
export class Streams {
  private readonly around: StreamSurroundings
  private readonly codecs = new Decompressors()
  private readonly streams = new Map<string, PartitionStream>()
  private readonly lanes = new Map<string, LeaderLane>()
  private readonly ending = new AbortController()
  /** By leader; null: to be made anew. */
  private led: Map<string, LedStream[]> | null = null
  private finding = false
  private readonly patience = new BackOff()

  constructor(around: StreamSurroundings) {
    this.around = around
    around.topics.onRefresh(() => this.changed())
  }

  open(partition: TopicPartition, position: number): void {
    const key = keyOf(partition)
    this.streams.get(key)?.close()
    this.streams.set(key, new PartitionStream(partition, position))
    this.changed()
  }

  /** Polls that wait get null. */
  close(partition: TopicPartition): void {
    const key = keyOf(partition)
    this.streams.get(key)?.close()
    this.streams.delete(key)
    this.led = null
  }

  stop(): void {
    this.ending.abort()
    for (const stream of this.streams.values()) stream.close()
    this.streams.clear()
    for (const lane of this.lanes.values()) lane.stop()
  }

  /** As `GroupSession.poll`. */
  async poll(
    partition: TopicPartition,
    { from, maxMessages, signal }: PollRequest,
  ): Promise<PolledBatch | null> {
    const stream = this.streams.get(keyOf(partition))
    if (stream === undefined) return null
    if (stream.seek(from)) this.wakeLaneOf(stream)
    for (;;) {
      if (stream.isClosed || signal.aborted) return null
      const enough = this.partitionBytes()
      const before = stream.hasFailed ? enough : stream.bufferedBytes
      let batch: PolledBatch | null
      try {
        batch = stream.take(maxMessages, this.codecs)
      } finally {
        if (before >= enough && stream.bufferedBytes < enough) this.wakeLaneOf(stream)
      }
      if (batch !== null) return batch
      await stream.changed(signal)
    }
  }

  private partitionBytes(): number {
    const share = Math.floor(MEMORY_BYTES / Math.max(1, this.streams.size))
    return Math.max(PARTITION_BYTES_MIN, Math.min(PARTITION_BYTES_MAX, share))
  }

  private wakeLaneOf({ topic, partition }: PartitionStream): void {
    const leader = this.around.topics.partition({ topic, partition })?.leader
    if (leader !== undefined && leader !== null) this.lanes.get(addressText(leader))?.wake()
  }

  /** Streams or leaders are others than before. */
  private changed(): void {
    this.led = null
    if (this.ending.signal.aborted) return
    let isComplete = true
    for (const stream of this.streams.values()) {
      const leader = this.around.topics.partition(stream)?.leader ?? null
      if (leader === null) isComplete = false
      else this.laneTo(leader)
    }
    for (const lane of this.lanes.values()) lane.wake()
    if (isComplete) this.patience.reset()
    else this.findLeaders()
  }

  private laneTo(leader: BrokerAddress): void {
    const name = addressText(leader)
    if (this.lanes.has(name)) return
    const lane = new LeaderLane(leader, {
      led: () => this.ledBy(name),
      partitionBytes: () => this.partitionBytes(),
      coded: (stream, part, asked) => this.coded(stream, part, asked),
      broken: (error, isNews) => {
        if (isNews) this.around.problem(error)
        this.findLeaders()
      },
    })
    this.lanes.set(name, lane)
    void lane.run(this.around.pools)
  }

  private ledBy(name: string): readonly LedStream[] {
    this.led ??= this.byLeader()
    return this.led.get(name) ?? []
  }

  private byLeader(): Map<string, LedStream[]> {
    const led = new Map<string, LedStream[]>()
    for (const stream of this.streams.values()) {
      const known = this.around.topics.partition(stream)
      if (known === undefined || known.leader === null) continue
      const name = addressText(known.leader)
      const own = led.get(name)
      const entry = { stream, leaderEpoch: known.epoch }
      if (own === undefined) led.set(name, [entry])
      else own.push(entry)
    }
    return led
  }

  private coded(stream: PartitionStream, part: FetchedRecords, asked: number): void {
    const { code } = part
    if (LEADER_MOVED.has(code)) {
      stream.restsUntil = performance.now() + MOVED_MS
      this.findLeaders()
    } else if (code === ERROR.offsetOutOfRange) {
      stream.restsUntil = Number.POSITIVE_INFINITY
      void this.moveOn(stream, asked)
    } else if (code === ERROR.topicAuthorizationFailed) stream.fail(topicDenied(stream.topic))
    else stream.fail(codeFailure(code, `fetch from ${stream.topic}#${stream.partition}`))
  }

  /** Never rejects. */
  private async moveOn(stream: PartitionStream, asked: number): Promise<void> {
    try {
      const next = await this.around.startOf(stream)
      const error = outOfRange(stream, asked, next)
      if (next === null) stream.fail(error)
      else if (stream.fetchAt === asked && !stream.isClosed) {
        this.around.problem(error)
        stream.moveTo(next, asked)
      }
    } catch (error) {
      this.around.problem(error)
    }
    stream.restsUntil = 0
    this.wakeLaneOf(stream)
  }

  /** Asks for leaders anew, a moment later, and later each time. Never rejects. */
  private findLeaders(): void {
    if (this.finding || this.ending.signal.aborted) return
    this.finding = true
    void (async () => {
      await this.patience.wait(this.ending.signal)
      this.finding = false
      if (this.ending.signal.aborted) return
      try {
        await this.around.topics.refresh()
      } catch (error) {
        if (!this.ending.signal.aborted) this.around.problem(error)
        this.findLeaders()
      }
    })()
  }
}

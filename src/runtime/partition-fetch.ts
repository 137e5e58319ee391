import type { TopicPartition } from '../domain/model/cluster.ts'
import type { Arrival, Arrivals, PartitionArrivals } from '../domain/virtual/arrivals.ts'
import type { Clock } from '../ports/clock.ts'
import type { GroupSession, PolledBatch } from '../ports/consumer-source.ts'
import type { PartitionFilters } from './filters/partition-filters.ts'
import { HeldMessage } from './held-message.ts'
import type { ResolvedTopic } from './settings/resolved-settings.ts'

/** A batch as the coordinator takes it. */
export type FetchedBatch = FilteredBatch & Arrival

interface FilteredBatch {
  readonly messages: readonly HeldMessage[]
  readonly offsets: readonly number[]
  readonly dropped: Uint8Array | null
  readonly next: number
  readonly end: number
}

/** Why messages wait that are there. */
export interface Hold {
  readonly reason: 'throttle' | 'delay'
  readonly offset: number
  readonly ms: number
}

/** Messages that were fetched and may not go on yet (L7). */
interface HeldBack {
  readonly messages: readonly HeldMessage[]
  readonly offsets: readonly number[]
  readonly next: number
  readonly end: number
}

/** What fetching needs from around it. */
export interface FetchSettings {
  readonly place: TopicPartition
  readonly topic: Pick<ResolvedTopic, 'maxMessages' | 'maxWaitMs' | 'deserializer'>
  readonly session: Pick<GroupSession, 'poll'>
  readonly clock: Clock
  readonly arrivals: Arrivals
  /** null: nothing is filtered. */
  readonly filters: PartitionFilters | null
  held(hold: Hold): void
}

/** Fetches the batches of one partition and runs the filters over them, before they are split (L7). */
export class PartitionFetch {
  private readonly settings: FetchSettings
  private readonly part: PartitionArrivals
  private heldBack: HeldBack | null = null

  constructor(settings: FetchSettings) {
    this.settings = settings
    this.part = settings.arrivals.open()
  }

  /** The next batch at or after the offset; null when the signal was aborted. @throws BrokerError */
  async batchFrom(from: number, signal: AbortSignal): Promise<FetchedBatch | null> {
    const batch = await this.filteredFrom(from, signal)
    if (batch === null) return null
    const { messages, next, end } = batch
    const fetched = { from, next, end, messages: messages.length }
    return { ...batch, ...this.settings.arrivals.take(this.part, fetched) }
  }

  /** Nothing is fetched any more. */
  close(): void {
    this.settings.arrivals.close(this.part)
  }

  private async filteredFrom(start: number, signal: AbortSignal): Promise<FilteredBatch | null> {
    const { filters, clock } = this.settings
    let from = start
    for (;;) {
      const fetched = await this.fetched(from, signal)
      if (fetched === null || signal.aborted) return null
      if (filters === null || fetched.messages.length === 0) return { ...fetched, dropped: null }
      const { dropped, droppedCount, take, hold } = filters.apply(
        fetched.messages,
        fetched.offsets,
        clock.now(),
      )
      const flags = droppedCount === 0 ? null : dropped
      if (hold === null) return { ...fetched, dropped: flags }
      this.heldBack = rest(fetched, take)
      if (take > 0) return front(fetched, take, flags)
      const offset = fetched.offsets[0]!
      this.settings.held({ reason: hold.reason, offset, ms: hold.waitMs })
      await this.waited(hold.waitMs, signal)
      if (signal.aborted) return null
      from = offset
    }
  }

  private async fetched(from: number, signal: AbortSignal): Promise<HeldBack | null> {
    const { heldBack } = this
    this.heldBack = null
    if (heldBack !== null && heldBack.offsets[0] === from) return heldBack
    const polled = await this.poll(from, this.settings.topic.maxMessages, signal)
    if (polled === null) return null
    return this.held(await this.filled(polled, signal))
  }

  /** Waits for more messages where the batch is not full (`maxWaitMs`). */
  private async filled(first: PolledBatch, signal: AbortSignal): Promise<PolledBatch> {
    const { maxMessages, maxWaitMs } = this.settings.topic
    if (maxWaitMs === 0 || first.messages.length === 0) return first
    const timeUp = new AbortController()
    const cancel = this.settings.clock.after(maxWaitMs, () => timeUp.abort())
    const either = AbortSignal.any([signal, timeUp.signal])
    let batch = first
    while (batch.messages.length < maxMessages && !either.aborted) {
      const more = await this.poll(batch.next, maxMessages - batch.messages.length, either)
      // A log that was cut back meanwhile is told by the next poll, which asks beyond its end.
      if (more === null || more.next < batch.next) break
      batch = {
        messages: [...batch.messages, ...more.messages],
        offsets: [...batch.offsets, ...more.offsets],
        next: more.next,
        end: more.end,
      }
    }
    cancel()
    return batch
  }

  private async poll(
    from: number,
    maxMessages: number,
    signal: AbortSignal,
  ): Promise<PolledBatch | null> {
    const { session, place, clock } = this.settings
    // A source that always has messages would keep heartbeats and commits waiting (L5).
    const turn = clock.turn?.() ?? null
    if (turn !== null) await turn
    return session.poll(place, { from, maxMessages, signal })
  }

  private held(polled: PolledBatch): HeldBack {
    const { deserializer } = this.settings.topic
    const { offsets, next, end } = polled
    const messages = polled.messages.map(
      (message, index) => new HeldMessage(message, offsets[index]!, deserializer),
    )
    return { messages, offsets, next, end }
  }

  private waited(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.settings.clock.after(ms, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      resolve()
    })
    return promise
  }
}

function front(batch: HeldBack, take: number, dropped: Uint8Array | null): FilteredBatch {
  return {
    messages: batch.messages.slice(0, take),
    offsets: batch.offsets.slice(0, take),
    dropped: dropped === null ? null : dropped.subarray(0, take),
    next: batch.offsets[take]!,
    end: batch.end,
  }
}

function rest(batch: HeldBack, take: number): HeldBack {
  return { ...batch, messages: batch.messages.slice(take), offsets: batch.offsets.slice(take) }
}

import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import type { PolledBatch } from '../../../../ports/consumer-source.ts'
import type { Decompressors } from '../../codecs/decompressors.ts'
import { offsetAfter } from '../../records/batch-walk.ts'
import type { FetchedRecords } from '../requests/fetch.ts'
import { RecordCursor, type TakenMessages } from './record-cursor.ts'

interface Chunk {
  readonly records: FetchedRecords
  readonly bytes: number
  /** Everything before it was fetched. */
  readonly after: number
  cursor: RecordCursor | null
}

/** One partition as long as it is ours: what was read ahead, and who waits for it. */
export class PartitionStream {
  readonly topic: string
  readonly partition: number
  /** The next offset to fetch. */
  fetchAt: number
  bufferedBytes = 0
  /** The request that asks for it now; null: none, or one for a place that was left. */
  flight: object | null = null
  isClosed = false
  /** Counts answers: who was served last is asked for last. */
  servedAt = 0
  /** Not to be fetched before that moment, of `performance.now()`. */
  restsUntil = 0
  private position: number
  private end: number
  private chunks: Chunk[] = []
  private failure: unknown = null
  private wake: (() => void) | null = null

  constructor({ topic, partition }: TopicPartition, position: number) {
    this.topic = topic
    this.partition = partition
    this.position = position
    this.fetchAt = position
    this.end = position
  }

  get hasFailed(): boolean {
    return this.failure !== null
  }

  /**
   * Reads on from another place: what was read ahead is gone, and so is a failure.
   * @returns whether it was another place
   */
  seek(from: number): boolean {
    if (from === this.position) return false
    this.restart(from)
    return true
  }

  /**
   * Takes an answer of the leader.
   * @param asked the offset that was asked for: the answer counts if it is still the next one
   */
  arrived(records: FetchedRecords, asked: number): void {
    if (asked !== this.fetchAt || this.isClosed) return
    this.end = records.stableEnd
    const after = this.after(records)
    if (after === null || after <= asked) return
    const bytes = records.end - records.from
    this.chunks.push({ records, bytes, after, cursor: null })
    this.bufferedBytes += bytes
    this.fetchAt = after
    this.notify()
  }

  /** The log does not have the place any more: goes on at another one, without a message. */
  moveTo(offset: number, asked: number): void {
    if (asked !== this.fetchAt || this.isClosed) return
    const records = { ...NOTHING, topic: this.topic, partition: this.partition }
    this.chunks.push({ records, bytes: 0, after: offset, cursor: null })
    this.fetchAt = offset
    this.notify()
  }

  /** The next poll throws that; the one after it is a new attempt. */
  fail(error: unknown): void {
    this.failure = error
    this.notify()
  }

  close(): void {
    this.isClosed = true
    this.chunks = []
    this.notify()
  }

  /**
   * What is there, at most so many messages. Where only the position moved there are none.
   * @returns null when there is nothing yet
   * @throws BrokerError
   */
  take(most: number, codecs: Decompressors): PolledBatch | null {
    const { failure } = this
    if (failure !== null) {
      this.restart(this.position)
      throw failure
    }
    const taken: TakenMessages = { messages: [], offsets: [] }
    const start = this.position
    while (this.chunks.length > 0 && taken.messages.length < most) {
      const chunk = this.chunks[0]!
      if (this.takeFrom(chunk, taken, most, codecs)) {
        this.position = taken.offsets[taken.offsets.length - 1]! + 1
        continue
      }
      this.position = chunk.after
      this.chunks.shift()
      this.bufferedBytes -= chunk.bytes
    }
    if (taken.messages.length === 0 && this.position === start) return null
    return { ...taken, next: this.position, end: Math.max(this.end, this.position) }
  }

  /** Resolves when something has come, or never will; also when the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.wake = wake
    signal.addEventListener('abort', wake, { once: true })
    try {
      if (!signal.aborted) await promise
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  private after(records: FetchedRecords): number | null {
    try {
      return offsetAfter(records)
    } catch (error) {
      this.fail(error)
      return null
    }
  }

  /** @throws BrokerError for broken records */
  private takeFrom(chunk: Chunk, taken: TakenMessages, most: number, codecs: Decompressors) {
    try {
      chunk.cursor ??= new RecordCursor(this.topic, chunk.records, this.position, codecs)
      return chunk.cursor.take(taken, most)
    } catch (error) {
      this.restart(this.position)
      throw error
    }
  }

  private restart(from: number): void {
    this.failure = null
    this.chunks = []
    this.bufferedBytes = 0
    this.position = from
    this.fetchAt = from
    this.flight = null
  }

  private notify(): void {
    this.wake?.()
    this.wake = null
  }
}

const NOTHING = { code: 0, stableEnd: 0, aborted: [], bytes: new Uint8Array(0), from: 0, end: 0 }

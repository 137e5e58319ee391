import { RoutingError } from '../../errors.ts'
import type { BoundedKeys } from '../keys/bounded-keys.ts'
import type { KeySums } from '../keys/forgotten-keys.ts'
import type { KeyTable } from '../keys/key-table.ts'
import type { NullLoad } from '../keys/lane-sums.ts'
import { ABSENT, type MessageBatch } from '../model/message-batch.ts'
import { RefusedMessages } from '../routing/refused-messages.ts'
import type { Partitioner } from '../routing/types.ts'
import { canonicalBytes } from '../routing/virtual-key.ts'
import { FoundPartitions } from './found-partitions.ts'

/** The index of messages without a virtual key. */
export const NULL_KEY = 0
/** The index of messages whose partitioner threw (V2, P4). */
export const FAILED_KEY = 1
/** Where the indexes of the table's keys begin. */
export const FIRST_KEY = 2

/** The virtual keys that one partitioner gives, as dense indexes, with what each has in total. */
export class KeyStream {
  /** The keys proper: index FIRST_KEY + i of the stream is index i of the table. */
  readonly table: KeyTable
  /** Index of each message of the batch that was added last. */
  indexes = new Int32Array(0)
  /** Where the keys of the table were found. */
  readonly found = new FoundPartitions()
  readonly refused = new RefusedMessages()
  /** Of all messages, forgotten keys included. */
  messages = 0
  bytes = 0
  readonly partitioner: Partitioner
  /** Totals of the messages that have no key in the table, by NULL_KEY and FAILED_KEY. */
  private readonly keylessMessages = new Float64Array(FIRST_KEY)
  private readonly keylessBytes = new Float64Array(FIRST_KEY)
  private readonly keys: BoundedKeys<KeySums>

  constructor(partitioner: Partitioner, keys: BoundedKeys<KeySums>) {
    this.partitioner = partitioner
    this.keys = keys
    this.table = keys.table
  }

  /** Indexes are below it. */
  get size(): number {
    return FIRST_KEY + this.table.size
  }

  /**
   * Takes the messages from row `from` on until the keys are too many for their memory. Asks the
   * partitioner once per message, in log order (R1).
   * @returns the row to go on with
   */
  add(batch: MessageBatch, from: number): number {
    const { count, partition } = batch
    if (this.indexes.length < count) this.indexes = new Int32Array(count)
    const { indexes, partitioner, keys, found } = this
    for (let i = from; i < count; i++) {
      const known = this.size
      const index = partitioner.readsKeyOnly ? this.ownKey(batch, i) : this.askedKey(batch, i)
      indexes[i] = index
      // Counted at once, while what `intern` has touched is still in the processor's cache.
      this.count(index, Math.max(batch.keyLength[i]!, 0) + Math.max(batch.valueLength[i]!, 0))
      if (index < known) {
        if (index >= FIRST_KEY) found.note(index - FIRST_KEY, partition[i]!)
        continue
      }
      keys.settle(index - FIRST_KEY)
      found.settle(index - FIRST_KEY, partition[i]!)
      if (keys.isFull) return i + 1
    }
    return count
  }

  /** Whether any message had no virtual key. */
  get hasNullKey(): boolean {
    return this.keylessMessages[NULL_KEY]! > 0
  }

  /** The messages that have no key in the table. */
  get nulls(): NullLoad {
    const { keylessMessages, keylessBytes } = this
    return {
      messages: keylessMessages[NULL_KEY]!,
      bytes: keylessBytes[NULL_KEY]!,
      refused: keylessMessages[FAILED_KEY]!,
      refusedBytes: keylessBytes[FAILED_KEY]!,
    }
  }

  private count(index: number, bytes: number): void {
    this.messages++
    this.bytes += bytes
    if (index >= FIRST_KEY) {
      this.table.count(index - FIRST_KEY, 1, bytes)
    } else {
      this.keylessMessages[index]!++
      this.keylessBytes[index]! += bytes
    }
  }

  private ownKey({ bytes, keyStart, keyLength }: MessageBatch, row: number): number {
    const length = keyLength[row]!
    if (length === ABSENT) return NULL_KEY
    const start = keyStart[row]!
    return FIRST_KEY + this.table.intern(bytes, start, start + length)
  }

  private askedKey(batch: MessageBatch, row: number): number {
    const message = batch.message(row)
    try {
      const key = canonicalBytes(this.partitioner.keyOf(message))
      return key === null ? NULL_KEY : FIRST_KEY + this.table.intern(key, 0, key.length)
    } catch (error) {
      if (!(error instanceof RoutingError)) throw error
      this.refused.note(error, batch, row)
      return FAILED_KEY
    }
  }
}

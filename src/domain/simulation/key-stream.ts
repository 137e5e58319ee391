import { RoutingError } from '../../errors.ts'
import { KeyTable } from '../keys/key-table.ts'
import { ABSENT, type MessageBatch } from '../model/message-batch.ts'
import { RefusedMessages } from '../routing/refused-messages.ts'
import type { Partitioner } from '../routing/types.ts'
import { canonicalBytes } from '../routing/virtual-key.ts'

/** The index of messages without a virtual key. */
export const NULL_KEY = 0
/** The index of messages whose partitioner threw (V2, P4). */
export const FAILED_KEY = 1
/** Where the indexes of the table's keys begin. */
export const FIRST_KEY = 2

/** Of a key that was not found yet; -1 is a partition that the source does not say. */
const NOWHERE = -2

/** The virtual keys that one partitioner gives, as dense indexes, with what each has in total. */
export class KeyStream {
  /** The keys proper: index FIRST_KEY + i of the stream is index i of the table. */
  readonly table = new KeyTable()
  /** Index of each message of the batch that was added last. */
  indexes = new Int32Array(0)
  readonly refused = new RefusedMessages()
  /** Partition where each key was found first, by index. */
  found = new Int32Array(0)
  /** Messages of keys that were found in another partition before. */
  strays = 0
  readonly partitioner: Partitioner
  /** Totals of the messages that have no key in the table, by NULL_KEY and FAILED_KEY. */
  private readonly messages = new Float64Array(FIRST_KEY)
  private readonly bytes = new Float64Array(FIRST_KEY)

  constructor(partitioner: Partitioner) {
    this.partitioner = partitioner
  }

  /** Indexes are below it. */
  get size(): number {
    return FIRST_KEY + this.table.size
  }

  /** Asks the partitioner once per message, in log order (R1). */
  add(batch: MessageBatch): void {
    const { count, keyLength, valueLength, partition } = batch
    if (this.indexes.length < count) this.indexes = new Int32Array(count)
    this.makeRoom(this.size + count)
    const { indexes, partitioner } = this
    for (let i = 0; i < count; i++) {
      const index = partitioner.readsKeyOnly ? this.ownKey(batch, i) : this.askedKey(batch, i)
      indexes[i] = index
      if (index >= FIRST_KEY) this.find(index, partition[i]!)
      // Counted at once, while what `intern` has touched is still in the processor's cache.
      this.count(index, Math.max(keyLength[i]!, 0) + Math.max(valueLength[i]!, 0))
    }
  }

  messagesOf(index: number): number {
    return index < FIRST_KEY ? this.messages[index]! : this.table.messagesOf(index - FIRST_KEY)
  }

  bytesOf(index: number): number {
    return index < FIRST_KEY ? this.bytes[index]! : this.table.bytesOf(index - FIRST_KEY)
  }

  private makeRoom(keys: number): void {
    if (this.found.length >= keys) return
    const larger = new Int32Array(keys * 2).fill(NOWHERE)
    larger.set(this.found)
    this.found = larger
  }

  private find(index: number, partition: number): void {
    const { found } = this
    if (found[index] === NOWHERE) found[index] = partition
    else if (found[index] !== partition) this.strays++
  }

  private count(index: number, bytes: number): void {
    if (index >= FIRST_KEY) {
      this.table.count(index - FIRST_KEY, 1, bytes)
    } else {
      this.messages[index]!++
      this.bytes[index]! += bytes
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

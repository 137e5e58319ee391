import { RoutingError } from '../../errors.ts'
import { ABSENT, type MessageBatch, UNKNOWN } from '../model/message-batch.ts'
import { RefusedMessages } from '../routing/refused-messages.ts'
import type { LaneSpec, Partitioner } from '../routing/types.ts'
import { canonicalBytes } from '../routing/virtual-key.ts'
import { addBatch, type BatchTally, emptyTally } from './batch-tally.ts'
import { BoundedKeys, type KeyUser } from './bounded-keys.ts'
import type { ForgottenKeys } from './forgotten-keys.ts'
import { KeyFold } from './key-fold.ts'
import { KeyPlaces } from './key-places.ts'
import type { KeyTable } from './key-table.ts'
import { PartitionTally } from './partition-tally.ts'
import { BLOCK, RowKeys } from './row-keys.ts'
import { SizeHistogram } from './size-histogram.ts'

/** What to look at in a stream of keys. */
export interface ProfileOptions {
  readonly lanes: readonly LaneSpec[]
  readonly partitioner: Partitioner
  /** For keys and what is known of each; beyond it rare keys are forgotten. At least 16 KiB. */
  readonly maxMemoryBytes: number
  /** Messages of a full fetch batch. */
  readonly maxMessages: number
  /** Width of a time window, doubled as long as there are too many. */
  readonly windowMs: number
  /** Length of the list of top keys; null: at least 20, and every key with 0.1 % or more. */
  readonly top: number | null
  /** Physical partitions of the topic, where the source says; else the highest seen + 1. */
  readonly partitionCount?: number
}

/** All that is counted of a stream, message by message. What it means is worked out later. */
export class ProfileFold implements KeyUser {
  readonly options: ProfileOptions
  readonly keys: BoundedKeys<KeyFold>
  readonly table: KeyTable
  /** Where and when keys were seen; it has the memory that their counts leave. */
  readonly places: KeyPlaces
  readonly partitions: PartitionTally[] = []
  batches: BatchTally
  readonly valueSizes = new SizeHistogram()
  messages = 0
  nullMessages = 0
  nullBytes = 0
  tombstones = 0
  partitionerErrors = 0
  readonly refused = new RefusedMessages()
  private readonly tallies = new Map<number, PartitionTally>()
  private current: PartitionTally | null = null
  private readonly rowKeys = new RowKeys()
  /** Key index of each row that is looked up; -1 where it is not known. */
  private readonly found = new Int32Array(BLOCK)

  constructor(options: ProfileOptions) {
    this.options = options
    this.keys = new BoundedKeys(options.maxMemoryBytes, () => new KeyFold(options.lanes))
    this.table = this.keys.table
    this.places = new KeyPlaces(this.table, options.windowMs, this.keys.otherBytes)
    this.batches = emptyTally(options.maxMessages)
  }

  /** null as long as every key is in the table, which makes every figure exact. */
  get forgotten(): ForgottenKeys<KeyFold> | null {
    return this.keys.forgotten
  }

  /** Counts a batch of messages. */
  add(batch: MessageBatch): void {
    if (this.options.partitioner.readsKeyOnly) this.addKeys(batch)
    else this.addMessages(batch)
    this.messages += batch.count
  }

  /** Allocated for keys and their places. */
  get memoryBytes(): number {
    return this.table.memoryBytes + this.places.memoryBytes
  }

  /** The tally of a partition, which is made when it is new. */
  tallyOf(partition: number): PartitionTally {
    const known = this.tallies.get(partition)
    if (known !== undefined) return known
    const tally = new PartitionTally(this.partitions.length, partition, this.options.maxMessages)
    this.tallies.set(partition, tally)
    this.partitions.push(tally)
    return tally
  }

  /** Forgets rare keys when the table is beyond its memory. */
  makeRoomAsNeeded(): void {
    this.keys.makeRoomAsNeeded(this)
  }

  /** The keys of open batches are in use. */
  mark(marks: Uint8Array): void {
    for (const { batch, batchSize } of this.partitions) {
      for (let i = 0; i < batchSize; i++) if (batch[i]! >= 0) marks[batch[i]!] = 1
    }
  }

  /** Follows the table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    this.found.fill(-1)
    this.places.renumber(newIndices)
    for (const { batch, batchSize } of this.partitions) {
      for (let i = 0; i < batchSize; i++) if (batch[i]! >= 0) batch[i] = newIndices[batch[i]!]!
    }
  }

  /** All batches with the open ones as they are, which end here. */
  closedBatches(): BatchTally {
    const { batches } = this
    const closed: BatchTally = {
      ...batches,
      messagesPerKey: batches.messagesPerKey.slice(),
      keysPerBatch: batches.keysPerBatch.slice(),
      largestOfFull: batches.largestOfFull.slice(),
      partial: [...batches.partial],
    }
    for (const { batch, batchSize } of this.partitions) {
      addBatch(closed, this.table, batch, batchSize)
    }
    return closed
  }

  private addKeys(batch: MessageBatch): void {
    const { count, bytes, keyStart, keyLength } = batch
    const { table, rowKeys, found } = this
    for (let from = 0; from < count; from += BLOCK) {
      const to = Math.min(count, from + BLOCK)
      rowKeys.read(bytes, keyStart, keyLength, from, to)
      table.lookUp(rowKeys, to - from, found)
      for (let row = from; row < to; row++) {
        const window = this.addRow(batch, row)
        const length = keyLength[row]!
        const valueBytes = Math.max(0, batch.valueLength[row]!)
        if (length === ABSENT) {
          this.countNull(valueBytes)
          continue
        }
        let index = found[row - from]!
        if (index < 0) index = table.internRow(rowKeys, row - from)
        this.countKey(index, window, length + valueBytes)
      }
    }
  }

  private addMessages(batch: MessageBatch): void {
    const { partitioner } = this.options
    for (let row = 0; row < batch.count; row++) {
      const window = this.addRow(batch, row)
      const size = Math.max(0, batch.keyLength[row]!) + Math.max(0, batch.valueLength[row]!)
      let key: Uint8Array | null
      try {
        key = canonicalBytes(partitioner.keyOf(batch.message(row)))
      } catch (error) {
        if (!(error instanceof RoutingError)) throw error
        this.partitionerErrors++
        this.refused.note(error, batch, row)
        this.batchKey(-1)
        continue
      }
      if (key === null) this.countNull(size)
      else this.countKey(this.table.intern(key, 0, key.length), window, size)
    }
  }

  /** What is counted of a message whatever its key. @returns its window */
  private addRow(batch: MessageBatch, row: number): number {
    const partition = batch.partition[row]!
    let tally = this.current
    if (tally === null || tally.partition !== partition) {
      tally = this.tallyOf(partition)
      this.current = tally
    }
    const keyLength = batch.keyLength[row]!
    const valueLength = batch.valueLength[row]!
    tally.messages++
    if (keyLength !== ABSENT) tally.bytes += keyLength
    else tally.nullMessages++
    if (valueLength === ABSENT) {
      this.tombstones++
    } else if (valueLength !== UNKNOWN) {
      tally.bytes += valueLength
      this.valueSizes.add(valueLength, 1)
    }
    const window = this.places.windowAt(batch.timestamp[row]!)
    const messages = this.places.windows.messages
    messages[window] = messages[window]! + 1
    return window
  }

  private countNull(size: number): void {
    this.nullMessages++
    this.nullBytes += size
    this.batchKey(-1)
  }

  private countKey(index: number, window: number, size: number): void {
    const isNew = index === this.places.size
    if (isNew) this.settle(index, window)
    else this.places.note(index, this.current!.id, window)
    this.table.count(index, 1, size)
    this.batchKey(index)
    if (isNew) this.makeRoomAsNeeded()
  }

  private settle(index: number, window: number): void {
    this.places.settle(this.current!.id, window)
    this.keys.settle(index)
  }

  private batchKey(index: number): void {
    const tally = this.current!
    if (tally.batchSize === tally.batch.length) tally.growBatch()
    tally.batch[tally.batchSize++] = index
    if (tally.batchSize < this.options.maxMessages) return
    addBatch(this.batches, this.table, tally.batch, tally.batchSize)
    tally.batchSize = 0
  }
}

import { RoutingError } from '../../errors.ts'
import { ABSENT, type MessageBatch } from '../model/message-batch.ts'
import { RefusedMessages } from '../routing/refused-messages.ts'
import type { LaneSpec, Partitioner } from '../routing/types.ts'
import { canonicalBytes } from '../routing/virtual-key.ts'
import { addBatch, type BatchTally, emptyTally } from './batch-tally.ts'
import { ForgottenKeys } from './forgotten-keys.ts'
import { KeyPlaces } from './key-places.ts'
import { KeyTable } from './key-table.ts'
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

const LEAST_MEMORY = 16_384
/** Of the memory; the rest is for where and when keys were seen. */
const SHARE_OF_KEYS = 5 / 8

/** All that is counted of a stream, message by message. What it means is worked out later. */
export class ProfileFold {
  readonly options: ProfileOptions
  readonly table = new KeyTable()
  readonly places: KeyPlaces
  /** null as long as every key is in the table, which makes every figure exact. */
  forgotten: ForgottenKeys | null = null
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
  private keyBudget: number

  constructor(options: ProfileOptions) {
    const memory = Math.max(options.maxMemoryBytes, LEAST_MEMORY)
    this.options = options
    this.keyBudget = memory * SHARE_OF_KEYS
    this.places = new KeyPlaces(this.table, options.windowMs, memory * (1 - SHARE_OF_KEYS))
    this.batches = emptyTally(options.maxMessages)
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
    while (this.table.neededBytes > this.keyBudget) {
      const before = this.table.size
      this.makeRoom()
      // Open batches of very many partitions are kept whatever the budget; without room for new
      // keys every one of them would come here again.
      if (this.table.size > before * 0.9) this.keyBudget *= 2
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

  private makeRoom(): void {
    this.forgotten ??= new ForgottenKeys(this.options.lanes)
    const marks = new Uint8Array(this.table.size)
    for (const { batch, batchSize } of this.partitions) {
      for (let i = 0; i < batchSize; i++) if (batch[i]! >= 0) marks[batch[i]!] = 1
    }
    this.found.fill(-1)
    const newIndices = this.forgotten.makeRoom(this.table, this.places, marks)
    for (const { batch, batchSize } of this.partitions) {
      for (let i = 0; i < batchSize; i++) if (batch[i]! >= 0) batch[i] = newIndices[batch[i]!]!
    }
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
    } else {
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
    const { forgotten } = this
    if (forgotten !== null) this.table.setMissed(index, forgotten.missedBy(this.table, index))
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

import { grownLength } from '../../keys/growth.ts'
import type { MessageBatch } from '../../model/message-batch.ts'
import { FIRST_KEY, type KeyStream, NULL_KEY } from '../key-stream.ts'
import type { SlotColumn } from '../slot-column.ts'

/** Per message: its key and partition here, and both again where a stack deals them over processes. */
const BYTES_PER_MESSAGE = 4 * Int32Array.BYTES_PER_ELEMENT
const BYTES_PER_SLOT = Int32Array.BYTES_PER_ELEMENT
/** What it keeps per key of the stream's table. */
export const NUMBER_BYTES = Int32Array.BYTES_PER_ELEMENT

const NEVER = -1

/**
 * The messages of a stream, in the order in which they came, as numbers of keys and of partitions.
 * Keys are numbered anew, because the stream forgets rare ones. Beyond its memory it keeps the first
 * messages of every partition, equally many of each.
 */
export class TimingLog {
  /** Messages that it has. */
  length = 0
  /** Only so many of each partition are kept, the first ones; null: all of them. */
  perPartition: number | null = null
  /** Keys are below it. */
  keyCount = 0
  /** Of each message. */
  keys = new Int32Array(1024)
  /** Of each message: its place in `partitionIds`. */
  partitions = new Int32Array(1024)
  /** The partitions in the order in which they came. */
  readonly partitionIds: number[] = []
  private readonly stream: KeyStream
  private readonly columns: readonly SlotColumn[]
  private readonly maxBytes: number
  private readonly placeOf = new Map<number, number>()
  private readonly counts: number[] = []
  /** By index of the stream: the number of the key here. */
  private numbers = new Int32Array(1024).fill(NEVER)
  /** Per column, by number of the key: its slot. */
  private readonly slots: Int32Array<ArrayBuffer>[]

  /** @param columns those of the stream, which have placed its keys whenever something is added */
  constructor(stream: KeyStream, columns: readonly SlotColumn[], maxBytes: number) {
    this.stream = stream
    this.columns = columns
    this.maxBytes = maxBytes
    this.slots = columns.map(() => new Int32Array(1024))
  }

  /** The slot of each key of the log in a column; NO_SLOT where it cannot be placed. */
  slotsOf(column: SlotColumn): Int32Array {
    return this.slots[this.columns.indexOf(column)]!
  }

  /** The number of messages without a key; -1 where there are none. */
  get keyless(): number {
    return this.numbers[NULL_KEY]!
  }

  /** Takes the rows that the stream has indexed. */
  add({ partition }: MessageBatch, from: number, to: number): void {
    const { indexes, size } = this.stream
    if (size > this.numbers.length) this.growNumbers(size)
    for (let i = from; i < to; i++) this.append(indexes[i]!, partition[i]!)
  }

  /** Follows the stream's table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    const { numbers } = this
    newIndices.forEach((index, old) => {
      if (index >= 0) numbers[FIRST_KEY + index] = numbers[FIRST_KEY + old]!
    })
    // Keys that take the places of those behind are new.
    numbers.fill(NEVER, this.stream.size)
  }

  private append(index: number, partition: number): void {
    const place = this.partitionOf(partition)
    if (this.counts[place]! >= (this.perPartition ?? Number.POSITIVE_INFINITY)) return
    if (this.length === this.keys.length) this.growRows()
    this.counts[place]!++
    this.keys[this.length] = this.numberOf(index)
    this.partitions[this.length++] = place
    if (this.isFull) this.cut()
  }

  private partitionOf(id: number): number {
    let place = this.placeOf.get(id)
    if (place === undefined) {
      place = this.partitionIds.length
      this.partitionIds.push(id)
      this.placeOf.set(id, place)
      this.counts.push(0)
    }
    return place
  }

  private numberOf(index: number): number {
    const known = this.numbers[index]!
    if (known !== NEVER) return known
    const number = this.keyCount++
    this.numbers[index] = number
    if (number === this.slots[0]?.length) this.growSlots()
    this.columns.forEach((column, at) => {
      this.slots[at]![number] = column.slots[index]!
    })
    return number
  }

  private get isFull(): boolean {
    const perKey = BYTES_PER_SLOT * (this.slots.length + 1)
    // At least one message of a partition is kept, however little the memory is.
    if (this.perPartition === 1) return false
    return this.length * BYTES_PER_MESSAGE + this.keyCount * perKey > this.maxBytes
  }

  /** Halves what is kept of the longest partitions, until no more than half of all is left. */
  private cut(): void {
    const half = this.length / 2
    let most = this.perPartition ?? Math.max(...this.counts)
    const left = () => this.counts.reduce((sum, own) => sum + Math.min(own, most), 0)
    do most = Math.max(1, most >>> 1)
    while (most > 1 && left() > half)
    this.perPartition = most
    this.keepFirst(most)
  }

  private keepFirst(most: number): void {
    const { keys, partitions, counts } = this
    const renumbered = new Int32Array(this.keyCount).fill(NEVER)
    let keyCount = 0
    let kept = 0
    counts.fill(0)
    for (let row = 0; row < this.length; row++) {
      const place = partitions[row]!
      if (counts[place]! >= most) continue
      counts[place]!++
      const key = keys[row]!
      if (renumbered[key] === NEVER) renumbered[key] = keyCount++
      keys[kept] = renumbered[key]!
      partitions[kept++] = place
    }
    this.length = kept
    this.keyCount = keyCount
    for (const [at, own] of this.slots.entries()) {
      const moved = new Int32Array(own.length)
      renumbered.forEach((number, old) => {
        if (number !== NEVER) moved[number] = own[old]!
      })
      this.slots[at] = moved
    }
    const { numbers } = this
    for (let index = 0; index < numbers.length; index++) {
      if (numbers[index] !== NEVER) numbers[index] = renumbered[numbers[index]!]!
    }
  }

  private growRows(): void {
    const length = grownLength(this.keys.length, this.length + 1, 8)
    this.keys = new Int32Array(this.keys.buffer.transfer(length * 4))
    this.partitions = new Int32Array(this.partitions.buffer.transfer(length * 4))
  }

  private growSlots(): void {
    const length = grownLength(this.slots[0]!.length, this.keyCount, 4)
    for (const [at, own] of this.slots.entries()) {
      this.slots[at] = new Int32Array(own.buffer.transfer(length * 4))
    }
  }

  private growNumbers(size: number): void {
    const known = this.numbers.length
    const length = grownLength(known, size, 4)
    this.numbers = new Int32Array(this.numbers.buffer.transfer(length * 4))
    this.numbers.fill(NEVER, known)
  }
}

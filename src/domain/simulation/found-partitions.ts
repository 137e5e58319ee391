import { grownLength } from '../keys/growth.ts'

/** What `FoundPartitions` keeps per key. */
export const FOUND_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT

/**
 * In which partition each key of a table was found first, and how often elsewhere since. A key that
 * was forgotten and comes again is found anew, as its messages are counted anew.
 */
export class FoundPartitions {
  /** By index of the table; -1 is a partition that the source does not say. */
  private first = new Int32Array(1024)
  /** Messages in another partition than the first. */
  private strays = new Uint32Array(1024)

  /** The first message of a key that is new in the table. */
  settle(index: number, partition: number): void {
    if (index >= this.first.length) this.grow(index + 1)
    this.first[index] = partition
    this.strays[index] = 0
  }

  /** Another message of a key. */
  note(index: number, partition: number): void {
    if (this.first[index] !== partition) this.strays[index]!++
  }

  /** Of so many messages of a key, those that were not found in the partition; strays never are. */
  elsewhere(index: number, partition: number, messages: number): number {
    return this.first[index] === partition ? this.strays[index]! : messages
  }

  /** Follows the table, which has forgotten keys: new indices ascend as the old ones do. */
  renumber(newIndices: Int32Array): void {
    const { first, strays } = this
    newIndices.forEach((index, old) => {
      if (index < 0) return
      first[index] = first[old]!
      strays[index] = strays[old]!
    })
  }

  private grow(needed: number): void {
    const bytes = 4 * grownLength(this.first.length, needed, 4)
    this.first = new Int32Array(this.first.buffer.transfer(bytes))
    this.strays = new Uint32Array(this.strays.buffer.transfer(bytes))
  }
}

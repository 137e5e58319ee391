import { FIRST_KEY } from './key-stream.ts'

/** The messages of one partition that the next poll will give: key indexes in log order. */
export class PartitionWindow {
  count = 0
  keys: Int32Array
  /** All messages of the partition, this window included. */
  messages = 0
  /** Messages per worker (segment x VPs + VP) of the batches that were split. */
  readonly loads: Float64Array
  private readonly maxMessages: number

  constructor(maxMessages: number, workers: number) {
    this.maxMessages = maxMessages
    this.keys = new Int32Array(Math.min(maxMessages, 128))
    this.loads = new Float64Array(workers)
  }

  /** Marks the keys of the table that are waiting here. */
  mark(marks: Uint8Array): void {
    for (let i = 0; i < this.count; i++) {
      const key = this.keys[i]! - FIRST_KEY
      if (key >= 0) marks[key] = 1
    }
  }

  /** Follows the table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    for (let i = 0; i < this.count; i++) {
      const key = this.keys[i]! - FIRST_KEY
      if (key >= 0) this.keys[i] = FIRST_KEY + newIndices[key]!
    }
  }

  /** Takes a message; true when the window is a full batch now, to be split and emptied. */
  push(key: number): boolean {
    if (this.count === this.keys.length) {
      const larger = new Int32Array(Math.min(this.maxMessages, this.count * 2))
      larger.set(this.keys)
      this.keys = larger
    }
    this.keys[this.count++] = key
    this.messages++
    return this.count === this.maxMessages
  }
}

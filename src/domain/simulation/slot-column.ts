import { grownLength } from '../keys/growth.ts'
import { NO_SLOT, slotIn, slotOfNull } from '../keys/lane-sums.ts'
import type { LaneSpec } from '../routing/types.ts'
import { FAILED_KEY, FIRST_KEY, type KeyStream, NULL_KEY } from './key-stream.ts'

/**
 * The slot of every key of a stream in one lane, so that a reducer runs once per key and not once
 * per message. Grows with the stream.
 */
export class SlotColumn {
  readonly lane: LaneSpec
  readonly stream: KeyStream
  /** By key index of the stream; NO_SLOT where the lane has none. */
  slots = new Int32Array(1024)
  private filled = 0

  constructor(lane: LaneSpec, stream: KeyStream) {
    this.lane = lane
    this.stream = stream
  }

  /** Places the keys that the stream has met since the last call. */
  catchUp(): void {
    const { size } = this.stream
    if (size > this.slots.length) {
      const length = grownLength(this.slots.length, size, 4)
      this.slots = new Int32Array(this.slots.buffer.transfer(length * 4))
    }
    for (; this.filled < size; this.filled++) this.slots[this.filled] = this.place(this.filled)
  }

  /** Follows the stream's table, which has forgotten keys. */
  renumber(newIndices: Int32Array): void {
    const { slots } = this
    newIndices.forEach((index, old) => {
      if (index >= 0) slots[FIRST_KEY + index] = slots[FIRST_KEY + old]!
    })
    this.filled = this.stream.size
  }

  /** The slot of a key of the stream, as the reducer says it now. */
  place(index: number): number {
    const { lane } = this
    if (index === FAILED_KEY || (index === NULL_KEY && lane.layer === 'partition')) return NO_SLOT
    if (index === NULL_KEY) return slotOfNull(lane)
    const { table } = this.stream
    const key = index - FIRST_KEY
    return slotIn(lane, table.keyBytes, table.startOf(key), table.endOf(key))
  }
}

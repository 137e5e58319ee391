import { RoutingError } from '../../errors.ts'
import { grownLength } from '../keys/growth.ts'
import type { LaneSpec } from '../routing/types.ts'
import { FAILED_KEY, FIRST_KEY, type KeyStream, NULL_KEY } from './key-stream.ts'

/** In a slot column: the key could not be placed (R4), or there was none to place (R7). */
export const NO_SLOT = -1

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
    const { layer, count, reducer } = this.lane
    if (index === FAILED_KEY || (index === NULL_KEY && layer === 'partition')) return NO_SLOT
    try {
      if (index === NULL_KEY) return reducer.slotOf(null, count)
      const { table } = this.stream
      const key = index - FIRST_KEY
      return reducer.slotOfBytes(table.keyBytes, table.startOf(key), table.endOf(key), count)
    } catch (error) {
      if (error instanceof RoutingError) return NO_SLOT
      throw error
    }
  }
}

import type { KeySums } from '../keys/forgotten-keys.ts'
import type { KeyTable } from '../keys/key-table.ts'
import { addLane, addPlaced, emptyLane, type LaneSums } from '../keys/lane-sums.ts'
import { FIRST_KEY } from './key-stream.ts'
import type { SlotColumn } from './slot-column.ts'

/** What keys put into the slots of several lanes where their columns say that they belong. */
export class SlotSums implements KeySums {
  messages = 0
  /** By position in the columns. */
  readonly lanes: readonly LaneSums[]
  private readonly columns: readonly SlotColumn[]

  constructor(columns: readonly SlotColumn[]) {
    this.columns = columns
    this.lanes = columns.map(({ lane }) => emptyLane(lane.count))
  }

  /** Adds a key that the columns have placed. */
  add(table: KeyTable, index: number): void {
    this.messages += table.messagesOf(index)
    for (let at = 0; at < this.lanes.length; at++) {
      addPlaced(this.lanes[at]!, this.columns[at]!.slots[FIRST_KEY + index]!, table, index)
    }
  }

  /** Adds what other sums over the same columns have. */
  merge(other: SlotSums): void {
    this.messages += other.messages
    other.lanes.forEach((lane, at) => {
      addLane(this.lanes[at]!, lane)
    })
  }
}

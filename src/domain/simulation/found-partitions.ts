import { CONSISTENT, keysAgainstLuck } from '../keys/placement.ts'
import { FIRST_KEY } from './key-stream.ts'
import { SlotColumn } from './slot-column.ts'

/**
 * The partitions where a layer's keys were found, as a layer around it: where the layer's reducer is
 * the hash by which the producers chose among so many partitions (as the verdict `consistent` has
 * it), so that the arithmetic of P5 holds between the two; else null.
 */
export function foundLayer(inner: SlotColumn, partitions: number): SlotColumn | null {
  const { stream } = inner
  if (partitions < 2) return null
  if (stream.table.size < keysAgainstLuck(partitions)) return null
  const { reducer } = inner.lane
  const outer = new SlotColumn({ layer: 'partition', count: partitions, reducer }, stream)
  let keyed = 0
  for (let key = FIRST_KEY; key < stream.size; key++) keyed += stream.messagesOf(key)
  let left = (1 - CONSISTENT) * keyed - stream.strays
  for (let key = FIRST_KEY; key < stream.size && left >= 0; key++) {
    if (outer.place(key) !== stream.found[key]) left -= stream.messagesOf(key)
  }
  if (left < 0) return null
  outer.catchUp()
  return outer
}

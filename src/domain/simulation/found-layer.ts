import { CONSISTENT, keysAgainstLuck } from '../keys/placement.ts'
import { FIRST_KEY } from './key-stream.ts'
import { SlotColumn } from './slot-column.ts'

/**
 * The partitions where a layer's keys were found, as a layer around it: where the layer's reducer is
 * the hash by which the producers chose among so many partitions (as the verdict `consistent` has
 * it), so that the arithmetic of P5 holds between the two; else null. Once keys were forgotten, those
 * that are left say it: the frequent ones and a sample of the others.
 */
export function foundLayer(inner: SlotColumn, partitions: number): SlotColumn | null {
  const { stream } = inner
  const { table, found } = stream
  if (partitions < 2 || table.size < keysAgainstLuck(partitions)) return null
  const { reducer } = inner.lane
  const outer = new SlotColumn({ layer: 'partition', count: partitions, reducer }, stream)
  let keyed = 0
  for (let key = 0; key < table.size; key++) keyed += table.messagesOf(key)
  let left = (1 - CONSISTENT) * keyed
  for (let key = 0; key < table.size && left >= 0; key++) {
    left -= found.elsewhere(key, outer.place(FIRST_KEY + key), table.messagesOf(key))
  }
  if (left < 0) return null
  outer.catchUp()
  return outer
}

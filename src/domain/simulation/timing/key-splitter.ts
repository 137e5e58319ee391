import { NO_SLOT } from '../../keys/lane-sums.ts'
import { balancedSlots } from '../../virtual/balanced.ts'
import type { Distribution } from '../batch-splitter.ts'

/** The VP of each message of a batch. */
export type KeySplitter = (keys: readonly number[]) => readonly number[]

/**
 * Splits batches of numbered keys as `splitBatch` splits messages (V2, V3).
 * @param slots the VP of each key; NO_SLOT where it cannot be placed, whose batch goes to VP 0 whole
 */
export function keySplitter(
  slots: Int32Array,
  virtualPartitions: number,
  distribution: Distribution,
): KeySplitter {
  return (keys) => {
    if (keys.some((key) => slots[key] === NO_SLOT)) return new Array<number>(keys.length).fill(0)
    return distribution === 'balanced'
      ? balanced(keys, virtualPartitions)
      : keys.map((key) => slots[key]!)
  }
}

function balanced(keys: readonly number[], virtualPartitions: number): readonly number[] {
  // A Map keeps the order of insertion, which is that of the first offsets.
  const groups = new Map<number, number>()
  for (const key of keys) groups.set(key, (groups.get(key) ?? 0) + 1)
  const slots = balancedSlots([...groups.values()], virtualPartitions)
  let at = 0
  for (const key of groups.keys()) groups.set(key, slots[at++]!)
  return keys.map((key) => groups.get(key)!)
}

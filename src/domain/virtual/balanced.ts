/**
 * V3's `balanced` distribution: the slot of each key group of one batch. `sizes` holds the messages
 * per key, in the order of the keys' first offsets. The largest group comes first and goes to the
 * slot with the fewest messages; equal groups by first offset, equal slots by index. A key is never
 * split inside a batch; in another batch it may be elsewhere.
 */
export function balancedSlots(sizes: readonly number[], count: number): readonly number[] {
  const largestFirst = sizes.map((_, group) => group).sort((a, b) => sizes[b]! - sizes[a]! || a - b)
  const loads: number[] = []
  const slots = new Array<number>(sizes.length)
  for (const group of largestFirst) {
    // Slots beyond `loads` are empty, and an empty slot is the least loaded one.
    const slot = loads.length < count ? loads.length : leastLoaded(loads)
    loads[slot] = (loads[slot] ?? 0) + sizes[group]!
    slots[group] = slot
  }
  return slots
}

function leastLoaded(loads: readonly number[]): number {
  let least = 0
  for (let slot = 1; slot < loads.length; slot++) if (loads[slot]! < loads[least]!) least = slot
  return least
}

import type { CountSpectrum } from './count-spectrum.ts'

/** Equal keys beyond this many per slot are placed together rather than one by one. */
const ONE_BY_ONE = 8
const BISECTIONS = 60

/**
 * Messages of the fullest slot after largest-first packing (LPT): keys in descending order, each to
 * the slot that is emptiest so far. At most 4/3 of the best that any placement can reach.
 */
export function packedMaximum(spectrum: CountSpectrum, slots: number): number {
  const loads = new Float64Array(slots)
  spectrum.counts.forEach((count, i) => {
    let keys = Math.round(spectrum.keys[i]!)
    if (keys > ONE_BY_ONE * slots) {
      keys -= levelled(loads, count, keys)
      // Levelling keeps no heap order, and an ascending array is a heap.
      loads.sort()
    }
    for (; keys > 0; keys--) addToEmptiest(loads, count)
  })
  return loads.reduce((most, load) => Math.max(most, load), 0)
}

/** Places equal keys on every slot below a common level, as packing one by one would; how many. */
function levelled(loads: Float64Array, count: number, keys: number): number {
  let low = loads[0]!
  let high = low + count * keys
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2
    if (placedBelow(loads, count, middle) <= keys) low = middle
    else high = middle
  }
  const placed = placedBelow(loads, count, low)
  for (let slot = 0; slot < loads.length; slot++) {
    loads[slot] = loads[slot]! + keysUpTo(loads[slot]!, count, low) * count
  }
  return placed
}

function placedBelow(loads: Float64Array, count: number, level: number): number {
  let placed = 0
  for (let slot = 0; slot < loads.length; slot++) placed += keysUpTo(loads[slot]!, count, level)
  return placed
}

/** How many keys a slot takes while its load is below the level. */
function keysUpTo(load: number, count: number, level: number): number {
  return load < level ? Math.ceil((level - load) / count) : 0
}

/** `loads` is a binary heap with the emptiest slot at its top. */
function addToEmptiest(loads: Float64Array, messages: number): void {
  const load = loads[0]! + messages
  const size = loads.length
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= size) break
    if (child + 1 < size && loads[child + 1]! < loads[child]!) child++
    if (loads[child]! >= load) break
    loads[at] = loads[child]!
    at = child
  }
  loads[at] = load
}

import { count } from './numbers.ts'

const RANGES_SHOWN = 12

/** Ascending whole numbers as ranges: `0, 2-5, 9`; many ranges are cut. */
export function numberRanges(ascending: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const value of ascending) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === value - 1) last[1] = value
    else ranges.push([value, value])
  }
  const shown = ranges.slice(0, RANGES_SHOWN)
  const left = ranges.slice(RANGES_SHOWN).reduce((sum, [from, to]) => sum + to - from + 1, 0)
  const parts = shown.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
  return [...parts, ...(left > 0 ? [`.. ${count(left)} more`] : [])].join(', ')
}

import { duration } from '../../../text/numbers.ts'

/** The width of every drawing, in its own units; a browser stretches it to the page. */
export const WIDTH = 1000

/** Milliseconds since the start as units of a drawing, two decimals at most. */
export function unitsOf(ms: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((ms / whole) * WIDTH * 100) / 100
}

/** A mark on the axis of time. */
export interface Tick {
  readonly ms: number
  readonly label: string
}

/** At most 7 round times from 0 on; the last one may lie before the end. */
export function ticksOf(whole: number): Tick[] {
  if (whole === 0) return [{ ms: 0, label: '0' }]
  const step = stepOf(whole / 6)
  const ticks: Tick[] = []
  for (let index = 0; index * step <= whole; index++) {
    const ms = Number((index * step).toPrecision(12))
    ticks.push({ ms, label: index === 0 ? '0' : duration(ms) })
  }
  return ticks
}

const MINUTE = 60_000
const ROUND_TIMES = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1440, 2880, 14_400]

/** The shortest round time that is no shorter: 1, 2, 5 of a power of ten, then whole minutes. */
function stepOf(least: number): number {
  if (least > 30_000) {
    const minutes = ROUND_TIMES.find((length) => length * MINUTE >= least)
    if (minutes !== undefined) return minutes * MINUTE
  }
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least) ?? least
}

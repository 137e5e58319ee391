import type { Clock } from '../ports/clock.ts'

/** Node's timers take at most so many milliseconds. */
const LONGEST_MS = 2 ** 31 - 1

/** The machine's time. */
export const machineClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS))
    return () => clearTimeout(timer)
  },
}

import type { Clock } from '../ports/clock.ts'

/** Node's timers take at most so many milliseconds. */
const LONGEST_MS = 2 ** 31 - 1
/** Consumers that never wait may keep timers and sockets waiting for so long, and one job more. */
const TURN_MS = 10

let turnBegan = performance.now()
let nextTurn: Promise<void> | null = null

/** The machine's time; all runtimes of a thread take turns together. */
export const machineClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS))
    return () => clearTimeout(timer)
  },
  turn() {
    if (nextTurn === null && performance.now() - turnBegan >= TURN_MS) {
      nextTurn = new Promise((resolve) => {
        setImmediate(() => {
          nextTurn = null
          turnBegan = performance.now()
          resolve()
        })
      })
    }
    return nextTurn
  },
}

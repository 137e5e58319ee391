import { UsageError } from '../../../errors.ts'
import type { TimingOptions } from './timing.ts'

/** Ten minutes; with 10 million messages microseconds are still counted exactly. */
export const MOST_IO_MS = 600_000
export const MOST_WORKERS = 1_000_000
/** With more the time is back-off alone. */
export const MOST_FAIL_RATE = 0.5

/** Refuses what cannot be played. @throws UsageError */
export function checkTiming({ ioMs, concurrency, failRate }: TimingOptions): void {
  const micros = Math.round(ioMs * 1000)
  check('ioMs', ioMs, micros >= 1 && ioMs <= MOST_IO_MS, `0.001 to ${MOST_IO_MS}`)
  const isCount = Number.isSafeInteger(concurrency) && concurrency >= 1
  check('concurrency', concurrency, isCount && concurrency <= MOST_WORKERS, `1 to ${MOST_WORKERS}`)
  check('failRate', failRate, failRate >= 0 && failRate <= MOST_FAIL_RATE, `0 to ${MOST_FAIL_RATE}`)
}

function check(what: string, value: number, isGood: boolean, range: string): void {
  if (isGood) return
  throw new UsageError('simulation.bad-timing', `${what} is ${value}`, [`Give ${range}.`])
}

import { UsageError } from '../../errors.ts'

/** Workers whose loads are kept apart; beyond it a simulation says nothing that a person can use. */
const MOST_WORKERS = 1_000_000

/**
 * Refuses layers that come to more workers than are kept apart.
 * @param counts slots per layer, from the outside in; 1 for a layer that is not there
 * @throws UsageError
 */
export function checkWorkers(counts: readonly number[]): void {
  const workers = counts.reduce((product, count) => product * count, 1)
  if (workers <= MOST_WORKERS) return
  const factors = counts.filter((count) => count > 1).join(' x ')
  throw new UsageError('simulation.too-many-workers', `${factors} slots are ${workers} workers`, [
    `Simulate at most ${MOST_WORKERS} at once, partitions of the log included.`,
  ])
}

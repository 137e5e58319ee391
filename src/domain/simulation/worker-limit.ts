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

/** Stacks that are played side by side; each keeps loads of its own. */
const MOST_STACKS = 1000

/** Refuses lists of counts and reducers that combine to more stacks than are played. @throws UsageError */
export function checkStacks(stacks: number): void {
  if (stacks <= MOST_STACKS) return
  throw new UsageError(
    'simulation.too-many-stacks',
    `these counts and reducers combine to ${stacks} ways to stack the layers`,
    [`Compare at most ${MOST_STACKS} at once: shorter lists, or one layer after the other.`],
  )
}

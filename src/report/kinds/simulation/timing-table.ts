import type { StrategyFigures } from '../../../domain/simulation/simulation.ts'
import type { CsvTable } from '../../format/csv-text.ts'

/** Of each strategy that was timed a row for all of it, then one per process where there are several. */
export function timingTable(strategies: readonly StrategyFigures[]): CsvTable {
  return {
    columns: [
      ...['strategy', 'segment', 'member', 'messages', 'seconds', 'messages_per_second'],
      ...['utilization', 'limit', 'limit_seconds'],
    ],
    rows: strategies.flatMap(({ name, timing }) => {
      if (timing === null) return []
      const whole = { ...timing, segment: null, member: null }
      return [whole, ...timing.perProcess].map(
        ({ segment, member, messages, seconds, utilization, limit }) => [
          ...[name, segment, member, messages, seconds, seconds === 0 ? 0 : messages / seconds],
          ...[utilization, limit.what, limit.seconds],
        ],
      )
    }),
  }
}

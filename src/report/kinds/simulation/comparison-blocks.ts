import type { StrategyFigures } from '../../../domain/simulation/simulation.ts'
import {
  type Block,
  type Cell,
  type Column,
  labelColumn,
  numberColumn,
  proseColumn,
  quoted,
  section,
  table,
  textColumn,
} from '../../blocks.ts'
import { factor, percent } from '../../text/numbers.ts'
import { LANE_COLUMNS, LANE_DEFINITIONS, laneCells } from '../lane-comparison.ts'
import { shortSlotsOf } from '../lane-names.ts'
import { seconds } from './timing-blocks.ts'

/** Every lane of every strategy in a row, and what each strategy makes of batches and workers. */
export function comparisonBlocks(strategies: readonly StrategyFigures[]): Block[] {
  if (strategies.every(({ lanes }) => lanes.length === 0)) return []
  return [
    section('Load per layer', LANE_DEFINITIONS),
    laneTable(strategies),
    ...useTable(strategies),
  ]
}

function laneTable(strategies: readonly StrategyFigures[]): Block {
  const several = strategies.length > 1
  const columns = [
    ...(several ? [proseColumn('strategy')] : []),
    labelColumn('slots'),
    textColumn('reducer', 2),
    ...LANE_COLUMNS,
  ]
  const rows = strategies.flatMap(({ name, lanes }) =>
    lanes.map((lane, index) => [
      ...(several ? [index === 0 ? quoted(name) : ''] : []),
      shortSlotsOf(lane.layer, lane.count),
      quoted(lane.reducer),
      ...laneCells(lane),
    ]),
  )
  return table(columns, rows)
}

/** Only where strategies are compared; one alone has these figures in its own sections. */
function useTable(strategies: readonly StrategyFigures[]): Block[] {
  if (strategies.length < 2) return []
  const figures: [Column, (strategy: StrategyFigures) => Cell][] = [
    [numberColumn('workers busy'), ({ layers: { stacked } }) => busyWorkers(stacked)],
    [
      numberColumn('busy VPs', 1),
      ({ batches }) => (batches === null ? '' : factor(batches.busy.mean)),
    ],
    [
      numberColumn('parallel'),
      ({ batches }) => (batches === null ? '' : percent(batches.parallelEfficiency)),
    ],
    [numberColumn('time'), ({ timing }) => (timing === null ? '' : seconds(timing.seconds))],
    [
      numberColumn('messages/s', 2),
      ({ timing }) => (timing === null ? '' : factor(timing.messagesPerSecond)),
    ],
    [numberColumn('used', 3), ({ timing }) => (timing === null ? '' : percent(timing.utilization))],
  ]
  const used = figures.filter(([, cell]) => strategies.some((strategy) => cell(strategy) !== ''))
  if (used.length === 0) return []
  return [
    section('Workers and batches', '', 2),
    table(
      [proseColumn('strategy'), ...used.map(([column]) => column)],
      strategies.map((strategy) => [
        quoted(strategy.name),
        ...used.map(([, cell]) => cell(strategy)),
      ]),
    ),
  ]
}

function busyWorkers(stacked: StrategyFigures['layers']['stacked']): string {
  return stacked === null ? '' : `${stacked.busyWorkers} of ${stacked.workers}`
}

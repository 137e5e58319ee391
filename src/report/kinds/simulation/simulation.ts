import { refusedText } from '../../../domain/routing/refused-messages.ts'
import type {
  PartitionerErrors,
  SimulationDocument,
  StrategyFigures,
} from '../../../domain/simulation/simulation.ts'
import { type Block, footer, headline, listing, notice, section } from '../../blocks.ts'
import type { CsvTable } from '../../format/csv-text.ts'
import type { Renderer } from '../../renderer.ts'
import { plural } from '../../text/numbers.ts'
import { nothingRead, readBlocks } from '../read-blocks.ts'
import { batchUseBlocks } from './batch-use-blocks.ts'
import { comparisonBlocks } from './comparison-blocks.ts'
import { exactnessBlocks } from './exactness-blocks.ts'
import { laneBlocks } from './lane-blocks.ts'
import { correlationBlocks, stackedBlocks } from './layer-blocks.ts'
import { memberBlocks, trafficBlocks } from './member-blocks.ts'
import { timingBlocks } from './timing-blocks.ts'
import { timingTable } from './timing-table.ts'

/** More than these are compared, not told one by one. */
const STRATEGIES_SHOWN = 3

/**
 * `simulate`. All lanes of all strategies side by side first, with what is wrong between layers;
 * then each strategy from the slots inwards: slots, batches, what it costs, who owns what.
 */
export const simulationRenderer: Renderer<SimulationDocument> = {
  blocks: (document): Block[] => {
    const { strategies, messages, read } = document
    const several = strategies.length > 1
    const left = strategies.length - STRATEGIES_SHOWN
    const compared = several ? `, ${plural(strategies.length, 'strategy', 'strategies')}` : ''
    return [
      headline(`${plural(messages, 'message')} simulated${compared}`),
      ...readBlocks(read),
      ...exactnessBlocks(strategies),
      ...(messages === 0 ? [nothingRead] : []),
      ...document.partitionerErrors.map(refusedNotice),
      ...comparisonBlocks(strategies),
      ...strategies
        .slice(0, STRATEGIES_SHOWN)
        .flatMap((strategy) => strategyBlocks(strategy, document, several)),
      ...(left > 0 ? [section('The rest'), listing([], { left, what: 'strategies' })] : []),
      footer('Every figure: --format json'),
    ]
  },
  csv: ({ strategies, timing }) =>
    timing === null ? slotTable(strategies) : timingTable(strategies),
}

function refusedNotice({ partitioner, messages, refused }: PartitionerErrors): Block {
  return notice(
    'bad',
    `The partitioner ${partitioner} refused ${plural(messages, 'message')}: ${refused.map(refusedText).join('; ')}.`,
    'Each goes to segment 0 (P4), and makes its whole batch run in virtual partition 0 (V2).',
  )
}

function strategyBlocks(
  strategy: StrategyFigures,
  { messages, read }: SimulationDocument,
  several: boolean,
): Block[] {
  const name = several ? `${strategy.name}: ` : ''
  return [
    ...correlationBlocks(strategy.layers, name),
    ...laneBlocks(strategy.lanes, name, read.partitions !== null),
    ...stackedBlocks(strategy.layers, name),
    ...batchUseBlocks(strategy.batches, name),
    ...timingBlocks(strategy.timing, name),
    ...trafficBlocks(strategy.traffic, messages, name),
    ...memberBlocks(strategy.members, name),
  ]
}

/** Every slot of every lane of every strategy: a row each. */
function slotTable(strategies: readonly StrategyFigures[]): CsvTable {
  return {
    columns: [
      ...['strategy', 'layer', 'count', 'reducer', 'slot'],
      ...['messages', 'bytes', 'keys', 'share'],
    ],
    rows: strategies.flatMap(({ name, lanes }) =>
      lanes.flatMap(({ layer, count, reducer, slots, bytes }) =>
        slots.map(({ index, messages, keys, share }) => [
          ...[name, layer, count, reducer, index],
          ...[messages, bytes[index], keys, share],
        ]),
      ),
    ),
  }
}

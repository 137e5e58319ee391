import type { BatchUse } from '../../../domain/simulation/simulation.ts'
import {
  type Block,
  type Cell,
  graphColumn,
  numberColumn,
  paragraph,
  section,
  table,
} from '../../blocks.ts'
import { highestOf } from '../../text/bars.ts'
import { count, factor, percent, plural } from '../../text/numbers.ts'

const ROWS_SHOWN = 16

/** How many virtual partitions a batch really fills. */
export function batchUseBlocks(use: BatchUse | null, name: string): Block[] {
  if (use === null || use.batches === 0) return []
  const {
    virtualPartitions,
    maxMessages,
    batches,
    dropped,
    busy,
    parallelEfficiency,
    distribution,
  } = use
  return [
    section(`${name}Batches of at most ${plural(maxMessages, 'message')}`),
    paragraph(
      `A batch fills ${factor(busy.mean)} of ${count(virtualPartitions)} virtual partitions on ` +
        `average, ${count(busy.p50)} in half of the ${plural(batches, 'batch', 'batches')}, ` +
        `${count(busy.p1)} in the worst 1 % (${distribution}).`,
    ),
    ...(dropped === 0
      ? []
      : [
          paragraph(
            `${plural(dropped, 'more poll')} held nothing for a segment, which has no batch then.`,
          ),
        ]),
    paragraph(
      `Parallel efficiency ${percent(parallelEfficiency)}: ` +
        'messages / (virtual partitions x messages of the fullest).',
    ),
    histogram(use),
  ]
}

function histogram({ busyHistogram, batches }: BatchUse): Block {
  const highest = highestOf(busyHistogram)
  const rows = busyHistogram.flatMap((of, busy): Cell[][] =>
    of === 0 ? [] : [[count(busy), count(of), percent(of / batches), { bar: of / highest }]],
  )
  const columns = [
    numberColumn('busy'),
    numberColumn('batches'),
    numberColumn('share'),
    graphColumn(''),
  ]
  return table(columns, rows, 'rows', ROWS_SHOWN)
}

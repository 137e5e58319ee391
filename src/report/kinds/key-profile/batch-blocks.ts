import type { KeyProfileDocument, Percentiles } from '../../../domain/keys/key-profile.ts'
import {
  type Block,
  type Cell,
  labelColumn,
  numberColumn,
  paragraph,
  section,
  table,
} from '../../blocks.ts'
import { count, factor, plural } from '../../text/numbers.ts'

/** What polls hold, and so how many virtual partitions they can keep busy. */
export function batchBlocks({ batches }: KeyProfileDocument): Block[] {
  if (batches.batches === 0) return []
  const { maxMessages, messagesPerKey, keysPerBatch, parallelism } = batches
  const polls = plural(batches.batches, 'batch', 'batches')
  return [
    section('Batches, as virtual partitions see them'),
    paragraph(
      `${polls} of at most ${count(maxMessages)} messages; in half of them no more than ` +
        `${factor(parallelism.p50)} virtual partitions can be busy all the time.`,
    ),
    table(
      ['', 'p50', 'p99', 'max'].map((title, index) =>
        index === 0 ? labelColumn(title) : numberColumn(title),
      ),
      [
        row('messages per key', messagesPerKey, count),
        row('keys per batch', keysPerBatch, count),
        row('useful virtual partitions', parallelism, factor),
      ],
    ),
  ]
}

function row(name: string, { p50, p99, max }: Percentiles, text: (n: number) => string): Cell[] {
  return [name, text(p50), text(p99), text(max)]
}

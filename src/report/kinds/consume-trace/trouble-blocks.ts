import type { ConsumeTraceDocument } from '../../../domain/model/consume-trace.ts'
import {
  type Block,
  type Cell,
  labelColumn,
  notice,
  numberColumn,
  proseColumn,
  quoted,
  section,
  table,
  textColumn,
  toned,
} from '../../blocks.ts'
import { count, duration, plural } from '../../text/numbers.ts'
import { nameAt } from './figures.ts'

const ROWS_SHOWN = 20

/** Where partitions waited, per partition and reason; the longest together first. */
export function pauseBlocks(trace: ConsumeTraceDocument): Block[] {
  if (trace.pauses.length === 0) return []
  const groups = Map.groupBy(trace.pauses, ({ partition, reason }) => `${partition} ${reason}`)
  const rows = [...groups.values()]
    .map((pauses) => ({
      first: pauses[0]!,
      pauses: pauses.length,
      total: pauses.reduce((sum, { ms }) => sum + ms, 0),
      longest: pauses.reduce((most, { ms }) => Math.max(most, ms), 0),
    }))
    .sort((a, b) => b.total - a.total)
    .map(({ first, pauses, total, longest }): Cell[] => [
      quoted(nameAt(trace, first.partition)),
      toned(first.reason, first.reason === 'failure' ? 'warn' : 'plain'),
      count(pauses),
      duration(total),
      duration(longest),
    ])
  const columns = [
    textColumn('partition'),
    labelColumn('reason'),
    numberColumn('pauses'),
    numberColumn('together'),
    numberColumn('longest', 1),
  ]
  return [
    section('Pauses', 'A failure makes its partition wait; the others go on.'),
    table(columns, rows, 'rows', ROWS_SHOWN),
    ...leftOut(trace.omitted.pauses, 'pause'),
  ]
}

/** When batches ran as one job in log order. */
export function collapseBlocks(trace: ConsumeTraceDocument): Block[] {
  if (trace.collapses.length === 0) return []
  const rows = trace.collapses.map((collapse): Cell[] => [
    quoted(nameAt(trace, collapse.partition)),
    collapse.reason,
    collapse.until,
    duration(collapse.from),
    duration(collapse.ms),
  ])
  const columns = [
    textColumn('partition'),
    labelColumn('reason'),
    numberColumn('up to offset'),
    numberColumn('from'),
    numberColumn('for', 1),
  ]
  return [
    section('Collapses', 'Batches that run as one job, in log order, up to an offset.'),
    table(columns, rows, 'collapses', ROWS_SHOWN),
    ...leftOut(trace.omitted.collapses, 'collapse'),
  ]
}

/** Messages that were given up. */
export function deadLetterBlocks(trace: ConsumeTraceDocument): Block[] {
  if (trace.deadLetters.length === 0) return []
  const rows = trace.deadLetters.map((letter): Cell[] => [
    quoted(nameAt(trace, letter.partition)),
    letter.offset,
    count(letter.attempts),
    letter.deadLetterTopic === null ? toned('skipped', 'warn') : quoted(letter.deadLetterTopic),
    quoted(letter.error),
  ])
  const columns = [
    textColumn('partition'),
    numberColumn('offset'),
    numberColumn('attempts', 2),
    textColumn('to', 1),
    proseColumn('error'),
  ]
  return [
    section('Dead letters'),
    table(columns, rows, 'dead letters', ROWS_SHOWN),
    ...leftOut(trace.omitted.deadLetters, 'dead letter'),
  ]
}

/** Errors by type, each with the text of the first one. */
export function errorBlocks({ errors }: ConsumeTraceDocument): Block[] {
  if (errors.length === 0) return []
  const rows = errors.map((error): Cell[] => [error.type, count(error.count), quoted(error.first)])
  const columns = [textColumn('type'), numberColumn('errors'), proseColumn('the first one')]
  return [section('Errors'), table(columns, rows, 'types')]
}

function leftOut(omitted: number, one: string): Block[] {
  if (omitted === 0) return []
  return [notice('warn', `The trace left out ${plural(omitted, `more ${one}`)}.`)]
}

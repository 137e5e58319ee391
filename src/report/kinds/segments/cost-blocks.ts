import type { ExclusionRange, OffsetCost, OffsetOperation } from '../../../domain/offsets/plan.ts'
import {
  type Block,
  type Cell,
  notice,
  numberColumn,
  paragraph,
  quoted,
  section,
  table,
  textColumn,
} from '../../blocks.ts'
import { count, plural } from '../../text/numbers.ts'
import { placeText } from './places.ts'

const RANGES_SHOWN = 16

/** Messages that are processed again or left out, in all and per segment and partition (M11). */
export function costBlocks(cost: OffsetCost, operation: OffsetOperation): Block[] {
  const { again, skipped, exact, reason, partitions } = cost
  if (again === 0 && skipped === 0) {
    return [section('Cost'), paragraph('No message is processed again, and none is skipped.')]
  }
  const most = exact ? 'Exactly' : 'At most'
  const why = reason === null ? '' : `Why not exactly: ${reason}.`
  const isAre = (messages: number) => (messages === 1 ? 'is' : 'are')
  const said = (messages: number) => `${most} ${plural(messages, 'message')} ${isAre(messages)}`
  const passed =
    operation === 'distribute'
      ? `${said(skipped)} skipped by segments: the origin counts as having processed them.`
      : `${said(skipped)} skipped.`
  return [
    section('Cost'),
    ...(again === 0 ? [] : [notice('warn', `${said(again)} processed again.`, why)]),
    ...(skipped === 0 ? [] : [notice('warn', passed, again === 0 ? why : '')]),
    table(
      [
        textColumn('partition'),
        textColumn('group'),
        numberColumn('offsets', 1),
        ...(again === 0 ? [] : [numberColumn('again')]),
        ...(skipped === 0 ? [] : [numberColumn('skipped')]),
      ],
      partitions.map((part): Cell[] => [
        placeText(part),
        quoted(part.group),
        `${part.from} to ${part.to}`,
        ...(again === 0 ? [] : [count(part.again)]),
        ...(skipped === 0 ? [] : [count(part.skipped)]),
      ]),
      'ranges',
      RANGES_SHOWN,
    ),
  ]
}

/** What the consumers of new segments must leave out, because old ones processed it (M12). */
export function exclusionBlocks(exclusions: readonly ExclusionRange[]): Block[] {
  if (exclusions.length === 0) return []
  const blind = exclusions.some(({ fingerprint }) => fingerprint === null)
  return [
    section(
      'Already processed by old segments',
      'A consumer that is given these ranges leaves out what belongs to the old segment; one that is not processes it again. `to` is exclusive.',
    ),
    table(
      [
        textColumn('partition'),
        textColumn('origin', 1),
        numberColumn('old segment'),
        numberColumn('from'),
        numberColumn('to'),
      ],
      exclusions.map((range): Cell[] => [
        placeText(range),
        quoted(range.origin),
        `${range.segment} of ${range.segments}`,
        range.from,
        range.to,
      ]),
      'ranges',
      RANGES_SHOWN,
    ),
    ...(blind
      ? [
          notice(
            'warn',
            'pstool was not told how messages are spread over the old segments.',
            'Name the strategy (--strategy), so that a consumer can check that it is the same one.',
          ),
        ]
      : []),
  ]
}

import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { SegmentedStatus } from '../../../domain/offsets/status.ts'
import {
  type Cell,
  numberColumn,
  proseColumn,
  type Table,
  table,
  textColumn,
  toned,
  withNarrow,
} from '../../blocks.ts'
import { count } from '../../text/numbers.ts'
import { segmentsLabel } from './group-labels.ts'
import { offsetCell, offsetText, placeText } from './places.ts'

const ROWS_SHOWN = 40

/** What the groups of an origin have committed in one partition. */
export interface Standing extends TopicPartition {
  readonly end: string
  readonly origin: string | null
  /** By segment id. */
  readonly segments: readonly (string | null)[]
  /** Where a collapse would put them; null where none has committed anything. */
  readonly lowest: string | null
  /** How far the segments are apart: messages, or that some have committed nothing; null: not. */
  readonly apart: string | null
}

/** Every partition of the groups' topics. */
export function standingsOf({ groups }: SegmentedStatus): Standing[] {
  const origin = groups.find(({ role }) => role === 'origin')
  const parallel = groups.filter(({ role }) => role === 'segment')
  return (origin?.partitions ?? []).map(({ topic, partition, end, committed }, at) => {
    const segments = parallel.map(({ partitions }) => partitions[at]?.committed ?? null)
    return { topic, partition, end, origin: committed, segments, ...spreadOf(segments) }
  })
}

function spreadOf(segments: readonly (string | null)[]): Pick<Standing, 'lowest' | 'apart'> {
  const set = segments.filter((committed) => committed !== null)
  const ascending = set.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
  const [lowest = null] = ascending
  const highest = ascending.at(-1)
  if (lowest === null || highest === undefined) return { lowest, apart: null }
  if (set.length < segments.length) return { lowest, apart: 'some none' }
  const messages = Number(BigInt(highest) - BigInt(lowest))
  return { lowest, apart: messages === 0 ? null : count(messages) }
}

/** Side by side, a column per group; where that is too wide a line per offset with who stands there. */
export function standingTable(standings: readonly Standing[], segments: number): Table {
  const differs = ({ apart }: Standing) => Number(apart !== null)
  const cut = standings.length - ROWS_SHOWN > 1
  // Partitions where nothing is wrong are cut before those where something is.
  const ordered = cut ? standings.toSorted((a, b) => differs(b) - differs(a)) : standings
  return withNarrow(sideBySide(ordered), oneBelowTheOther(ordered, segments))
}

function sideBySide(standings: readonly Standing[]): Table {
  const ids = standings[0]?.segments.map((_, id) => numberColumn(String(id))) ?? []
  const differ = standings.some(({ apart }) => apart !== null)
  const columns = [
    textColumn('partition'),
    numberColumn('log end', 1),
    numberColumn('origin'),
    ...ids,
    ...(differ ? [numberColumn('apart')] : []),
  ]
  const rows = standings.map((standing): Cell[] => [
    placeText(standing),
    standing.end,
    offsetCell(standing.origin),
    ...standing.segments.map((committed) => segmentCell(committed, standing)),
    ...(differ ? [toned(standing.apart ?? '', 'warn')] : []),
  ])
  return table(columns, rows, 'partitions', ROWS_SHOWN)
}

/** The segments that are not where a collapse would put all of them stand out. */
function segmentCell(committed: string | null, { apart, lowest }: Standing): Cell {
  if (apart === null) return offsetCell(committed)
  return toned(offsetText(committed), committed === lowest ? 'plain' : 'warn')
}

function oneBelowTheOther(standings: readonly Standing[], segments: number): Table {
  const rows = standings.flatMap((standing): Cell[][] => {
    const standingAt = Map.groupBy(standing.segments.keys(), (id) => standing.segments[id] ?? null)
    const named = [...standingAt].map(([committed, ids]): Cell[] => [
      placeText(standing),
      segmentCell(committed, standing),
      segmentsLabel(ids, segments).join(''),
    ])
    return [[placeText(standing), offsetCell(standing.origin), 'origin'], ...named]
  })
  const columns = [textColumn('partition'), numberColumn('committed'), proseColumn('by')]
  return table(columns, rows, 'offsets', ROWS_SHOWN)
}

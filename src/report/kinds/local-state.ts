import type {
  LocalOffsetDocument,
  LocalStateDocument,
  LocalTopicDocument,
} from '../../domain/model/local-state.ts'
import {
  type Block,
  type Cell,
  headline,
  numberColumn,
  quoted,
  section,
  table,
  textColumn,
} from '../blocks.ts'
import type { Renderer } from '../renderer.ts'
import { count, plural } from '../text/numbers.ts'

/** A group's committed offset, one row. */
interface OffsetRow {
  readonly group: string
  readonly topic: string
  readonly partition: string
  readonly offset: string
  readonly metadata: string
  readonly leaderEpoch: number | null
}

/** `local dump`: the logs of every topic, then what every group has committed (as CSV: that alone). */
export const localStateRenderer: Renderer<LocalStateDocument> = {
  blocks: (document): Block[] => {
    const topics = Object.keys(document.topics).length
    const groups = Object.keys(document.groups).length
    return [
      headline(`${plural(topics, 'topic')}, ${plural(groups, 'group')} with committed offsets`),
      ...logBlocks(document.topics),
      ...offsetBlocks(offsetRows(document.groups)),
    ]
  },
  csv: ({ groups }) => ({
    columns: ['group', 'topic', 'partition', 'offset', 'metadata', 'leaderEpoch'],
    rows: offsetRows(groups).map((row) => [
      ...[row.group, row.topic, Number(row.partition), row.offset],
      ...[row.metadata === '' ? null : row.metadata, row.leaderEpoch],
    ]),
  }),
}

function logBlocks(topics: LocalStateDocument['topics']): Block[] {
  const rows = Object.entries(topics).flatMap(([name, topic]) => logRows(name, topic))
  if (rows.length === 0) return []
  const columns = [
    textColumn('topic'),
    numberColumn('partition'),
    numberColumn('start', 2),
    numberColumn('end'),
    numberColumn('messages', 1),
  ]
  return [section('Logs'), table(columns, rows)]
}

/** Offsets count on from the start, or from the message before, where a message says none. */
function logRows(
  name: string,
  { partitions, messages = [], ranges = {} }: LocalTopicDocument,
): Cell[][] {
  return Array.from({ length: partitions }, (_, partition) => {
    const kept = messages.filter((message) => message.partition === partition)
    const range = ranges[String(partition)]
    const start = range?.start ?? kept[0]?.offset ?? '0'
    const next = kept.reduce(
      (at, { offset }) => (offset === undefined ? at : BigInt(offset)) + 1n,
      BigInt(start),
    )
    const end = range?.end ?? String(next)
    return [quoted(name), count(partition), start, end, count(kept.length)]
  })
}

function offsetRows(groups: LocalStateDocument['groups']): OffsetRow[] {
  return Object.entries(groups).flatMap(([group, topics]) =>
    Object.entries(topics).flatMap(([topic, offsets]) =>
      Object.entries(offsets).map(([partition, committed]) => ({
        group,
        topic,
        partition,
        ...committedOf(committed),
      })),
    ),
  )
}

function committedOf(
  committed: LocalOffsetDocument,
): Pick<OffsetRow, 'offset' | 'metadata' | 'leaderEpoch'> {
  if (typeof committed === 'string') return { offset: committed, metadata: '', leaderEpoch: null }
  const { offset, metadata = '', leaderEpoch = null } = committed
  return { offset, metadata, leaderEpoch }
}

function offsetBlocks(rows: readonly OffsetRow[]): Block[] {
  if (rows.length === 0) return []
  const metadata = rows.some((row) => row.metadata !== '')
  const columns = [
    textColumn('group'),
    textColumn('topic'),
    numberColumn('partition'),
    numberColumn('offset'),
    ...(metadata ? [textColumn('metadata', 1)] : []),
  ]
  const cells = rows.map((row): Cell[] => [
    quoted(row.group),
    quoted(row.topic),
    row.partition,
    row.offset,
    ...(metadata ? [quoted(row.metadata)] : []),
  ])
  return [section('Committed offsets'), table(columns, cells)]
}

import type { DatabaseSync } from 'node:sqlite'
import type { PartitionRange, Position, Selection } from '../../domain/model/selection.ts'
import { stretchesOf } from '../../domain/model/stretches.ts'
import { unknownPartition } from './topic-names.ts'
import { partitionRanges, type TopicRow } from './topics.ts'

/** Offsets `from` (inclusive) to `to` (exclusive) of a partition. */
export interface OffsetStretch {
  readonly partition: number
  readonly from: number
  readonly to: number
}

export interface ReadPlan {
  /** Messages of the whole selection, before its limit. */
  readonly available: number
  /** Offsets of selected logs that keep no message at all: no stretch leads over them. */
  readonly contentless: number
  /** Ascending by partition and offset. */
  readonly stretches: readonly OffsetStretch[]
}

/** The selection as offset ranges of the log as it is now. @throws BrokerError */
export function planRead(sql: DatabaseSync, topic: TopicRow, selection: Selection): ReadPlan {
  const logs = selectedRanges(sql, topic, selection).map((range) => {
    const from = Math.max(range.start, offsetOf(sql, topic, range, selection.from))
    const to = Math.min(range.end, offsetOf(sql, topic, range, selection.until))
    const size = from < to ? countBetween(sql, topic, range, from, to) : 0
    return { partition: range.partition, from, to, size }
  })
  const stretches = stretchesOf(logs, selection.limit, selection.sample, selection.seed)
  const byPartition = new Map(logs.map((log) => [log.partition, log]))
  return {
    available: logs.reduce((sum, { size }) => sum + size, 0),
    contentless: logs
      .filter(({ size, from, to }) => size === 0 && from < to)
      .reduce((sum, { from, to }) => sum + to - from, 0),
    stretches: stretches.map(({ partition, from, to }) => {
      const log = byPartition.get(partition)!
      // A stretch to the edge of the selection covers the gap there too.
      const first = from === 0 ? log.from : offsetAt(sql, topic, log, from)
      const end = to === log.size ? log.to : offsetAt(sql, topic, log, to - 1) + 1
      return { partition, from: first, to: end }
    }),
  }
}

interface Log {
  readonly partition: number
  readonly start: number
  readonly end: number
  /** No gaps: places and offsets differ by a constant. */
  readonly isDense: boolean
}

function selectedRanges(sql: DatabaseSync, topic: TopicRow, selection: Selection): Log[] {
  const ranges = partitionRanges(sql, topic)
  for (const partition of selection.partitions ?? []) {
    if (ranges[partition] === undefined)
      throw unknownPartition(topic.name, partition, ranges.length)
  }
  const kept = sql.prepare('SELECT kept FROM partitions WHERE topic = ? AND partition = ?')
  return ranges
    .filter(({ partition }) => selection.partitions?.includes(partition) ?? true)
    .map(({ partition, start, end }: PartitionRange) => ({
      partition,
      start: Number(start),
      end: Number(end),
      isDense: kept.get(topic.number, partition)?.kept === Number(end - start),
    }))
}

/** As on Kafka: a time is the place of the first message, in log order, that is not before it. */
function offsetOf(sql: DatabaseSync, topic: TopicRow, log: Log, position: Position): number {
  switch (position.at) {
    case 'earliest':
      return log.start
    case 'latest':
      return log.end
    case 'offset':
      return Number(position.offset)
    case 'timestamp': {
      const query = `SELECT offset FROM messages
        WHERE topic = ? AND partition = ? AND timestamp >= ? ORDER BY offset LIMIT 1`
      const row = sql.prepare(query).get(topic.number, log.partition, position.timestampMs)
      return row === undefined ? log.end : Number(row.offset)
    }
  }
}

function countBetween(
  sql: DatabaseSync,
  topic: TopicRow,
  log: Log,
  from: number,
  to: number,
): number {
  if (log.isDense) return to - from
  const query = `SELECT count(*) AS messages FROM messages
    WHERE topic = ? AND partition = ? AND offset >= ? AND offset < ?`
  return Number(sql.prepare(query).get(topic.number, log.partition, from, to)?.messages)
}

/** The offset of the message at a place, counted from the first one of the selection. */
function offsetAt(
  sql: DatabaseSync,
  topic: TopicRow,
  log: { readonly partition: number; readonly from: number; readonly to: number; size: number },
  place: number,
): number {
  if (log.size === log.to - log.from) return log.from + place
  const query = `SELECT offset FROM messages WHERE topic = ? AND partition = ? AND offset >= ?
    ORDER BY offset LIMIT 1 OFFSET ?`
  return Number(sql.prepare(query).get(topic.number, log.partition, log.from, place)?.offset)
}

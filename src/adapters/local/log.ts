import type { DatabaseSync } from 'node:sqlite'
import type { AppendedMessage, NewMessage } from '../../domain/model/cluster.ts'
import { BugError } from '../../errors.ts'
import { encodeHeaders } from './headers.ts'
import { Placement } from './placement.ts'
import { unknownPartition } from './topic-names.ts'
import { partitionRanges, type TopicRow, topicRow } from './topics.ts'

/**
 * Appends the batch, inside a transaction, as all functions here.
 * @throws BrokerError for an unknown topic or partition
 */
export function append(
  sql: DatabaseSync,
  name: string,
  messages: readonly NewMessage[],
): AppendedMessage[] {
  const topic = topicRow(sql, name)
  const ends = partitionRanges(sql, topic).map(({ end }) => end)
  const placement = new Placement(ends.length, keylessSoFar(sql, topic))
  const insert = insertMessage(sql, topic)
  const appended = messages.map((message) => {
    const partition = message.partition ?? placement.partitionOf(message.key)
    const offset = ends[partition]
    if (offset === undefined) throw unknownPartition(name, partition, ends.length)
    insert(partition, offset, message)
    ends[partition] = offset + 1n
    return { partition, offset }
  })
  const counted = Map.groupBy(appended, ({ partition }) => partition)
  for (const [partition, { length }] of counted) moveEnd(sql, topic, partition, length)
  sql.prepare('UPDATE topics SET keyless = ? WHERE number = ?').run(placement.keyless, topic.number)
  return appended
}

/** Puts messages at offsets of the caller's choice; the range of the log is set apart. */
export function insertMessage(
  sql: DatabaseSync,
  topic: TopicRow,
): (partition: number, offset: bigint, message: NewMessage) => void {
  const insert = sql.prepare(`INSERT INTO messages
    (topic, partition, offset, timestamp, key, headers, value)
    VALUES (?, ?, ?, ?, CAST(? AS BLOB), ?, CAST(? AS BLOB))`)
  return (partition, offset, { timestamp, key, headers, value }) => {
    const place = [topic.number, partition, offset, timestamp ?? null] as const
    insert.run(...place, bound(key), encodeHeaders(headers ?? []), bound(value))
  }
}

/** Node 22 binds some empty arrays as NULL; empty text becomes the empty blob everywhere. */
function bound(bytes: Uint8Array | null): Uint8Array | string | null {
  return bytes?.length === 0 ? '' : bytes
}

/** Where the log starts and ends, and how many messages it has between. */
export interface LogRange {
  readonly start: bigint
  readonly end: bigint
  readonly kept: number
}

/** Sets the range of a log whose messages were put there one by one. */
export function setRange(
  sql: DatabaseSync,
  topic: TopicRow,
  partition: number,
  { start, end, kept }: LogRange,
): void {
  const update = `UPDATE partitions SET log_start = ?, log_end = ?, kept = ?
    WHERE topic = ? AND partition = ?`
  expectOne(sql.prepare(update).run(start, end, kept, topic.number, partition).changes)
}

/**
 * Drops the messages before an offset; one beyond the end empties the log.
 * @throws BrokerError for an unknown topic or partition
 */
export function deleteRecords(
  sql: DatabaseSync,
  name: string,
  partition: number,
  before: bigint,
): void {
  const topic = topicRow(sql, name)
  const ranges = partitionRanges(sql, topic)
  const range = ranges[partition]
  if (range === undefined) throw unknownPartition(name, partition, ranges.length)
  const start = before < range.end ? before : range.end
  if (start <= range.start) return
  const { changes } = sql
    .prepare('DELETE FROM messages WHERE topic = ? AND partition = ? AND offset < ?')
    .run(topic.number, partition, start)
  const update = `UPDATE partitions SET log_start = ?, kept = kept - ?
    WHERE topic = ? AND partition = ?`
  expectOne(sql.prepare(update).run(start, changes, topic.number, partition).changes)
}

function keylessSoFar(sql: DatabaseSync, topic: TopicRow): number {
  const row = sql.prepare('SELECT keyless FROM topics WHERE number = ?').get(topic.number)
  return Number(row?.keyless)
}

function moveEnd(sql: DatabaseSync, topic: TopicRow, partition: number, messages: number): void {
  const update = `UPDATE partitions SET log_end = log_end + ?1, kept = kept + ?1
    WHERE topic = ?2 AND partition = ?3`
  expectOne(sql.prepare(update).run(messages, topic.number, partition).changes)
}

function expectOne(changes: number | bigint): void {
  if (Number(changes) === 1) return
  throw new BugError('bug.local-partition', `${changes} partitions changed where one should have`)
}

import type { DatabaseSync } from 'node:sqlite'
import type { Message } from '../../domain/model/message.ts'
import { type StartFrom, startPosition } from '../../domain/model/start-position.ts'
import { BrokerError } from '../../errors.ts'
import type { PolledBatch, PollRequest } from '../../ports/consumer-source.ts'
import type { SharedPlace } from './group-sharing.ts'
import { decodeHeaders } from './headers.ts'

/**
 * The next messages at or after `from`, inside a transaction; a position that the log has left behind
 * is put where `startFrom` says.
 * @returns null where there is nothing yet
 * @throws BrokerError where the position is gone and `startFrom` is `fail`
 */
export function pollPage(
  sql: DatabaseSync,
  place: SharedPlace,
  { from, maxMessages }: PollRequest,
  startFrom: StartFrom,
): PolledBatch | null {
  const { topic, number, partition } = place
  const range = sql
    .prepare('SELECT log_start, log_end FROM partitions WHERE topic = ? AND partition = ?')
    .get(number, partition)
  if (range === undefined) return null
  const [logStart, end] = [Number(range.log_start), Number(range.log_end)]
  const log = { start: BigInt(logStart), end: BigInt(end) }
  const start = from < logStart ? startPosition(log, null, startFrom) : from
  if (start === null) {
    const message = `${topic}#${partition} begins at ${logStart}, after ${from}`
    throw new BrokerError('broker.no-position', message)
  }
  if (start >= end) {
    return start === from ? null : { messages: [], offsets: [], next: start, end }
  }
  const query = `SELECT offset, timestamp, key, headers, value FROM messages
    WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?`
  const rows = sql.prepare(query).all(number, partition, start, maxMessages)
  const offsets = rows.map(({ offset }) => Number(offset))
  const messages = rows.map(
    (row): Message => ({
      topic,
      partition,
      offset: BigInt(row.offset as number),
      key: row.key as Uint8Array | null,
      value: row.value as Uint8Array | null,
      headers: decodeHeaders(row.headers as string | null),
      timestamp: row.timestamp as number | null,
    }),
  )
  const next = rows.length < maxMessages ? end : offsets.at(-1)! + 1
  return { messages, offsets, next, end }
}

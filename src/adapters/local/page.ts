import type { DatabaseSync } from 'node:sqlite'
import type { ColumnBatch } from '../../domain/model/column-batch.ts'
import { ABSENT } from '../../domain/model/message-batch.ts'
import type { Selection } from '../../domain/model/selection.ts'
import { decodeHeaders } from './headers.ts'
import type { OffsetStretch } from './read-plan.ts'
import type { TopicRow } from './topics.ts'

interface KeyRow {
  readonly offset: number
  readonly timestamp: number | null
  readonly key: Uint8Array | null
  readonly valueLength: number | null
}

interface MessageRow extends Omit<KeyRow, 'valueLength'> {
  readonly headers: string | null
  readonly value: Uint8Array | null
}

const WHERE = `FROM messages WHERE topic = ? AND partition = ? AND offset >= ? AND offset < ?
  ORDER BY offset LIMIT ?`
const KEYS = `SELECT offset, timestamp, key, length(value) AS valueLength ${WHERE}`
const MESSAGES = `SELECT offset, timestamp, key, headers, value ${WHERE}`

/**
 * Adds messages of the stretch to the batch until one of the two has no more.
 * @returns the offset after the last one added, or the stretch's end when it has no more
 */
export function addPage(
  sql: DatabaseSync,
  topic: TopicRow,
  { partition, from, to }: OffsetStretch,
  content: Selection['content'],
  batch: ColumnBatch,
): number {
  const room = batch.capacity - batch.count
  const statement = sql.prepare(content === 'keys' ? KEYS : MESSAGES)
  const rows = statement.all(topic.number, partition, from, to, room)
  if (content === 'keys') addKeys(rows as unknown as KeyRow[], partition, batch)
  else addMessages(rows as unknown as MessageRow[], topic.name, partition, batch)
  return rows.length < room ? to : Number(rows.at(-1)!.offset) + 1
}

function addKeys(rows: readonly KeyRow[], partition: number, batch: ColumnBatch): void {
  for (const { key, valueLength, offset, timestamp } of rows) {
    batch.addRow(key, valueLength ?? ABSENT, partition, offset, timestamp ?? Number.NaN)
  }
}

function addMessages(
  rows: readonly MessageRow[],
  topic: string,
  partition: number,
  batch: ColumnBatch,
): void {
  for (const { offset, headers, key, value, timestamp } of rows) {
    const decoded = decodeHeaders(headers)
    const place = { topic, partition, offset: BigInt(offset) }
    batch.addMessage({ ...place, key, value, headers: decoded, timestamp })
  }
}

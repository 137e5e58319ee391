import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { ClusterDescription, TopicDescription } from '../../domain/model/cluster.ts'
import type { PartitionRange } from '../../domain/model/selection.ts'
import { RefusedError } from '../../errors.ts'
import { checkTopic, unknownTopic } from './topic-names.ts'

/** A topic as the tables know it. */
export interface TopicRow {
  readonly number: number
  readonly name: string
  readonly topicId: string
}

/** Runs inside a transaction, as all functions here. Ascending by name. */
export function topicRows(sql: DatabaseSync): TopicRow[] {
  const rows = sql.prepare('SELECT number, name, topic_id AS topicId FROM topics').all()
  return (rows as unknown as TopicRow[]).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** @throws BrokerError for an unknown topic, with near names */
export function topicRow(sql: DatabaseSync, name: string): TopicRow {
  const topics = topicRows(sql)
  const topic = topics.find((candidate) => candidate.name === name)
  if (topic !== undefined) return topic
  const known = topics.map((candidate) => candidate.name)
  throw unknownTopic(name, known, sql.location() ?? 'the cluster in memory')
}

/** The log range of every partition of a topic. */
export function partitionRanges(sql: DatabaseSync, topic: TopicRow): PartitionRange[] {
  const query = `SELECT partition, log_start AS start, log_end AS "end"
    FROM partitions WHERE topic = ? ORDER BY partition`
  return sql
    .prepare(query)
    .all(topic.number)
    .map(({ partition, start, end }) => ({
      partition: Number(partition),
      start: BigInt(start as number),
      end: BigInt(end as number),
    }))
}

/** Everything but messages and groups. */
export function describeCluster(sql: DatabaseSync): ClusterDescription {
  const { id } = sql.prepare('SELECT id FROM cluster').get() as { id: string }
  const topics = topicRows(sql).map((topic) => describeTopic(sql, topic))
  return { clusterId: id, topics }
}

/** @throws UsageError for a name or count that no topic can have, RefusedError when it exists */
export function createTopic(sql: DatabaseSync, name: string, partitions: number): TopicDescription {
  checkTopic(name, partitions)
  if (topicRows(sql).some((topic) => topic.name === name)) {
    throw new RefusedError('local.topic-exists', `topic ${name} exists already`)
  }
  const topicId = randomUUID()
  const insert = sql.prepare('INSERT INTO topics (name, topic_id) VALUES (?, ?)')
  const topic = { number: Number(insert.run(name, topicId).lastInsertRowid), name, topicId }
  insertPartitions(sql, topic, 0, partitions)
  return describeTopic(sql, topic)
}

/** @throws BrokerError, UsageError, RefusedError when the topic has more than `total` */
export function addPartitions(sql: DatabaseSync, name: string, total: number): void {
  const topic = topicRow(sql, name)
  checkTopic(name, total)
  const count = partitionRanges(sql, topic).length
  if (total < count) {
    const message = `topic ${name} has ${count} partitions, and partitions are never removed`
    throw new RefusedError('local.fewer-partitions', message)
  }
  insertPartitions(sql, topic, count, total)
}

/** The log and the offsets committed for it go with it. @throws BrokerError */
export function deleteTopic(sql: DatabaseSync, name: string): void {
  sql.prepare('DELETE FROM topics WHERE number = ?').run(topicRow(sql, name).number)
}

function describeTopic(sql: DatabaseSync, topic: TopicRow): TopicDescription {
  return { name: topic.name, topicId: topic.topicId, partitions: partitionRanges(sql, topic) }
}

function insertPartitions(sql: DatabaseSync, topic: TopicRow, from: number, to: number): void {
  const insert = sql.prepare('INSERT INTO partitions (topic, partition) VALUES (?, ?)')
  for (let partition = from; partition < to; partition++) insert.run(topic.number, partition)
}

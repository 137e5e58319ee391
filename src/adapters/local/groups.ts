import type { DatabaseSync } from 'node:sqlite'
import type {
  CommittedOffset,
  GroupDescription,
  GroupMember,
  TopicPartition,
} from '../../domain/model/cluster.ts'
import { UsageError } from '../../errors.ts'
import { unknownPartition } from './topic-names.ts'
import { partitionRanges, type TopicRow, topicRow } from './topics.ts'

/** Runs inside a transaction, as all functions here. A group is there by offsets or members. */
export function groupNames(sql: DatabaseSync, nowMs: number): string[] {
  const query = `SELECT group_name AS name FROM group_offsets
    UNION SELECT group_name FROM members WHERE lease_end_ms > ?`
  const rows = sql.prepare(query).all(nowMs) as { name: string }[]
  return rows.map(({ name }) => name).sort()
}

/** Groups with the members whose lease has not ended. */
export function describeGroups(sql: DatabaseSync, nowMs: number): GroupDescription[] {
  const query = sql.prepare(`SELECT member_id AS memberId, client_id AS clientId FROM members
    WHERE group_name = ? AND lease_end_ms > ? ORDER BY member_id`)
  return groupNames(sql, nowMs).map((group) => {
    const members = query.all(group, nowMs).map((row) => ({ ...row }) as unknown as GroupMember)
    return { group, state: members.length > 0 ? 'stable' : 'empty', members }
  })
}

/** What the group has committed, ascending by topic and partition. */
export function fetchOffsets(sql: DatabaseSync, group: string): CommittedOffset[] {
  const query = `SELECT name, partition, offset, metadata, leader_epoch
    FROM group_offsets JOIN topics ON topics.number = group_offsets.topic WHERE group_name = ?`
  const offsets = sql
    .prepare(query)
    .all(group)
    .map((row) => ({
      topic: String(row.name),
      partition: Number(row.partition),
      offset: BigInt(row.offset as number),
      metadata: String(row.metadata),
      leaderEpoch: row.leader_epoch === null ? null : Number(row.leader_epoch),
    }))
  return offsets.sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
}

/** @throws BrokerError for an unknown topic or partition, UsageError for no offset or no name */
export function commitOffsets(
  sql: DatabaseSync,
  group: string,
  offsets: readonly CommittedOffset[],
): void {
  checkGroupName(group)
  const partitions = new PartitionLookup(sql)
  const upsert = sql.prepare('INSERT OR REPLACE INTO group_offsets VALUES (?, ?, ?, ?, ?, ?)')
  for (const { topic, partition, offset, metadata, leaderEpoch } of offsets) {
    const { number } = partitions.topicOf(topic, partition)
    if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new UsageError('local.bad-offset', `${offset} is no offset (${topic}#${partition})`)
    }
    upsert.run(group, number, partition, offset, metadata, leaderEpoch)
  }
}

/** Unset again; what was never set is left alone. @throws BrokerError for an unknown partition */
export function deleteOffsets(
  sql: DatabaseSync,
  group: string,
  unset: readonly TopicPartition[],
): void {
  const partitions = new PartitionLookup(sql)
  const remove = sql.prepare(
    'DELETE FROM group_offsets WHERE group_name = ? AND topic = ? AND partition = ?',
  )
  for (const { topic, partition } of unset) {
    remove.run(group, partitions.topicOf(topic, partition).number, partition)
  }
}

/** A member's lease, new or renewed. */
export function joinGroup(
  sql: DatabaseSync,
  group: string,
  { memberId, clientId }: GroupMember,
  leaseEndMs: number,
): void {
  checkGroupName(group)
  sql
    .prepare('INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)')
    .run(group, memberId, clientId, leaseEndMs)
}

/** Ends the lease; a member that is not there is left alone. */
export function leaveGroup(sql: DatabaseSync, group: string, memberId: string): void {
  sql.prepare('DELETE FROM members WHERE group_name = ? AND member_id = ?').run(group, memberId)
}

/** Looks each topic up once, however many partitions are named. */
class PartitionLookup {
  private readonly sql: DatabaseSync
  private readonly topics = new Map<string, TopicRow & { count: number }>()

  constructor(sql: DatabaseSync) {
    this.sql = sql
  }

  topicOf(name: string, partition: number): TopicRow {
    let topic = this.topics.get(name)
    if (topic === undefined) {
      const row = topicRow(this.sql, name)
      topic = { ...row, count: partitionRanges(this.sql, row).length }
      this.topics.set(name, topic)
    }
    if (!Number.isInteger(partition) || partition < 0 || partition >= topic.count) {
      throw unknownPartition(name, partition, topic.count)
    }
    return topic
  }
}

function checkGroupName(group: string): void {
  if (group === '') throw new UsageError('local.bad-group', 'a consumer group needs a name')
}

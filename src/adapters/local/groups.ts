import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, GroupMember, TopicPartition } from '../../domain/model/cluster.ts'
import { UsageError } from '../../errors.ts'

/** Runs inside a transaction, as all functions here. A group is there by offsets or members. */
export function groupNames(sql: DatabaseSync, nowMs: number): string[] {
  const query = `SELECT group_name AS name FROM group_offsets
    UNION SELECT group_name FROM members WHERE lease_end_ms > ?`
  const rows = sql.prepare(query).all(nowMs) as { name: string }[]
  return rows.map(({ name }) => name).sort()
}

/** How many members hold a lease that has not ended. */
export function memberCount(sql: DatabaseSync, group: string, nowMs: number): number {
  const query = 'SELECT count(*) AS count FROM members WHERE group_name = ? AND lease_end_ms > ?'
  return Number(sql.prepare(query).get(group, nowMs)!.count)
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

/** Puts offsets in place of what was there; the caller knows that they fit. @throws UsageError */
export function putOffsets(
  sql: DatabaseSync,
  group: string,
  offsets: readonly CommittedOffset[],
): void {
  checkGroupName(group)
  const upsert = sql.prepare(`INSERT OR REPLACE INTO group_offsets
    VALUES (?, (SELECT number FROM topics WHERE name = ?), ?, ?, ?, ?)`)
  for (const { topic, partition, offset, metadata, leaderEpoch } of offsets) {
    upsert.run(group, topic, partition, offset, metadata, leaderEpoch)
  }
}

/** Unset again; what was never set is left alone. */
export function removeOffsets(
  sql: DatabaseSync,
  group: string,
  partitions: readonly TopicPartition[],
): void {
  const remove = sql.prepare(`DELETE FROM group_offsets WHERE group_name = ?
    AND topic = (SELECT number FROM topics WHERE name = ?) AND partition = ?`)
  for (const { topic, partition } of partitions) remove.run(group, topic, partition)
}

/** A member's lease, new or renewed. @throws UsageError */
export function joinGroup(
  sql: DatabaseSync,
  group: string,
  { memberId, clientId }: GroupMember,
  leaseEndMs: number,
): void {
  checkGroupName(group)
  // Not OR REPLACE, which deletes the row, and what the member owns with it.
  const upsert = `INSERT INTO members VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET client_id = excluded.client_id, lease_end_ms = excluded.lease_end_ms`
  sql.prepare(upsert).run(group, memberId, clientId, leaseEndMs)
}

/** Ends the lease; a member that is not there is left alone. */
export function leaveGroup(sql: DatabaseSync, group: string, memberId: string): void {
  sql.prepare('DELETE FROM members WHERE group_name = ? AND member_id = ?').run(group, memberId)
}

function checkGroupName(group: string): void {
  if (group === '') throw new UsageError('local.bad-group', 'a consumer group needs a name')
}

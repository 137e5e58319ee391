import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import { assignRanges, type Subscriber } from '../../domain/model/group-assignment.ts'
import type { LogRange } from './log.ts'

/** A partition of a topic that is named once and for all. */
export interface SharedPlace extends TopicPartition {
  /** Of the topic; one that is made anew has another. */
  readonly number: number
}

/** How a member stands in its group. */
export interface Standing {
  /** What it owns, and nobody else can take. */
  readonly owned: readonly SharedPlace[]
  /** Names of what it should own. */
  readonly target: ReadonlySet<string>
  /** What it should own and nobody does. */
  readonly free: readonly SharedPlace[]
}

/** A partition that has become a member's, and what it needs to begin. */
export interface Claim {
  readonly place: SharedPlace
  readonly log: Pick<LogRange, 'start' | 'end'>
  readonly committed: CommittedOffset | null
}

/** Names a partition among those of all topics. */
export function placeName({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

/** Runs inside a transaction, as all functions here. The member's wishes, behind those of earlier ones. */
export function subscribe(
  sql: DatabaseSync,
  group: string,
  { memberId, topics }: Subscriber,
): void {
  const column = topics.map((topic) =>
    typeof topic === 'string' ? topic : { pattern: topic.source, flags: topic.flags },
  )
  const insert = `INSERT INTO subscriptions SELECT ?1, ?2, ifnull(max(place), 0) + 1, ?3
    FROM subscriptions WHERE group_name = ?1`
  sql.prepare(insert).run(group, memberId, JSON.stringify(column))
}

/** When the member's lease ends, in milliseconds since the epoch; 0: it is not in the group. */
export function leaseEnd(sql: DatabaseSync, group: string, memberId: string): number {
  const query = 'SELECT lease_end_ms AS "end" FROM members WHERE group_name = ? AND member_id = ?'
  return Number(sql.prepare(query).get(group, memberId)?.end ?? 0)
}

/** Takes members out whose lease has ended, and from them what they owned. */
export function evictExpired(sql: DatabaseSync, group: string, nowMs: number): void {
  const evict = 'DELETE FROM members WHERE group_name = ? AND lease_end_ms <= ?'
  sql.prepare(evict).run(group, nowMs)
}

/** The member's share as it is and as it should be; null: it is not in the group any more. */
export function standing(
  sql: DatabaseSync,
  group: string,
  memberId: string,
  nowMs: number,
): Standing | null {
  if (leaseEnd(sql, group, memberId) <= nowMs) return null
  const topics = partitionedTopics(sql)
  const target = assignRanges(subscribers(sql, group, nowMs), topics).get(memberId) ?? []
  const numbers = new Map(topics.map(({ name, number }) => [name, number]))
  const alive = allOwned(sql, group).filter((place) => place.leaseEndMs > nowMs)
  const taken = new Set(alive.map(placeName))
  return {
    owned: ownedBy(sql, group, memberId),
    target: new Set(target.map(placeName)),
    free: target
      .filter((place) => !taken.has(placeName(place)))
      .map((place) => ({ ...place, number: numbers.get(place.topic)! })),
  }
}

/** Makes partitions that are nobody's the member's. */
export function claim(
  sql: DatabaseSync,
  group: string,
  memberId: string,
  places: readonly SharedPlace[],
): Claim[] {
  const insert = sql.prepare('INSERT INTO owners VALUES (?, ?, ?, ?)')
  const query = sql.prepare(`SELECT log_start, log_end, offset, metadata, leader_epoch
    FROM partitions LEFT JOIN group_offsets
      ON group_offsets.topic = partitions.topic AND group_offsets.partition = partitions.partition
        AND group_name = ?
    WHERE partitions.topic = ? AND partitions.partition = ?`)
  return places.map((place) => {
    const { topic, partition, number } = place
    insert.run(group, number, partition, memberId)
    const row = query.get(group, number, partition)!
    const log = { start: BigInt(row.log_start as number), end: BigInt(row.log_end as number) }
    if (row.offset === null) return { place, log, committed: null }
    const leaderEpoch = row.leader_epoch === null ? null : Number(row.leader_epoch)
    const offset = BigInt(row.offset as number)
    const metadata = String(row.metadata)
    return { place, log, committed: { topic, partition, offset, metadata, leaderEpoch } }
  })
}

/** Gives partitions back that are the member's. */
export function release(
  sql: DatabaseSync,
  group: string,
  memberId: string,
  places: readonly SharedPlace[],
): void {
  const remove = sql.prepare(`DELETE FROM owners
    WHERE group_name = ? AND topic = ? AND partition = ? AND member_id = ?`)
  for (const { number, partition } of places) remove.run(group, number, partition, memberId)
}

/** What the member owns. */
export function ownedBy(sql: DatabaseSync, group: string, memberId: string): SharedPlace[] {
  return allOwned(sql, group).filter((place) => place.memberId === memberId)
}

interface OwnedPlace extends SharedPlace {
  readonly memberId: string
  readonly leaseEndMs: number
}

function allOwned(sql: DatabaseSync, group: string): OwnedPlace[] {
  const query = `SELECT name, number, partition, member_id, lease_end_ms
    FROM owners JOIN topics ON topics.number = owners.topic
      JOIN members USING (group_name, member_id)
    WHERE group_name = ?`
  return sql
    .prepare(query)
    .all(group)
    .map((row) => ({
      topic: String(row.name),
      number: Number(row.number),
      partition: Number(row.partition),
      memberId: String(row.member_id),
      leaseEndMs: Number(row.lease_end_ms),
    }))
}

function partitionedTopics(sql: DatabaseSync) {
  const query = `SELECT name, number, count(*) AS partitions FROM topics
    JOIN partitions ON partitions.topic = topics.number GROUP BY number ORDER BY name`
  return sql
    .prepare(query)
    .all()
    .map(({ name, number, partitions }) => {
      return { name: String(name), number: Number(number), partitions: Number(partitions) }
    })
}

function subscribers(sql: DatabaseSync, group: string, nowMs: number): Subscriber[] {
  const query = `SELECT member_id, topics FROM subscriptions JOIN members USING (group_name, member_id)
    WHERE group_name = ? AND lease_end_ms > ? ORDER BY place`
  const rows = sql.prepare(query).all(group, nowMs)
  return rows.map(({ member_id, topics }) => {
    const column = JSON.parse(String(topics)) as (string | { pattern: string; flags: string })[]
    return {
      memberId: String(member_id),
      topics: column.map((topic) =>
        typeof topic === 'string' ? topic : new RegExp(topic.pattern, topic.flags),
      ),
    }
  })
}

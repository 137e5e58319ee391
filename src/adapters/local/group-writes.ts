import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import {
  groupAlive,
  offsetProblem,
  partitionLost,
  unknownTopic,
} from '../../domain/model/cluster-problems.ts'
import type { ClusterProblem, WriteOutcome } from '../../domain/model/consumer-group.ts'
import type { BrokerError } from '../../errors.ts'
import { leaseEnd, ownedBy, placeName } from './group-sharing.ts'
import { memberCount, putOffsets, removeOffsets } from './groups.ts'

/**
 * Commits what a broker would take from an administrator, inside a transaction, so that no member
 * can join between the check and the write.
 * @returns an outcome per offset, in the order given
 */
export function commitOffsets(
  sql: DatabaseSync,
  group: string,
  offsets: readonly CommittedOffset[],
  nowMs: number,
): WriteOutcome[] {
  const problemOf = refusals(sql, group, nowMs)
  const judged = judge(offsets, (offset) => problemOf(offset) ?? offsetProblem(offset))
  putOffsets(sql, group, judged.accepted)
  return judged.outcomes
}

/**
 * Commits what a member may: for partitions that it owns, while its lease lasts.
 * @returns an outcome per offset, in the order given
 */
export function commitAsMember(
  sql: DatabaseSync,
  group: string,
  memberId: string,
  offsets: readonly CommittedOffset[],
  nowMs: number,
): WriteOutcome[] {
  const isAlive = leaseEnd(sql, group, memberId) > nowMs
  const owned = new Set(ownedBy(sql, group, memberId).map(placeName))
  const judged = judge(offsets, (offset) =>
    isAlive && owned.has(placeName(offset)) ? offsetProblem(offset) : partitionLost(offset),
  )
  putOffsets(sql, group, judged.accepted)
  return judged.outcomes
}

/** What fails before the commit is rolled back; a commit that fails may be on the disk all the same. */
export function writeProblem({ code, message }: BrokerError, isWritten: boolean): ClusterProblem {
  const outcome = isWritten ? 'uncertain' : 'later'
  return { code: code.replace('local.', ''), message, outcome }
}

/** Makes unset, as `commitOffsets` commits; what was not set is done. */
export function deleteOffsets(
  sql: DatabaseSync,
  group: string,
  partitions: readonly TopicPartition[],
  nowMs: number,
): WriteOutcome[] {
  const judged = judge(partitions, refusals(sql, group, nowMs))
  removeOffsets(sql, group, judged.accepted)
  return judged.outcomes
}

function judge<T extends TopicPartition>(
  writes: readonly T[],
  problemOf: (write: T) => ClusterProblem | null,
): { outcomes: WriteOutcome[]; accepted: T[] } {
  const outcomes = writes.map((write) => {
    return { topic: write.topic, partition: write.partition, problem: problemOf(write) }
  })
  return { outcomes, accepted: writes.filter((_, index) => outcomes[index]!.problem === null) }
}

/** Why a partition of the group cannot be written. */
function refusals(
  sql: DatabaseSync,
  group: string,
  nowMs: number,
): (place: TopicPartition) => ClusterProblem | null {
  const alive = memberCount(sql, group, nowMs) > 0 ? groupAlive(group) : null
  const find = sql.prepare(`SELECT 1 FROM partitions
    WHERE topic = (SELECT number FROM topics WHERE name = ?) AND partition = ?`)
  const isKnown = ({ topic, partition }: TopicPartition) => find.get(topic, partition) !== undefined
  return (place) => alive ?? (isKnown(place) ? null : unknownTopic(place))
}

import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import { groupAlive, offsetProblem, unknownTopic } from '../../domain/model/cluster-problems.ts'
import type { ClusterProblem, WriteOutcome } from '../../domain/model/consumer-group.ts'
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

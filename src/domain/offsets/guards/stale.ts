import type { CommittedOffset } from '../../model/cluster.ts'
import { shellWord } from '../../model/shell-word.ts'
import type { OffsetPlanDocument, PlannedGroup, PlannedTopic, Violation } from '../plan.ts'
import { placeOf, type SnapshotIndex, sameCommit } from '../snapshot.ts'
import { after, committedOffset } from '../steps.ts'
import { violation } from './guard.ts'
import { withinRange } from './range.ts'

const PLAN_AGAIN = 'Make a new plan: run the command again without the saved one.'

/** What keeps a plan from meaning anything on the cluster as it is now, whatever its offsets are. */
export function otherCluster(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  const { clusterId } = index.snapshot
  if (plan.cluster.id !== clusterId) {
    return [
      violation(
        'wrong-cluster',
        `The plan is for the cluster ${plan.cluster.id} (${plan.cluster.uri}), this one is ${clusterId}`,
        `Give the cluster that the plan was made for: --cluster ${shellWord(plan.cluster.uri)}`,
      ),
    ]
  }
  return plan.topics.flatMap((topic) => topicChanges(topic, index))
}

/** Partitions that the plan says nothing of, because they are newer. */
export function addedPartitions(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  return plan.topics.flatMap(({ topic, partitions }) => {
    const now = index.topic(topic)?.partitions.length ?? 0
    if (now <= partitions.length) return []
    const message = `Topic ${topic} has ${now} partitions, planned for were ${partitions.length}`
    return [violation('partitions-added', message, PLAN_AGAIN)]
  })
}

/** Offsets and states that moved since the plan was made, each shown (M9). */
export function movedOffsets(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  const topics = new Set(plan.topics.map(({ topic }) => topic))
  return plan.groups.flatMap((group) => groupChanges(group, topics, index))
}

/** Offsets that the log has ceased to keep since the plan was made (M5). */
export function expiredOffsets(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  const targets = plan.steps.map((step) => {
    const { group, topic, partition } = step
    return { group, topic, partition, to: after(step) }
  })
  const { objections } = withinRange(targets, index, 'fail')
  return objections.map((objection) => ({ ...objection, remedy: PLAN_AGAIN }))
}

function topicChanges({ topic, topicId }: PlannedTopic, index: SnapshotIndex): Violation[] {
  const now = index.topic(topic)
  if (now === null) {
    return [violation('topic-deleted', `Topic ${topic} is gone, or may not be read`, PLAN_AGAIN)]
  }
  if (now.topicId !== topicId) {
    const message = `Topic ${topic} was deleted and made again: its offsets mean other messages`
    return [violation('topic-recreated', message, PLAN_AGAIN)]
  }
  return []
}

function groupChanges(
  { group, offsets }: PlannedGroup,
  topics: ReadonlySet<string>,
  index: SnapshotIndex,
): Violation[] {
  const planned = new Map(offsets.map((one) => [placeOf(one), committedOffset(one)]))
  const found = index.group(group).committed.offsets.filter(({ topic }) => topics.has(topic))
  const places = [...planned.values(), ...found.filter((one) => !planned.has(placeOf(one)))]
  return places.flatMap((place) => {
    const then = planned.get(placeOf(place)) ?? null
    const now = index.committed(group, place)
    if (sameCommit(then, now)) return []
    const message = `${group} moved for ${placeOf(place)}: ${textOf(then)} when planned, ${textOf(now)} now`
    return [violation('stale-plan', message, PLAN_AGAIN)]
  })
}

function textOf(committed: CommittedOffset | null): string {
  if (committed === null) return 'none'
  const { offset, leaderEpoch, metadata } = committed
  const epoch = leaderEpoch === null ? '' : ` (leader epoch ${leaderEpoch})`
  return `${offset}${epoch}${metadata === '' ? '' : ` with metadata of ${metadata.length} characters`}`
}

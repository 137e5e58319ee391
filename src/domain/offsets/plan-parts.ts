import type { OnRange } from './guards/range.ts'
import type { OffsetPlanDocument, PlannedGroup, PlannedTopic, Violation } from './plan.ts'
import type { SnapshotIndex } from './snapshot.ts'
import { plannedOffset } from './steps.ts'

/** What a group is in the migration. */
export type RoleOf = (group: string) => Pick<PlannedGroup, 'role' | 'origin'>

/** The groups as they were seen, with what they had committed for the topics: the backup. */
export function plannedGroups(
  names: readonly string[],
  topics: readonly string[],
  roleOf: RoleOf,
  index: SnapshotIndex,
): PlannedGroup[] {
  const wanted = new Set(topics)
  return names.map((group) => {
    const { status, committed } = index.group(group)
    const { type, state, members } = status
    const offsets = committed.offsets.filter(({ topic }) => wanted.has(topic)).map(plannedOffset)
    return { group, ...roleOf(group), type, state, members, offsets }
  })
}

/** The topics as they were seen; those that are not there are left out. */
export function plannedTopics(names: readonly string[], index: SnapshotIndex): PlannedTopic[] {
  return names.flatMap((name) => {
    const topic = index.topic(name)
    if (topic === null) return []
    const partitions = topic.partitions.map(({ partition, start, end }) => ({
      partition,
      start: String(start),
      end: String(end),
    }))
    return [{ topic: name, topicId: topic.topicId, partitions }]
  })
}

/** Objections that the user overruled, and those that stand (M10). */
export function settled(
  objections: readonly Violation[],
  { force, onRange }: { readonly force: boolean; readonly onRange: OnRange },
): Pick<OffsetPlanDocument, 'waived' | 'violations'> {
  const isWaived = ({ guard, waivable }: Violation) =>
    (waivable && force) || (guard === 'out-of-range' && onRange === 'clamp')
  return {
    waived: objections.filter(isWaived).map(({ guard, message }) => ({ guard, message })),
    violations: objections.filter((objection) => !isWaived(objection)),
  }
}

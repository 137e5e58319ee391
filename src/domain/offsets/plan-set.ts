import type { TopicPartition } from '../model/cluster.ts'
import type { OffsetPlanDocument, Violation } from './plan.ts'
import { type PlanContext, planTargets } from './plan-targets.ts'
import type { SnapshotIndex } from './snapshot.ts'
import { at, type Target } from './targets.ts'

/** An offset that a file gives a group; of leader epochs and metadata files say nothing. */
export interface OffsetRow extends TopicPartition {
  readonly group: string
  readonly offset: bigint
}

/**
 * Groups get the offsets of a file; partitions that it does not name are left as they are. Who stands
 * at the offset already keeps its leader epoch and metadata.
 */
export function planSet(
  context: PlanContext,
  rows: readonly OffsetRow[],
  index: SnapshotIndex,
  moved: readonly Violation[] = [],
): OffsetPlanDocument {
  const targets = rows.map(({ group, topic, partition, offset }): Target => {
    const place = { topic, partition }
    const standing = index.committed(group, place)
    return { group, ...place, to: standing?.offset === offset ? standing : at(place, offset) }
  })
  const other = () => ({ role: 'other', origin: null }) as const
  return planTargets(context, 'set', targets, other, [], index, moved)
}

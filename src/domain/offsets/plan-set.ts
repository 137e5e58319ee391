import type { CommittedOffset } from '../model/cluster.ts'
import type { OffsetPlanDocument, Violation } from './plan.ts'
import { type PlanContext, planTargets } from './plan-targets.ts'
import type { SnapshotIndex } from './snapshot.ts'
import type { Target } from './targets.ts'

/** An offset that a file gives a group. */
export interface OffsetRow extends CommittedOffset {
  readonly group: string
}

/** Groups get the offsets of a file; partitions that it does not name are left as they are. */
export function planSet(
  context: PlanContext,
  rows: readonly OffsetRow[],
  index: SnapshotIndex,
  moved: readonly Violation[] = [],
): OffsetPlanDocument {
  const targets = rows.map(({ group, ...to }): Target => {
    return { group, topic: to.topic, partition: to.partition, to }
  })
  const other = () => ({ role: 'other', origin: null }) as const
  return planTargets(context, 'set', targets, other, [], index, moved)
}

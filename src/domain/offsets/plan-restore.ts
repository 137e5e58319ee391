import type { CommittedOffset } from '../model/cluster.ts'
import { violation } from './guards/guard.ts'
import { otherCluster } from './guards/stale.ts'
import type { OffsetPlanDocument, Violation } from './plan.ts'
import { type PlanContext, planTargets } from './plan-targets.ts'
import { placeOf, type SnapshotIndex } from './snapshot.ts'
import { after, before } from './steps.ts'
import type { Target } from './targets.ts'
import { progress } from './verify.ts'

/**
 * Groups get what the plan of a journal found them with; what was unset becomes unset (M8). A
 * partition that stands neither where it was nor where the plan put it has been used since: only
 * `--force` goes over that.
 */
export function planRestore(
  context: PlanContext,
  applied: OffsetPlanDocument,
  index: SnapshotIndex,
  moved: readonly Violation[] = [],
): OffsetPlanDocument {
  const targets = applied.steps.map((step): Target => {
    const { group, topic, partition } = step
    return { group, topic, partition, to: before(step) }
  })
  const roles = new Map(applied.groups.map(({ group, role, origin }) => [group, { role, origin }]))
  const roleOf = (group: string) => roles.get(group) ?? ({ role: 'other', origin: null } as const)
  const objections = [...otherCluster(applied, index), ...movedSince(applied, index)]
  const plan = planTargets(context, 'restore', targets, roleOf, objections, index, moved)
  return { ...plan, migrations: applied.migrations }
}

/** Partitions that were used since the journal's plan was applied, or was cut. */
export function movedSince(applied: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  return progress(applied, index).moved.map((step) => {
    const found = index.committed(step.group, step)
    const text = (one: CommittedOffset | null) => String(one?.offset ?? 'none')
    return violation(
      'moved-since',
      `${step.group} stands at ${text(found)} for ${placeOf(step)}, which is neither what was ` +
        `(${text(before(step))}) nor what was planned (${text(after(step))})`,
      'Somebody has consumed or moved offsets since. Look at `segments status`; --force goes over it.',
    )
  })
}

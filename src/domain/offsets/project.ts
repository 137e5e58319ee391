import type { CommittedOffset } from '../model/cluster.ts'
import type { OffsetPlanDocument } from './plan.ts'
import { type GroupSnapshot, type OffsetSnapshot, placeOf } from './snapshot.ts'
import { after } from './steps.ts'

/** The snapshot as it will be when the plan has been applied and nobody else has changed anything. */
export function project(plan: OffsetPlanDocument, snapshot: OffsetSnapshot): OffsetSnapshot {
  const groups = snapshot.groups.map((group): GroupSnapshot => {
    const steps = plan.steps.filter((step) => step.group === group.status.group)
    if (steps.length === 0) return group
    const offsets = new Map(group.committed.offsets.map((one) => [placeOf(one), one]))
    for (const step of steps) {
      const to = after(step)
      if (to === null) offsets.delete(placeOf(step))
      else offsets.set(placeOf(step), to)
    }
    const { status, committed } = group
    const state = offsets.size > 0 && status.state === 'absent' ? 'empty' : status.state
    const type = state === 'absent' ? null : (status.type ?? 'classic')
    return {
      status: { ...status, state, type },
      committed: { ...committed, offsets: [...offsets.values()].sort(byPlace) },
    }
  })
  return { ...snapshot, groups }
}

function byPlace(a: CommittedOffset, b: CommittedOffset): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}

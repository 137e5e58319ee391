import type { OffsetPlanDocument, PlannedGroup } from '../plan.ts'
import { placeOf } from '../snapshot.ts'
import type { SegmentStatusDocument } from '../status.ts'
import { after, committedOffset } from '../steps.ts'
import type { GroupCommit, OffsetsToWrite } from './rows.ts'

/**
 * What the groups that a plan is about are to have: what it writes, and what stands there already.
 * The groups that it takes the offsets from are no part of it, nor are partitions that it leaves out.
 */
export function plannedOffsets(plan: OffsetPlanDocument): OffsetsToWrite {
  const alone = new Set(plan.migrations.filter(({ to }) => to === 1).map(({ origin }) => origin))
  const targets = plan.groups.filter((group) => isTarget(plan, group, alone))
  const leftOut = new Set(plan.leftOut.map((one) => keyOf(one.group, one)))
  const rows = targets.flatMap(({ group, origin, offsets }): GroupCommit[] => {
    const commits = new Map(offsets.map((one) => [placeOf(one), committedOffset(one)]))
    for (const step of plan.steps.filter((one) => one.group === group)) {
      const to = after(step)
      if (to === null) commits.delete(placeOf(step))
      else commits.set(placeOf(step), to)
    }
    return [...commits.values()]
      .filter((one) => !leftOut.has(keyOf(origin ?? group, one)) && !leftOut.has(keyOf(group, one)))
      .map((one) => ({ group, ...one }))
  })
  return { groups: targets.map(({ group }) => group), rows: rows.sort(byPlace(plan.groups)) }
}

/** What a plan does that no file of offsets can say, a sentence each. */
export function unsaidByFile({ steps, leftOut }: OffsetPlanDocument): readonly string[] {
  const unset = steps.filter(({ to }) => to === null)
  return [
    ...(unset.length > 0
      ? [`not in the file, since there is no line for unset: ${listed(unset)}`]
      : []),
    ...(leftOut.length > 0 ? [`not in the file, since they are left out: ${listed(leftOut)}`] : []),
  ]
}

/** What the groups of a status have committed now. */
export function standingOffsets({ segmented }: SegmentStatusDocument): OffsetsToWrite {
  // Two origins may share a group; a file says where it stands once.
  const standings = new Map(
    segmented.flatMap(({ groups }) => groups.map((one) => [one.group, one] as const)),
  )
  const rows = [...standings.values()].flatMap(({ group, partitions }) =>
    partitions.flatMap(({ topic, partition, committed, leaderEpoch, metadata }): GroupCommit[] =>
      committed === null
        ? []
        : [
            {
              group,
              topic,
              partition,
              offset: BigInt(committed),
              leaderEpoch: leaderEpoch ?? null,
              metadata: metadata ?? '',
            },
          ],
    ),
  )
  return { groups: [...standings.keys()], rows }
}

function isTarget(
  { operation }: OffsetPlanDocument,
  { role, origin }: PlannedGroup,
  alone: ReadonlySet<string>,
): boolean {
  if (operation === 'set' || operation === 'restore' || role === 'other') return true
  if (role === 'retired') return false
  if (role === 'segment') return operation !== 'collapse'
  return operation === 'collapse' || operation === 'reset' || alone.has(origin ?? '')
}

type Place = Parameters<typeof placeOf>[0]

function keyOf(group: string, place: Place): string {
  return JSON.stringify([group, placeOf(place)])
}

function byPlace(groups: readonly PlannedGroup[]) {
  const order = new Map(groups.map(({ group }, i) => [group, i]))
  return (a: GroupCommit, b: GroupCommit) => {
    if (a.group !== b.group) return order.get(a.group)! - order.get(b.group)!
    if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
    return a.partition - b.partition
  }
}

function listed(places: readonly (Place & { readonly group: string })[]): string {
  const shown = places.slice(0, 3).map((one) => `${one.group} ${placeOf(one)}`)
  return places.length > 3 ? `${shown.join(', ')} and ${places.length - 3} more` : shown.join(', ')
}

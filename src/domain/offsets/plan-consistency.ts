import type { Migration, OffsetPlanDocument, OffsetStep } from './plan.ts'
import { placeOf, sameCommit } from './snapshot.ts'
import { before, committedOffset } from './steps.ts'

/**
 * What in a plan contradicts itself, a sentence each: such a plan was changed since it was made. What
 * is looked at again before writing (M9) are its groups and topics, so that a step of another one
 * would go past every guard, and past the backup.
 * @returns nothing for a plan that something stands against: it is refused for that
 */
export function contradictions(plan: OffsetPlanDocument): string[] {
  if (plan.violations.length > 0) return []
  const { groups, topics, steps } = plan
  const standing = new Map(
    groups.map(({ group, offsets }) => [
      group,
      new Map(offsets.map((one) => [placeOf(one), committedOffset(one)])),
    ]),
  )
  const partitions = new Set(
    topics.flatMap((topic) =>
      topic.partitions.map(({ partition }) => placeOf({ topic: topic.topic, partition })),
    ),
  )
  const seen = new Set<string>()
  const wrongSteps = steps.flatMap((step): string[] => {
    const place = placeOf(step)
    const offsets = standing.get(step.group)
    if (offsets === undefined) return [`a step is for ${step.group}, which is none of its groups`]
    if (!partitions.has(place)) return [`a step is for ${place}, which is none of its partitions`]
    const key = JSON.stringify([step.group, place])
    if (seen.has(key)) return [`${step.group} has two steps for ${place}`]
    seen.add(key)
    return sameCommit(before(step), offsets.get(place) ?? null) ? [] : [otherStart(step)]
  })
  return [...missingGroups(plan), ...new Set(wrongSteps)]
}

function otherStart(step: OffsetStep): string {
  return `the step of ${step.group} for ${placeOf(step)} does not start where the group stood`
}

/** Every group of a migration is looked at, those without a step too (M6). */
function missingGroups({ operation, migrations, groups }: OffsetPlanDocument): string[] {
  // Going back is about the groups that were moved.
  if (operation === 'restore') return []
  return migrations.flatMap((migration) => {
    const own = new Set(
      groups.filter(({ origin }) => origin === migration.origin).map(({ group }) => group),
    )
    if (own.has(migration.origin) && own.size === groupsIn(migration)) return []
    return [`it does not have every group of ${migration.origin}`]
  })
}

function groupsIn({ from, to }: Migration): number {
  const segments = Math.max(from, to)
  return segments === 1 ? 1 : segments + 1
}

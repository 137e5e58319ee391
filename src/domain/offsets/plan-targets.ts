import { movement } from './cost.ts'
import { violation } from './guards/guard.ts'
import { liveGroups, pendingTransactions } from './guards/liveness.ts'
import { type OnRange, withinRange } from './guards/range.ts'
import { namedTopics, unwritableTopics } from './guards/topics.ts'
import type { OffsetPlanDocument, Violation } from './plan.ts'
import { plannedGroups, plannedTopics, type RoleOf, settled } from './plan-parts.ts'
import { placeOf, type SnapshotIndex } from './snapshot.ts'
import { stepsTo } from './steps.ts'
import type { Target } from './targets.ts'

/** What every plan is told beside what it is about. */
export interface PlanContext {
  readonly force: boolean
  readonly onRange: OnRange
  readonly generatedBy: string
  readonly clusterUri: string
  readonly knownTopics: readonly string[]
}

/** The plan that takes each group to its target, whatever the targets come from. */
export function planTargets(
  context: PlanContext,
  operation: 'set' | 'restore',
  wanted: readonly Target[],
  roleOf: RoleOf,
  objections: readonly Violation[],
  index: SnapshotIndex,
  moved: readonly Violation[],
): OffsetPlanDocument {
  const groups = [...new Set(wanted.map(({ group }) => group))]
  const topics = [...new Set(wanted.map(({ topic }) => topic))].sort()
  const looked = groups.map((group) => index.group(group))
  const { targets, objections: outside } = withinRange(wanted, index, context.onRange)
  const steps = stepsTo(targets, index)
  return {
    kind: 'offset-plan',
    version: 1,
    generatedBy: context.generatedBy,
    operation,
    cluster: { id: index.snapshot.clusterId, uri: context.clusterUri },
    migrations: [],
    groups: plannedGroups(groups, topics, roleOf, index),
    topics: plannedTopics(topics, index),
    steps,
    leftOut: [],
    cost: movement(steps),
    exclusions: [],
    ...settled(
      [
        ...liveGroups(looked),
        ...moved,
        ...pendingTransactions(looked, topics),
        ...namedTopics(index, topics, context.knownTopics),
        ...unwritableTopics(steps, index.snapshot),
        ...unknownPartitions(wanted, index),
        ...objections,
        ...outside,
      ],
      context,
    ),
  }
}

function unknownPartitions(targets: readonly Target[], index: SnapshotIndex): Violation[] {
  const unknown = targets.filter((t) => index.topic(t.topic) !== null && index.range(t) === null)
  return [...new Set(unknown.map(placeOf))].map((place) =>
    violation(
      'unknown-topic',
      `There is no partition ${place}`,
      'Take the line out, or check the topic.',
    ),
  )
}

import type { TopicPartition } from '../model/cluster.ts'
import { addedCosts, exclusionsOf, NO_COST, readingCost } from './cost.ts'
import { violation } from './guards/guard.ts'
import { liveGroups, pendingTransactions } from './guards/liveness.ts'
import { existingOffsets, inconclusiveOffsets } from './guards/offsets.ts'
import { type OnRange, withinRange } from './guards/range.ts'
import { namedTopics, segmentCount, unwritableTopics } from './guards/topics.ts'
import type {
  ExclusionRange,
  Migration,
  OffsetCost,
  OffsetPlanDocument,
  PlannedGroup,
  PlannedStrategy,
  Violation,
} from './plan.ts'
import { plannedGroups, plannedTopics, type RoleOf, settled } from './plan-parts.ts'
import { leftBehind, type Scope, scopeOf } from './scope.ts'
import { allGroups, type SegmentedGroup } from './segmented-group.ts'
import type { SnapshotIndex } from './snapshot.ts'
import { stepsTo } from './steps.ts'
import {
  collapsed,
  distributed,
  rescaled,
  resetTo,
  retiredSegments,
  type Target,
  type Targets,
} from './targets.ts'

export type MigrationOperation = 'distribute' | 'collapse' | 'reset' | 'rescale'

/** What somebody wants to do to one segmented group. */
export interface MigrationOrder {
  readonly group: SegmentedGroup
  /** The segments that there will be; the same ones but for a rescale. */
  readonly to: SegmentedGroup
  readonly strategy: PlannedStrategy | null
}

export interface MigrationRequest {
  readonly operation: MigrationOperation
  /** All are planned and checked before any is written (M8). */
  readonly orders: readonly MigrationOrder[]
  readonly force: boolean
  readonly onRange: OnRange
  readonly generatedBy: string
  /** Without secrets. */
  readonly clusterUri: string
  /** For near names of a topic that is not there. */
  readonly knownTopics: readonly string[]
}

/** What one order comes to. */
interface Part extends Targets {
  readonly order: MigrationOrder
  readonly scope: Scope
  readonly objections: readonly Violation[]
  readonly cost: OffsetCost
  readonly exclusions: readonly ExclusionRange[]
}

/**
 * The plan of one run: what every group is to have, what it costs, and what stands against it (M1-M12).
 * Pure: the same request and snapshot give the same plan.
 * @param moved what a watch of the groups found (`ghostCommitters`)
 */
export function planMigration(
  request: MigrationRequest,
  index: SnapshotIndex,
  moved: readonly Violation[] = [],
): OffsetPlanDocument {
  const parts = request.orders.map((order) => partOf(request, order, index))
  const groups = groupsOf(request.orders)
  const looked = groups.map((name) => index.group(name))
  const topics = [...new Set(parts.flatMap(({ scope }) => scope.places.map(({ topic }) => topic)))]
  const steps = stepsTo(
    parts.flatMap(({ targets }) => targets),
    index,
  )
  const objections = [
    ...liveGroups(looked),
    ...moved,
    ...pendingTransactions(looked, topics),
    ...unwritableTopics(steps, index.snapshot),
    ...parts.flatMap((part) => part.objections),
  ]
  return {
    kind: 'offset-plan',
    version: 1,
    generatedBy: request.generatedBy,
    operation: request.operation,
    cluster: { id: index.snapshot.clusterId, uri: request.clusterUri },
    migrations: request.orders.map(migrationOf),
    groups: plannedGroups(groups, topics, roleIn(request.orders), index),
    topics: plannedTopics(topics, index),
    steps,
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
    cost: parts.length === 0 ? NO_COST : addedCosts(parts.map(({ cost }) => cost)),
    exclusions: parts.flatMap(({ exclusions }) => exclusions),
    ...settled(objections, request),
  }
}

/** Every group that the orders are about, in their order, each once. */
export function groupsOf(orders: readonly MigrationOrder[]): readonly string[] {
  return [...new Set(orders.flatMap(({ group, to }) => [...allGroups(group), ...allGroups(to)]))]
}

function partOf(
  { operation, onRange, knownTopics }: MigrationRequest,
  order: MigrationOrder,
  index: SnapshotIndex,
): Part {
  const { group, strategy } = order
  const scope = scopeOf(group, index, groupsOf([order]))
  const { places } = scope
  const planned = targetsOf(operation, order, index, places)
  const { targets, objections } = withinRange(planned.targets, index, onRange)
  const read = readers(operation, order, targets)
  return {
    order,
    scope,
    targets,
    leftOut: [
      ...scope.leftOut,
      ...planned.leftOut,
      ...leftBehind(group, order.to, sourcesOf(operation, group), index),
    ],
    objections: [
      ...namedTopics(index, group.topics ?? [], knownTopics),
      ...segmentCount(group, index.snapshot),
      ...offsetObjections(operation, order, index, places, planned),
      ...objections,
    ],
    cost: readingCost(group, index, read),
    exclusions:
      operation === 'rescale'
        ? exclusionsOf(group, index, read, strategy?.fingerprint ?? null)
        : [],
  }
}

/**
 * Who reads on from where, as far as progress of the segments is concerned: the origin after a
 * collapse, else the segments.
 */
function readers(
  operation: MigrationOperation,
  { group, to }: MigrationOrder,
  targets: readonly Target[],
): readonly Target[] {
  const reading = new Set(operation === 'collapse' ? [group.origin] : to.segments)
  return targets.filter((target) => reading.has(target.group))
}

/** Whose offsets new segments start from; a collapse or a reset makes none. */
function sourcesOf(operation: MigrationOperation, { origin, segments }: SegmentedGroup) {
  if (operation === 'distribute') return [origin]
  return operation === 'rescale' ? segments : []
}

function targetsOf(
  operation: MigrationOperation,
  { group, to }: MigrationOrder,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Targets {
  if (operation === 'distribute') return distributed(group, index, places)
  if (operation === 'collapse') return collapsed(group, index, places)
  if (operation === 'reset') return resetTo(group, index, places)
  return rescaled(group, to, index, places)
}

function offsetObjections(
  operation: MigrationOperation,
  { group, to: after }: MigrationOrder,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
  { targets }: Targets,
): Violation[] {
  const { origin } = group
  const empty = targets.every(({ to }) => to === null)
  if (operation === 'distribute') {
    return [...(empty ? [originUnset(origin)] : []), ...existingOffsets(group, index, places)]
  }
  // To as many segments as there are it is a reset, which is refused for the same (M3, M12).
  const isOther = operation === 'rescale' && after.segments.length !== group.segments.length
  const disagreement = isOther ? [] : inconclusiveOffsets(group, index, places)
  return [...(empty ? [segmentsUnset(origin)] : []), ...disagreement]
}

function originUnset(origin: string): Violation {
  return violation(
    'origin-unset',
    `Group ${origin} has committed nothing that could be distributed`,
    'Check the name of the group and of the topics; a new group needs no distribution.',
  )
}

function segmentsUnset(origin: string): Violation {
  return violation(
    'segments-unset',
    `No parallel segment of ${origin} has committed anything`,
    'Check the number of segments, the merge key and the topics.',
  )
}

function migrationOf({ group, to, strategy }: MigrationOrder): Migration {
  const { origin, mergeKey, segments } = group
  return { origin, mergeKey, from: segments.length, to: to.segments.length, strategy }
}

function roleIn(orders: readonly MigrationOrder[]): RoleOf {
  const roles = new Map<string, Pick<PlannedGroup, 'role' | 'origin'>>()
  for (const { group, to } of orders) {
    const { origin } = group
    const retired = retiredSegments(group, to)
    for (const name of [...to.segments, ...group.segments]) {
      roles.set(name, { role: retired.includes(name) ? 'retired' : 'segment', origin })
    }
    roles.set(origin, { role: 'origin', origin })
  }
  return (name) => roles.get(name) ?? { role: 'other', origin: null }
}

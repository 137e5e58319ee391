import type { GroupState, GroupType } from '../model/consumer-group.ts'
import type { DocumentHeader } from '../model/document.ts'
import { inconclusiveOffsets } from './guards/offsets.ts'
import { segmentCount } from './guards/topics.ts'
import type { PlannedCluster } from './plan.ts'
import { type MigrationOperation, planMigration } from './plan-migration.ts'
import { scopeOf } from './scope.ts'
import { allGroups, type SegmentedGroup } from './segmented-group.ts'
import type { SnapshotIndex } from './snapshot.ts'

/** Where segmented groups stand, and what distribute and collapse would find. */
export interface SegmentStatusDocument extends DocumentHeader<'segment-status'> {
  readonly cluster: PlannedCluster
  readonly segmented: readonly SegmentedStatus[]
}

export interface SegmentedStatus {
  readonly origin: string
  readonly mergeKey: string
  readonly segments: number
  readonly groups: readonly GroupStanding[]
  /** False when segments disagree, some have no offset, or there are more than configured. */
  readonly consistent: boolean
  /** What is not as it should be, in the words of the guards. */
  readonly findings: readonly string[]
  /** What an unforced run would be refused for; empty when it would go through. */
  readonly distribute: readonly string[]
  readonly collapse: readonly string[]
}

export interface GroupStanding {
  readonly group: string
  readonly role: 'origin' | 'segment'
  readonly type: GroupType | null
  readonly state: GroupState
  readonly members: number
  /** Messages between the committed offsets and the ends of the logs; null without any commit. */
  readonly lag: number | null
  readonly partitions: readonly PartitionStanding[]
}

/** Offsets are decimal strings; null is no commit. */
export interface PartitionStanding {
  readonly topic: string
  readonly partition: number
  readonly committed: string | null
  readonly leaderEpoch?: number
  readonly metadata?: string
  readonly start: string
  readonly end: string
  readonly lag: number | null
}

type StatusHeader = Pick<SegmentStatusDocument, 'generatedBy' | 'cluster'>

/** The status document of some groups. Pure: the same snapshot gives the same document. */
export function segmentStatus(
  header: StatusHeader,
  groups: readonly SegmentedGroup[],
  index: SnapshotIndex,
): SegmentStatusDocument {
  return {
    kind: 'segment-status',
    version: 1,
    ...header,
    segmented: groups.map((group) => statusOf(header, group, index)),
  }
}

function statusOf(
  header: StatusHeader,
  group: SegmentedGroup,
  index: SnapshotIndex,
): SegmentedStatus {
  const { places } = scopeOf(group, index)
  const names = allGroups(group)
  const texts = (violations: readonly { readonly message: string }[]) =>
    violations.map(({ message }) => message)
  const surplus = texts(segmentCount(group, index.snapshot))
  const disagreement = texts(inconclusiveOffsets(group, index, places))
  return {
    origin: group.origin,
    mergeKey: group.mergeKey,
    segments: group.segments.length,
    groups: names.map((name) => standingOf(name, group, places, index)),
    consistent: surplus.length === 0 && disagreement.length === 0,
    findings: [...surplus, ...disagreement],
    distribute: refusals('distribute', header, group, index),
    collapse: refusals('collapse', header, group, index),
  }
}

/** Asked of the planner itself, so that a status cannot promise what a run would be refused. */
function refusals(
  operation: MigrationOperation,
  { generatedBy, cluster }: StatusHeader,
  group: SegmentedGroup,
  index: SnapshotIndex,
): string[] {
  const orders = [{ group, to: group, strategy: null }]
  const unforced = { force: false, onRange: 'fail', knownTopics: [] } as const
  const request = { operation, orders, generatedBy, clusterUri: cluster.uri, ...unforced }
  return planMigration(request, index).violations.map(({ message }) => message)
}

function standingOf(
  name: string,
  { origin }: SegmentedGroup,
  places: readonly { readonly topic: string; readonly partition: number }[],
  index: SnapshotIndex,
): GroupStanding {
  const { type, state, members } = index.group(name).status
  const partitions = places.map((place): PartitionStanding => {
    const committed = index.committed(name, place)
    const { start, end } = index.range(place) ?? { start: 0n, end: 0n }
    const behind = committed === null ? null : Number(end - committed.offset)
    return {
      topic: place.topic,
      partition: place.partition,
      committed: committed === null ? null : String(committed.offset),
      ...(committed !== null &&
        committed.leaderEpoch !== null && { leaderEpoch: committed.leaderEpoch }),
      ...(committed !== null && committed.metadata !== '' && { metadata: committed.metadata }),
      start: String(start),
      end: String(end),
      lag: behind === null ? null : Math.max(0, behind),
    }
  })
  const known = partitions.filter(({ lag }) => lag !== null)
  const lag = known.length === 0 ? null : known.reduce((sum, one) => sum + (one.lag ?? 0), 0)
  const role = name === origin ? 'origin' : 'segment'
  return { group: name, role, type, state, members, lag, partitions }
}

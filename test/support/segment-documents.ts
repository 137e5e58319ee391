import type { CommittedOffset, TopicDescription } from '../../src/domain/model/cluster.ts'
import type { GroupStatus } from '../../src/domain/model/consumer-group.ts'
import type {
  OffsetJournalDocument,
  OffsetResultDocument,
} from '../../src/domain/offsets/journal.ts'
import { endedJournal } from '../../src/domain/offsets/journal.ts'
import type { OffsetPlanDocument, PlannedStrategy } from '../../src/domain/offsets/plan.ts'
import { type MigrationOperation, planMigration } from '../../src/domain/offsets/plan-migration.ts'
import {
  allGroups,
  segmentedGroup,
  withSegments,
} from '../../src/domain/offsets/segmented-group.ts'
import { type OffsetSnapshot, placeOf, SnapshotIndex } from '../../src/domain/offsets/snapshot.ts'
import { type SegmentStatusDocument, segmentStatus } from '../../src/domain/offsets/status.ts'

/** Documents of segment commands, made by the planner from clusters that are written down here. */
const generatedBy = 'pstool 0.1.0'
const cluster = { id: 'a1b2c3', uri: 'kafka://localhost:9092' }

/** `{ analytics: { 'user_events#0': 1000 } }`; an offset alone has no leader epoch or metadata. */
export type Committed = Readonly<
  Record<string, Readonly<Record<string, number | Partial<CommittedOffset>>>>
>

export interface ClusterAsSeen {
  readonly committed: Committed
  /** Partitions of a topic, each with what its log keeps: 0 to 2000 unless told otherwise. */
  readonly topics?: Readonly<Record<string, readonly (readonly [start: number, end: number])[]>>
  readonly status?: Readonly<Record<string, Partial<GroupStatus>>>
  /** Groups that have committed nothing and are looked at all the same. */
  readonly looked?: readonly string[]
}

const LOG = [0, 2000] as const

/** A snapshot of `user_events` with 3 partitions, or of the topics that are told. */
export function aSnapshot(seen: ClusterAsSeen): SnapshotIndex {
  const { committed, topics = { user_events: [LOG, LOG, LOG] }, status = {}, looked = [] } = seen
  const names = [...new Set([...looked, ...Object.keys(committed)])]
  const snapshot: OffsetSnapshot = {
    clusterId: cluster.id,
    topics: Object.entries(topics).map(topicOf),
    deniedTopics: [],
    unwritableTopics: [],
    groups: names.map((group) => {
      const offsets = Object.entries(committed[group] ?? {}).map(committedAt)
      const state = offsets.length === 0 ? 'absent' : 'empty'
      const type = state === 'absent' ? null : 'classic'
      return {
        status: { group, type, state, members: 0, problem: null, ...status[group] },
        committed: { group, offsets, pending: [], problem: null },
      }
    }),
  }
  return new SnapshotIndex(snapshot)
}

function topicOf([name, ranges]: [
  string,
  readonly (readonly [number, number])[],
]): TopicDescription {
  const partitions = ranges.map(([start, end], partition) => {
    return { partition, start: BigInt(start), end: BigInt(end) }
  })
  return { name, topicId: `id-of-${name}`, partitions }
}

function committedAt([place, at]: [string, number | Partial<CommittedOffset>]): CommittedOffset {
  const [topic = '', partition] = place.split('#')
  const bare = { topic, partition: Number(partition), offset: 0n, metadata: '', leaderEpoch: null }
  return typeof at === 'number' ? { ...bare, offset: BigInt(at) } : { ...bare, ...at }
}

export interface Asked {
  readonly operation: MigrationOperation
  /** Origins, and how many segments each has. */
  readonly segments: Readonly<Record<string, number>>
  /** Segments that there will be. */
  readonly to?: number
  readonly force?: boolean
  readonly onRange?: 'fail' | 'clamp'
  readonly strategy?: PlannedStrategy
}

/** What the planner says to this on that cluster. */
export function aPlan(asked: Asked, seen: ClusterAsSeen): OffsetPlanDocument {
  const { operation, force = false, onRange = 'fail', strategy = null } = asked
  const orders = Object.entries(asked.segments).map(([origin, count]) => {
    const group = segmentedGroup(origin, count)
    return { group, to: withSegments(group, asked.to ?? count), strategy }
  })
  const looked = orders.flatMap(({ group, to }) => [...allGroups(group), ...allGroups(to)])
  const request = { operation, orders, force, onRange, generatedBy, knownTopics: [] }
  return planMigration({ ...request, clusterUri: cluster.uri }, aSnapshot({ ...seen, looked }))
}

/** Where these groups stand on that cluster. */
export function aStatus(
  segments: Readonly<Record<string, number>>,
  seen: ClusterAsSeen,
): SegmentStatusDocument {
  const groups = Object.entries(segments).map(([origin, count]) => segmentedGroup(origin, count))
  const looked = groups.flatMap((group) => allGroups(group))
  return segmentStatus({ generatedBy, cluster }, groups, aSnapshot({ ...seen, looked }))
}

const everywhere = (offset: number) => ({
  'user_events#0': offset,
  'user_events#1': offset,
  'user_events#2': offset,
})

/** An origin that stands at 1000, and four segments that are not there yet. */
export const NEW_SEGMENTS: ClusterAsSeen = {
  committed: { analytics: { ...everywhere(1000), 'user_events#1': 1250 } },
}

/** S2's segments: at 1000, 1050 and 1100; the fourth has not begun partition 2. */
export const APART: ClusterAsSeen = {
  committed: {
    analytics: { ...everywhere(900), 'user_events#0': { offset: 900n, leaderEpoch: 3 } },
    'analytics-parallel-0': {
      ...everywhere(1000),
      'user_events#0': { offset: 1000n, leaderEpoch: 4, metadata: 'by hand' },
    },
    'analytics-parallel-1': everywhere(1000),
    'analytics-parallel-2': { ...everywhere(1000), 'user_events#0': 1050 },
    'analytics-parallel-3': { 'user_events#0': 1100, 'user_events#1': 1000 },
  },
}

/** An origin and its two segments, all at the same place. */
export const AT_ONE_PLACE: ClusterAsSeen = {
  committed: Object.fromEntries(
    ['a', 'a-parallel-0', 'a-parallel-1'].map((g) => [g, everywhere(7)]),
  ),
}

/** A plan with everything in it: waived guards, cost, what is left out, and why it is refused. */
export function aTroubledPlan(): OffsetPlanDocument {
  const seen: ClusterAsSeen = {
    committed: {
      ...APART.committed,
      'analytics-parallel-1': { ...everywhere(1000), 'retired_events#0': 7 },
      'analytics-parallel-7': everywhere(3),
    },
    topics: {
      user_events: [
        [0, 2000],
        [1020, 2000],
        [500, 2000],
      ],
      retired_events: [],
    },
    status: {
      'analytics-parallel-2': { type: 'consumer', state: 'stable', members: 2 },
      'analytics-parallel-3': { state: 'preparing-rebalance', members: 1 },
    },
  }
  const asked = { operation: 'reset', segments: { analytics: 4 }, force: true } as const
  return aPlan({ ...asked, onRange: 'clamp' }, seen)
}

/** A rescale of segments that are apart, so that the new ones must leave something out. */
export function aRescale(): OffsetPlanDocument {
  const strategy = {
    ...{ name: 'users', partitioner: 'header:user_id', reducer: 'md5' },
    fingerprint: '5e1f0c9a',
  }
  const asked = { operation: 'rescale', segments: { analytics: 4 }, to: 2, strategy } as const
  return aPlan(asked, APART)
}

/** What became of a plan: all of it written, but for these. */
export function aResult(
  plan: OffsetPlanDocument,
  changes: Partial<OffsetResultDocument> = {},
): OffsetResultDocument {
  const { operation, migrations, waived, cost, exclusions } = plan
  return {
    ...{ kind: 'offset-result', version: 1, generatedBy, operation, cluster, migrations },
    journal: 'journals/2026-03-01-reset-analytics.json',
    state: 'done',
    written: plan.steps.length,
    steps: plan.steps.map((step) => ({ ...step, outcome: 'written', reason: null })),
    ...{ differences: [], waived, cost, exclusions },
    ...changes,
  }
}

/** A run of which two writes failed and one partition was moved by somebody else. */
export function aPartialResult(): OffsetResultDocument {
  const plan = aPlan({ operation: 'reset', segments: { analytics: 4 }, force: true }, APART)
  const troubles: Readonly<Record<string, Partial<OffsetResultDocument['steps'][number]>>> = {
    'analytics user_events#1': { outcome: 'not-written', reason: 'the coordinator is loading' },
    'analytics-parallel-2 user_events#2': { outcome: 'elsewhere' },
    'analytics-parallel-3 user_events#0': {
      outcome: 'not-written',
      reason: 'the group has members again: stop them first',
    },
  }
  const steps = aResult(plan).steps.map((step) => {
    return { ...step, ...troubles[`${step.group} ${placeOf(step)}`] }
  })
  const failed = steps.filter(({ outcome }) => outcome !== 'written')
  const differences = failed.map(({ group, topic, partition, outcome, from, to }) => {
    const found = outcome === 'elsewhere' ? '1300' : from
    return { group, topic, partition, expected: to, found, detail: 'offset' as const }
  })
  const written = steps.length - failed.length
  return aResult(plan, { state: 'partial', written, steps, differences })
}

/** The journal of that run. */
export function aJournal(): OffsetJournalDocument {
  const plan = aPlan({ operation: 'reset', segments: { analytics: 4 }, force: true }, APART)
  const outcomes = aPartialResult().steps.map(({ group, topic, partition, outcome, reason }) => {
    return { group, topic, partition, outcome, reason }
  })
  return endedJournal(plan, outcomes, 'partial')
}

import type { GroupState, GroupType } from '../model/consumer-group.ts'
import type { DocumentHeader } from '../model/document.ts'

/** `set` takes offsets from a file; `restore` brings back what a journal has. */
export type OffsetOperation = 'distribute' | 'collapse' | 'reset' | 'rescale' | 'set' | 'restore'

/**
 * Everything that moving offsets needs: applying takes the plan and a cluster, nothing else.
 * Offsets are decimal strings; null is no commit (M4).
 */
export interface OffsetPlanDocument extends DocumentHeader<'offset-plan'> {
  readonly operation: OffsetOperation
  readonly cluster: PlannedCluster
  /** One per origin; empty for `set` and `restore`. */
  readonly migrations: readonly Migration[]
  /** Every group that was looked at, with what it had committed: the backup. */
  readonly groups: readonly PlannedGroup[]
  readonly topics: readonly PlannedTopic[]
  /** What is to be written, by group, topic and partition; empty when all is as it should be. */
  readonly steps: readonly OffsetStep[]
  /** Partitions that are not moved, and why. */
  readonly leftOut: readonly LeftOut[]
  readonly cost: OffsetCost
  /** What the runtime must leave out after a rescale, so that nothing is processed twice (M12). */
  readonly exclusions: readonly ExclusionRange[]
  /** Guards that objected and were overruled, by `--force` or `--on-range clamp` (M10). */
  readonly waived: readonly WaivedGuard[]
  /** Why the plan may not be applied; empty when it may. */
  readonly violations: readonly Violation[]
}

export interface PlannedCluster {
  readonly id: string
  /** Without secrets. */
  readonly uri: string
}

export interface Migration {
  readonly origin: string
  readonly mergeKey: string
  /** Number of segments before and after; they differ in a rescale. */
  readonly from: number
  readonly to: number
  readonly strategy: PlannedStrategy | null
}

/** How messages are spread over the segments, as far as pstool was told. */
export interface PlannedStrategy {
  readonly name: string
  readonly partitioner: string
  readonly reducer: string
  /** Equal fingerprints route a fixed set of keys alike; of functions the text counts too. */
  readonly fingerprint: string
}

export interface PlannedGroup {
  readonly group: string
  /** `retired`: a segment that a rescale takes away. `other`: not of a segmented group. */
  readonly role: 'origin' | 'segment' | 'retired' | 'other'
  readonly origin: string | null
  readonly type: GroupType | null
  readonly state: GroupState
  readonly members: number
  readonly offsets: readonly PlannedOffset[]
}

export interface PlannedOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** Absent where none was committed. */
  readonly leaderEpoch?: number
  /** Absent where it is empty. */
  readonly metadata?: string
}

export interface PlannedTopic {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly {
    readonly partition: number
    readonly start: string
    readonly end: string
  }[]
}

/** One partition of one group goes from one committed offset to another; null is unset. */
export interface OffsetStep {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly from: string | null
  readonly to: string | null
  readonly fromLeaderEpoch?: number
  readonly fromMetadata?: string
  readonly toLeaderEpoch?: number
  readonly toMetadata?: string
}

export interface LeftOut {
  /** The origin, or the group. */
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly reason: string
}

/** What moving costs in messages (M11). */
export interface OffsetCost {
  /** Messages that are processed a second time. */
  readonly again: number
  /** Messages that a group leaves out which it has not processed. */
  readonly skipped: number
  /** False: at most so many, because messages were not read to tell whose they are. */
  readonly exact: boolean
  /** Why the figures are not exact; null when they are. */
  readonly reason: string | null
  readonly partitions: readonly PartitionCost[]
}

export interface PartitionCost {
  /** The group whose progress is given up or passed over. */
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** Offsets of the range that is concerned, `to` exclusive. */
  readonly from: string
  readonly to: string
  readonly again: number
  readonly skipped: number
}

/** Messages of an old segment that were processed already. */
export interface ExclusionRange {
  readonly origin: string
  readonly topic: string
  readonly partition: number
  /** The segment, by the number of segments that were. */
  readonly segment: number
  readonly segments: number
  readonly from: string
  readonly to: string
  readonly fingerprint: string | null
}

export interface WaivedGuard {
  readonly guard: GuardName
  readonly message: string
}

export interface Violation {
  readonly guard: GuardName
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  /** True: `--force` overrules it. */
  readonly waivable: boolean
}

/** What may stand against a plan, or against applying it. */
export const GUARDS = {
  'group-alive': 'a group has members, or is not settled (M6)',
  'ghost-committer': 'offsets move though the group has no members (M6)',
  'group-type': 'the name belongs to a share or streams group, which has no such offsets',
  'group-denied': 'a group may not be read',
  'topic-denied': 'a topic may not be read, or nothing be committed for it',
  'unknown-topic': 'a topic that was named is not there',
  'pending-transaction': 'a transaction is about to commit an offset (M7)',
  'segment-count': 'there are more segments than configured',
  'origin-unset': 'the origin has nothing to distribute (M4)',
  'segments-unset': 'the segments have nothing to collapse (M4)',
  'existing-offsets': 'a segment has offsets already (M1)',
  'inconclusive-offsets': 'the segments do not stand at the same offset (M2, M4)',
  'out-of-range': 'an offset is outside of what the log keeps (M5)',
  'wrong-cluster': 'the plan was made for another cluster',
  'topic-recreated': 'a topic was deleted and made again',
  'topic-deleted': 'a topic is gone',
  'partitions-added': 'a topic has more partitions than planned for',
  'stale-plan': 'offsets or states moved since the plan was made (M9)',
  'moved-since': 'offsets moved since the journal was written',
} as const
export type GuardName = keyof typeof GUARDS

/** Those that `--force` overrules (M10). */
export const WAIVABLE: ReadonlySet<GuardName> = new Set([
  'existing-offsets',
  'inconclusive-offsets',
  'moved-since',
])

import type { CommittedOffset, TopicDescription, TopicPartition } from './cluster.ts'

/** Which protocol coordinates a group's members; only the first two commit offsets for topics. */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams'

/**
 * `absent`: the cluster does not know the group, which is how one begins. `unknown` is a state that
 * this version has no name for: it counts as alive.
 */
export type GroupState =
  | 'absent'
  | 'dead'
  | 'empty'
  | 'stable'
  | 'assigning'
  | 'reconciling'
  | 'preparing-rebalance'
  | 'completing-rebalance'
  | 'unknown'

/** A group as the cluster's list has it. */
export interface ListedGroup {
  readonly group: string
  readonly type: GroupType
  readonly state: GroupState
}

/** A group as its coordinator sees it. */
export interface GroupStatus {
  readonly group: string
  /** null for an absent group. */
  readonly type: GroupType | null
  readonly state: GroupState
  /** Processes that are in it now; static members of a stopped process count until they time out. */
  readonly members: number
  /** Why the cluster would not say; the state is `unknown` then. */
  readonly problem: ClusterProblem | null
}

/** What a group has committed, from a read that waits for no transaction. */
export interface GroupOffsets {
  readonly group: string
  /** Ascending by topic and partition; no entry is no commit, which is neither 0 nor -1 (M4). */
  readonly offsets: readonly CommittedOffset[]
  /** Partitions with a transactional commit that has not ended: what is read there may change (M7). */
  readonly pending: readonly TopicPartition[]
  readonly problem: ClusterProblem | null
}

/** The topics that were asked for. */
export interface TopicsDescription {
  readonly clusterId: string
  /** Those that exist and may be seen, ascending by name; ranges end at the log's end. */
  readonly topics: readonly TopicDescription[]
  /** Those that may not be seen. */
  readonly denied: readonly string[]
  /** Those of `topics` for which nothing may be committed, as far as the cluster tells. */
  readonly unwritable: readonly string[]
}

/** Why a cluster did not do something for one group, topic or partition. */
export interface ClusterProblem {
  /** Stable: `not-authorized`, `group-alive`, `unknown-topic`, `metadata-too-large`, .. */
  readonly code: string
  /** A sentence for the user. */
  readonly message: string
  /**
   * What happened to a write. `refused`: it was not done and will not be. `later`: it was not done,
   * and may be when it is tried again. `uncertain`: it may have been done; reading back tells.
   */
  readonly outcome: 'refused' | 'later' | 'uncertain'
}

/** What became of one partition's write. */
export interface WriteOutcome extends TopicPartition {
  /** null: the cluster says that it is done. */
  readonly problem: ClusterProblem | null
}

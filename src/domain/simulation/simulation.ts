import type { KeyCounts, LaneFigures } from '../keys/key-profile.ts'
import type { DocumentHeader, ReadSummary } from '../model/document.ts'
import type { RefusedMessage } from '../routing/refused-messages.ts'
import type { Timing } from './timing/timing.ts'

/** What `simulate` says: the load of every layer, alone and stacked, per strategy. */
export interface SimulationDocument extends DocumentHeader<'simulation'> {
  readonly read: ReadSummary
  readonly messages: number
  /** Partitioners that refused messages. */
  readonly partitionerErrors: readonly PartitionerErrors[]
  /** True when every figure is a count; false when memory ran out and figures about keys are estimates. */
  readonly exact: boolean
  /** Every lane of the strategies once, in their order. */
  readonly lanes: readonly SimulatedLane[]
  readonly layers: LayersFigures
  /** That of the first strategy; null where it was not asked for, or was interrupted. */
  readonly timing: Timing | null
  readonly strategies: readonly StrategyFigures[]
}

/** What a partitioner refused: it goes to segment 0 (P4), its whole batch to VP 0 (V2). */
export interface PartitionerErrors {
  readonly partitioner: string
  readonly messages: number
  /** One per text of its error, at most 3. */
  readonly refused: readonly RefusedMessage[]
}

/** A lane as in a key profile, with bytes per slot. */
export interface SimulatedLane extends LaneFigures {
  readonly bytes: readonly number[]
}

/** How many virtual keys there are, and how well they are known; as in a key profile. */
export interface KeyFigures {
  readonly exact: boolean
  readonly keys: Pick<KeyCounts, 'distinct' | 'distinctBounds'>
  /** The count of no key is short by more, nor has a key that is left out more; 0 when exact. */
  readonly topKeysMaxError: number
}

export interface StrategyFigures extends KeyFigures {
  /** The name in the config, or what tells it apart: `md5`. */
  readonly name: string
  readonly lanes: readonly SimulatedLane[]
  readonly layers: LayersFigures
  readonly batches: BatchUse | null
  readonly traffic: Traffic
  readonly members: MemberUse | null
  readonly timing: Timing | null
}

/** How the layers act on one another. */
export interface LayersFigures {
  /** Layers that share a reducer on the same key; empty when none do. */
  readonly correlation: readonly LayerCorrelation[]
  /** Load of every (segment, VP) or (partition, segment, VP) worker, where layers are stacked. */
  readonly stacked: {
    readonly workers: number
    readonly busyWorkers: number
    readonly imbalance: number
  } | null
}

/** P5: the same key and reducer in both layers leave only m/gcd(n, m) of m slots reachable. */
export interface LayerCorrelation {
  readonly outer: 'partition' | 'segment'
  readonly inner: 'segment' | 'virtualPartition'
  readonly outerCount: number
  readonly innerCount: number
  readonly gcd: number
  /** m / gcd(n, m), by arithmetic. */
  readonly reachable: number
  /** Most inner slots that one outer slot was seen to fill with these keys. */
  readonly observed: number
  /** What to change, a sentence. */
  readonly fix: string
}

/** What batches of at most `maxMessages` give the virtual partitions to do (V3, V5). */
export interface BatchUse {
  readonly maxMessages: number
  readonly virtualPartitions: number
  readonly distribution: 'consistent' | 'balanced'
  readonly batches: number
  /** Polls of which a segment kept nothing; they are none of its batches (P3). */
  readonly dropped: number
  /** Virtual partitions with work, per batch. */
  readonly busy: { readonly mean: number; readonly p50: number; readonly p1: number }
  /** Messages of a batch / (VPs x messages of its fullest VP): 1 is perfect. */
  readonly parallelEfficiency: number
  /** `busyHistogram[k]` batches had k busy VPs. */
  readonly busyHistogram: readonly number[]
}

/** P2: every segment group reads every message. */
export interface Traffic {
  readonly segments: number
  readonly messagesRead: number
  readonly bytesRead: number
  readonly factor: number
}

/** Members of the consumer group against the partitions that there are to own. */
export interface MemberUse {
  readonly members: number
  readonly partitions: number
  readonly idleMembers: number
  /** Messages per member with contiguous ranges, in member order. */
  readonly messages: readonly number[]
  readonly imbalance: number
}

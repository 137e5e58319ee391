import type { DocumentHeader, DocumentKey, ReadSummary } from '../model/document.ts'
import type { RefusedMessage } from '../routing/refused-messages.ts'
import type { Layer } from '../routing/types.ts'

/** What `analyze-keys` says about a stream of keys. Shares are 0..1; counts are messages. */
export interface KeyProfileDocument extends DocumentHeader<'key-profile'> {
  readonly read: ReadSummary
  readonly messages: number
  /** True when every figure is a count; false when memory ran out and sketches took over. */
  readonly exact: boolean
  readonly keys: KeyCounts
  /** The first messages that the partitioner refused, one per text of its error, at most 3. */
  readonly refused: readonly RefusedMessage[]
  /** Most frequent first, ties by key bytes: every key with 0.1 % or more, unless fewer were asked for. */
  readonly topKeys: readonly TopKey[]
  /** Space-Saving's error: no key outside `topKeys` state has more; 0 when exact. */
  readonly topKeysMaxError: number
  readonly sizes: { readonly key: SizeFigures; readonly value: SizeFigures }
  readonly skew: SkewFigures
  /** What the partitions that were selected really hold; empty where the source does not say. */
  readonly partitions: readonly PartitionLoad[]
  readonly placement: Placement | null
  readonly bursts: Bursts
  readonly batches: BatchFigures
  readonly encodings: KeyEncodings
  readonly lanes: readonly LaneFigures[]
  /** What the part that was read can tell about the rest; null when everything was read. */
  readonly sampling: SamplingFigures | null
  readonly findings: readonly Finding[]
}

export interface KeyCounts {
  readonly distinct: number
  /** 99 % bounds of `distinct`; equal to it when exact. */
  readonly distinctBounds: Bounds
  readonly nullMessages: number
  readonly emptyMessages: number
  /** Messages whose key is not valid UTF-8. */
  readonly binaryMessages: number
  readonly tombstones: number
  /** Messages that the partitioner refused: no key, slot 0 of segments and VPs (P4, V2). */
  readonly partitionerErrors: number
}

export interface Bounds {
  readonly lower: number
  readonly upper: number
}

export interface TopKey {
  readonly key: DocumentKey
  readonly messages: number
  /** Certain bounds of `messages`; equal to it when exact. */
  readonly bounds: Bounds
  /** Of all messages. */
  readonly share: number
  /** 95 % Wilson interval of the share in the whole log; null when everything was read. */
  readonly shareInterval: Bounds | null
}

/** Bytes. Percentiles are upper edges of buckets at most 1/16 wide of their value. */
export interface SizeFigures {
  readonly total: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** How far from even the keys are; definitions in docs/semantics.md#skew. */
export interface SkewFigures {
  readonly top1Share: number
  readonly top10Share: number
  /** Share of the most frequent 1 % of the keys. */
  readonly top1PercentShare: number
  /** Coefficient of variation of messages per key. */
  readonly cv: number
  readonly gini: number
  /** H / log2(distinct); 1 is even. */
  readonly normalizedEntropy: number
  /** 2^H: as many equally busy keys would have this entropy. */
  readonly effectiveKeys: number
}

export interface PartitionLoad {
  readonly partition: number
  readonly messages: number
  readonly bytes: number
  readonly share: number
  readonly nullMessages: number
}

/** Which hash put the keys where they were found. */
export interface Placement {
  readonly partitionCount: number
  /** Keyed messages that the question was asked of. */
  readonly messages: number
  /** Best first. */
  readonly candidates: readonly {
    readonly reducer: string
    /** Share of the keyed messages that are where this hash would put them. */
    readonly explained: number
  }[]
  /** The hash that explains at least 99.9 %, or most of them when mixed; else null. */
  readonly reducer: string | null
  /** `mixed`: one hash explains most, another the rest; `unkeyed`: not by key; `unknown`: none. */
  readonly verdict: 'consistent' | 'mixed' | 'unkeyed' | 'unknown'
  /** The hash that explains the messages which `reducer` does not, when mixed. */
  readonly minority: { readonly reducer: string; readonly share: number } | null
  /** Distinct keys found in more than one partition: their order is not kept; null: not counted. */
  readonly keysInSeveralPartitions: number | null
}

/** Keys that are hot for a short while only. */
export interface Bursts {
  /** Width of a window; null where there are no timestamps. */
  readonly windowMs: number | null
  readonly windows: number
  /** Messages of the busiest window over the mean of all windows from first to last. */
  readonly peakToMean: number
  readonly keys: readonly Burst[]
}

export interface Burst {
  readonly key: DocumentKey
  /** ISO 8601, the window's start. */
  readonly window: string
  readonly messages: number
  /** Of the window's messages. */
  readonly shareOfWindow: number
  /** Of all messages. */
  readonly share: number
}

/** What a poll of at most `maxMessages` messages of one partition holds: what VPs can use. */
export interface BatchFigures {
  readonly maxMessages: number
  readonly batches: number
  readonly messagesPerKey: Percentiles
  readonly keysPerBatch: Percentiles
  /** Messages of a batch / messages of its most frequent key: no more VPs can be busy. */
  readonly parallelism: Percentiles
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export type KeyShape =
  | 'integer-text'
  | 'uuid-text'
  | 'text'
  | 'empty'
  | 'binary-4'
  | 'binary-8'
  | 'binary-16'
  | 'binary'

export interface KeyEncodings {
  /** Messages per shape, most first. */
  readonly shapes: readonly {
    readonly shape: KeyShape
    readonly messages: number
    readonly keys: number
  }[]
  /** The same number found as text and as bytes, or in both byte orders: one id, two keys. */
  readonly traps: readonly {
    readonly trap: 'number-and-text' | 'byte-order' | 'letter-case' | 'white-space'
    readonly keys: readonly DocumentKey[]
    readonly message: string
  }[]
}

/** Keys spread over the slots of one layer by one reducer. */
export interface LaneFigures {
  readonly layer: Layer
  readonly count: number
  readonly reducer: string
  /** Messages that were spread: in the layer `partition` those without a key are not (R7). */
  readonly messages: number
  readonly slots: readonly SlotLoad[]
  readonly emptySlots: number
  /** max / mean over the slots, by messages; 0 when there are no messages. */
  readonly imbalance: number
  /** The same after largest-first packing of the keys: no reducer can be expected to do better. */
  readonly floor: number
  /** imbalance / floor: what another reducer could win. */
  readonly avoidable: number
  /** Mean imbalance of an ideal random hash on these keys. */
  readonly randomHash: number
  /** Slots shared by top keys though other slots have none of them; worst first. */
  readonly collisions: readonly Collision[]
  /** Messages whose key the reducer refused (R4), counted in slot 0; 0 normally. */
  readonly errors: number
}

export interface SlotLoad {
  readonly index: number
  readonly messages: number
  /** Distinct keys; an estimate when the document is not exact. */
  readonly keys: number
  readonly share: number
}

export interface Collision {
  readonly slot: number
  readonly keys: readonly DocumentKey[]
  /** A line per key: `"14" -> 49+52 = 101 -> 101 mod 5 = 1`. */
  readonly arithmetic: readonly string[]
}

export interface SamplingFigures {
  /** Messages read / available; null where the source cannot tell how many there are. */
  readonly fraction: number | null
  /** Good-Turing: the chance that the next message has a key that was seen. */
  readonly coverage: number
  /** Chao1 lower bound of distinct keys in the whole log. */
  readonly distinctAtLeast: number
  /** What such a sample can and cannot tell, a sentence each. */
  readonly notes: readonly string[]
}

/** Something worth doing, in order of weight. */
export interface Finding {
  readonly code: string
  readonly severity: 'info' | 'warning'
  readonly message: string
  /** What to do about it. */
  readonly advice: string
}

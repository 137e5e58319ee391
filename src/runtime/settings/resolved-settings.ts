import type { Message } from '../../domain/model/message.ts'
import type { Partitioner, Reducer } from '../../domain/routing/types.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ConsumerSource } from '../../ports/consumer-source.ts'
import type { ConsumerClass, EachBatch, EachMessage } from '../consumer.ts'
import type { BatchPartitioner } from '../settings.ts'

/** Settings that were checked, with every default filled in. Durations are in milliseconds. */
export interface ResolvedSettings {
  /** As given: the origin where there are segments (P1). */
  readonly group: string
  readonly source: ConsumerSource
  /** In the order given; see `topicFor`. */
  readonly topics: readonly ResolvedTopic[]
  readonly concurrency: number
  /** null where segments are off (P1). */
  readonly segments: ResolvedSegments | null
  /** What a rescale left processed, also where it was to one group (M12); null: nothing. */
  readonly exclusions: ResolvedExclusions | null
  readonly startFrom: 'earliest' | 'latest' | 'fail'
  readonly commitIntervalMs: number
  readonly shutdownTimeoutMs: number
  readonly revocationTimeoutMs: number
  /** undefined: the machine's. */
  readonly clock: Clock | undefined
}

export interface ResolvedTopic {
  readonly topic: string | RegExp
  readonly handler: ResolvedHandler
  readonly execution: 'inline' | 'threads'
  /** null: each partition is one lane. */
  readonly virtual: ResolvedVirtual | null
  readonly metadataStrategy: 'exact' | 'current'
  readonly deadLetters: ResolvedDeadLetters | null
  readonly manualOffsets: boolean
  readonly maxMessages: number
  readonly maxWaitMs: number
  readonly pause: ResolvedPause
  readonly throttle: ResolvedThrottle | null
  readonly delay: { readonly ageMs: number } | null
  readonly expire: { readonly ageMs: number } | null
  readonly deserializer: (message: Message) => unknown
}

/** Who consumes a topic. */
export type ResolvedHandler =
  | { readonly kind: 'class'; readonly consumer: ConsumerClass }
  | { readonly kind: 'each-message'; readonly run: EachMessage }
  | { readonly kind: 'each-batch'; readonly run: EachBatch }
  | { readonly kind: 'module'; readonly file: string; readonly export: string }

/** How batches are split; `batchPartitioner` tells the two ways apart. */
export type ResolvedVirtual = SplitByKey | SplitByBatch

/** By the key of each message (V1, V3). */
export interface SplitByKey {
  readonly batchPartitioner: null
  readonly maxPartitions: number
  readonly distribution: 'consistent' | 'balanced'
  /** One for all partitions of the topic, as in S0; what state it keeps is shared by them (R1). */
  readonly partitioner: Partitioner
  readonly reducer: Reducer
  readonly overlap: boolean
  /** Means nothing without `overlap` (V7). */
  readonly maxInFlight: number
}

/** By a function of the user's over whole batches, into as many groups as it gives (V4). */
export interface SplitByBatch {
  readonly batchPartitioner: BatchPartitioner
  readonly maxPartitions: null
  readonly distribution: null
  readonly partitioner: null
  readonly reducer: null
  readonly overlap: false
  readonly maxInFlight: number
}

export interface ResolvedDeadLetters {
  /** null: a message that keeps failing is skipped (D5). */
  readonly topic: string | null
  readonly maxRetries: number
  readonly independent: boolean
  readonly transactional: boolean
  readonly markAfterDispatch: boolean
}

export interface ResolvedPause {
  readonly timeoutMs: number
  /** At least `timeoutMs`. */
  readonly maxTimeoutMs: number
  readonly exponential: boolean
}

export interface ResolvedThrottle {
  readonly limit: number
  readonly intervalMs: number
}

export interface ResolvedSegments {
  /** At least 2. */
  readonly count: number
  /** One for all topics, partitions and segments; it keeps no state (I7). */
  readonly partitioner: Partitioner
  readonly reducer: Reducer
  readonly mergeKey: string
  /** Those that this process consumes, ascending. */
  readonly ids: readonly number[]
  /** The consumer groups of all segments, by id. */
  readonly groups: readonly string[]
}

/** Messages that old segments have processed, and how they were routed then (M12). */
export interface ResolvedExclusions {
  readonly partitioner: Partitioner
  readonly reducer: Reducer
  /** Of this origin alone. */
  readonly ranges: readonly ResolvedRange[]
}

/** Offsets of one old segment; `to` exclusive, exact below 2^53. */
export interface ResolvedRange {
  readonly topic: string
  readonly partition: number
  readonly segment: number
  /** How many segments there were. */
  readonly segments: number
  readonly from: number
  readonly to: number
}

/** Whose settings a topic has: those of its name, else of the first pattern that matches it. */
export function topicFor(topics: readonly ResolvedTopic[], name: string): ResolvedTopic | null {
  const named = topics.find(({ topic }) => topic === name)
  if (named !== undefined) return named
  return topics.find(({ topic }) => topic instanceof RegExp && topic.test(name)) ?? null
}

import type { Message } from '../domain/model/message.ts'
import type { ExclusionRange } from '../domain/offsets/plan.ts'
import type { ReducerFunction } from '../domain/routing/reducers.ts'
import type { Partitioner, Reducer, VirtualKey } from '../domain/routing/types.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConsumerSource } from '../ports/consumer-source.ts'
import type { ConsumedMessage, ConsumerClass, EachBatch, EachMessage } from './consumer.ts'

/**
 * A partitioner by its spec (`header:user_id`), as a function, or whole (R1, R5). A function that
 * asks for `payload` has every value decoded on the polling side, segments' others too (P2).
 */
export type PartitionerSetting = string | ((message: ConsumedMessage) => VirtualKey) | Partitioner
/** A reducer by its name (`byte-sum`), as a function `(key, n)`, or whole (R2, R3). */
export type ReducerSetting = string | ReducerFunction | Reducer

/** What `createRuntime` takes. Durations are in milliseconds. */
export interface RuntimeSettings extends PollSettings {
  /** The consumer group: the origin where there are segments. */
  readonly group: string
  readonly source: ConsumerSource
  readonly topics: readonly TopicSettings[]
  /** Jobs at once, over all partitions and segments (I6). Default 5. */
  readonly concurrency?: number
  readonly parallelSegments?: ParallelSegmentsSettings
  /** Where a partition begins that has no committed offset. Default `earliest`. */
  readonly startFrom?: 'earliest' | 'latest' | 'fail'
  /** How often what materialised is committed. Default 5000. */
  readonly commitIntervalMs?: number
  /** How long jobs may go on after a stop was asked for, and hooks after them (L3). Default 60000. */
  readonly shutdownTimeoutMs?: number
  /** How long jobs may go on when their partition is taken away. Default 20000. */
  readonly revocationTimeoutMs?: number
  /** For tests and simulations. Default: the machine's. */
  readonly clock?: Clock
}

/** What topics inherit from the runtime unless they say otherwise. */
export interface PollSettings {
  /** Most messages of a batch, and of a job. Default 100. */
  readonly maxMessages?: number
  /** How long a batch that is not full waits for more messages. Default 0. */
  readonly maxWaitMs?: number
  readonly pause?: PauseSettings
}

/** The back-off after a failure (E2). */
export interface PauseSettings {
  /** Default 1000. */
  readonly timeoutMs?: number
  /** Default 30000. */
  readonly maxTimeoutMs?: number
  /** Doubles with each attempt; false: constant. Default true. */
  readonly exponential?: boolean
}

/** One topic, or all that a pattern matches, and who consumes them: exactly one of the three ways. */
export interface TopicSettings extends PollSettings {
  readonly topic: string | RegExp
  /** A class: one instance per virtual partition (V6). */
  readonly consumer?: ConsumerClass
  /** Called for a message at a time; a message is marked when it returns (not under manual offsets). */
  readonly eachMessage?: EachMessage
  /** Called for the messages of a job together. */
  readonly eachBatch?: EachBatch
  /** `threads`: in worker threads, where `module` stands in for the three. Default `inline`. */
  readonly execution?: 'inline' | 'threads'
  /** For `threads`: where the consumer class is exported from. */
  readonly module?: ConsumerModule
  readonly virtualPartitions?: VirtualPartitionsSettings
  readonly deadLetterQueue?: DeadLetterQueueSettings
  /** Nothing is marked automatically (L6). Default false. */
  readonly manualOffsetManagement?: boolean
  /** At most `limit` messages per partition in any stretch of `intervalMs`; the rest waits (L7). */
  readonly throttle?: { readonly limit: number; readonly intervalMs: number }
  /** A message waits until it is that old (L7). */
  readonly delay?: { readonly ageMs: number }
  /** A message that is older is dropped, and counts as marked (L7). */
  readonly expire?: { readonly ageMs: number }
  /** What `message.payload` is. Default: JSON. For `threads` the module's export `deserializer`. */
  readonly deserializer?: (message: Message) => unknown
}

/** A consumer class by where it is, for threads and processes of their own. */
export interface ConsumerModule {
  /** Absolute path or file URL. */
  readonly file: string
  /** Default `default`. */
  readonly export?: string
}

/** Virtual partitions of each assigned partition (V). */
export interface VirtualPartitionsSettings {
  /** Default `key`. Left out where there is a `batchPartitioner`. */
  readonly partitioner?: PartitionerSetting
  /** Default `byte-sum`; `identity` for partitioners that give slots (R5). */
  readonly reducer?: ReducerSetting
  /** Default: the runtime's concurrency (V1). */
  readonly maxPartitions?: number
  /** Default `consistent` (V3). */
  readonly distribution?: 'consistent' | 'balanced'
  /** Default `exact` (O6). */
  readonly offsetMetadataStrategy?: 'exact' | 'current'
  /** Splits a batch by itself, in place of partitioner and maxPartitions (V4). */
  readonly batchPartitioner?: BatchPartitioner
  /** A VP takes its messages of following batches at once (V7). Default false. */
  readonly overlap?: boolean
  /** With `overlap`: most messages per partition handed out or waiting. Default 10000. */
  readonly maxInFlight?: number
}

/** @returns groups of the very messages given, each ascending; group i is VP i (V4) */
export type BatchPartitioner = (
  messages: readonly ConsumedMessage[],
  context: { readonly collapsed: boolean; readonly concurrency: number },
) => readonly (readonly Message[])[]

/** What happens to a message that keeps failing (D). */
export interface DeadLetterQueueSettings {
  /** Where it goes; false: it is skipped (D5). */
  readonly topic: string | false
  /** Failures beyond the first one that are retried. Default 3; at least 1 with VPs (D1). */
  readonly maxRetries?: number
  /** Only consecutive failures of one message count (D6). Default false. */
  readonly independent?: boolean
  /** Dead letter and offset in one transaction (D7). Default false. */
  readonly transactional?: boolean
  /** Default true, under manual offset management too (D5). */
  readonly markAfterDispatch?: boolean
}

/** Parallel segments of the whole group (P). */
export interface ParallelSegmentsSettings {
  /** 1 is off (P1). Default 1. */
  readonly count?: number
  /** Default `key`. Goes by the message alone: one that deals out in turn is refused (I7). */
  readonly partitioner?: PartitionerSetting
  /** Default `byte-sum`; `identity` for partitioners that give slots (R5). */
  readonly reducer?: ReducerSetting
  /** Default `-parallel-`. */
  readonly mergeKey?: string
  /** The segments that this process consumes. Default: all. */
  readonly segmentIds?: readonly number[]
  /** What a rescale says was processed already, and how it was routed then: as now (M12). */
  readonly exclusions?: {
    readonly ranges: readonly ExclusionRange[]
    readonly partitioner?: PartitionerSetting
    readonly reducer?: ReducerSetting
  }
}

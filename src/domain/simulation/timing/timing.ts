/** What a simulation under a virtual clock assumes beside the layers. */
export interface TimingOptions {
  /** What each message takes, in milliseconds; whole microseconds, more than 0. */
  readonly ioMs: number
  /** Jobs at once in one process, over all of its partitions (I6). */
  readonly concurrency: number
  /** V7 */
  readonly overlap: boolean
  /** How probable it is that an attempt at a message fails, 0..1/2. */
  readonly failRate: number
  /** Of the failures. */
  readonly seed: number
}

/** How long a log takes to be drained, and why not less. Fetches, commits and CPU cost nothing. */
export interface Timing {
  readonly ioMs: number
  /** Per process. */
  readonly concurrency: number
  /** Most messages of a batch. */
  readonly maxMessages: number
  readonly overlap: boolean
  readonly failRate: number
  readonly seed: number
  /** Messages that were played. */
  readonly messages: number
  /** Only so many of each partition were played, the first ones; null: all. */
  readonly perPartition: number | null
  /** Each segment, and each member in it, is a process with workers of its own. */
  readonly processes: number
  /** From the first job to the last one, of the slowest process. */
  readonly seconds: number
  readonly messagesPerSecond: number
  /** Time in jobs / (slots of all processes x seconds); 0..1. */
  readonly utilization: number
  /** The largest of `limits`. */
  readonly limit: TimeLimit
  /** What no schedule can undercut, the largest first. */
  readonly limits: readonly TimeLimit[]
  readonly batches: number
  /** What failed and what that came to; null where nothing is to fail. */
  readonly failures: FailureEffect | null
  /** Those that have messages, by segment, then member; empty where there is only one. */
  readonly perProcess: readonly ProcessTiming[]
}

/** What bounds a time from below, from the key outwards. */
export const TIME_LIMITS = [
  'heaviest key chain',
  'fullest partition',
  'fullest virtual partition',
  'fullest of each batch',
  'total / concurrency',
] as const

export interface TimeLimit {
  readonly what: (typeof TIME_LIMITS)[number]
  readonly seconds: number
}

/** E1, E2, C1: what failures cost. */
export interface FailureEffect {
  /** Attempts at a message that failed. */
  readonly failed: number
  /** Fetches that went back to the committed position, each after a back-off. */
  readonly retries: number
  readonly collapsedBatches: number
  /** Attempts that were made in collapsed batches. */
  readonly collapsedMessages: number
  /** Of all partitions, added up. */
  readonly backOffSeconds: number
  /** What it had taken had nothing failed. */
  readonly secondsWithout: number
}

/** One process: a member of a segment's group. */
export interface ProcessTiming {
  /** null without segments. */
  readonly segment: number | null
  /** null where members were not asked for. */
  readonly member: number | null
  readonly messages: number
  readonly seconds: number
  /** Of its own slots, in its own time. */
  readonly utilization: number
  readonly limit: TimeLimit
}

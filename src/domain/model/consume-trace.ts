import type { DocumentHeader } from './document.ts'

/**
 * What a consumer runtime did, job by job. Times are milliseconds since its start, to the
 * microsecond; offsets are decimal strings. `totals`, `partitions` and `errors` cover all of it, `lanes`
 * the busiest VPs, the other lists their first things: `omitted` counts the rest.
 */
export interface ConsumeTraceDocument extends DocumentHeader<'consume-trace'> {
  /** The group; the origin where there are segments. */
  readonly group: string
  /** Most jobs at once. */
  readonly concurrency: number
  /** From start to stop, or to the last event. */
  readonly ms: number
  readonly totals: TraceTotals
  /** In the order in which they were first seen; the lists name a partition by its index here. */
  readonly partitions: readonly TracedPartition[]
  /** VPs that had a job, ascending by partition, then number. */
  readonly lanes: readonly TracedLane[]
  readonly ownerships: readonly TracedOwnership[]
  /** In the order in which they ended. */
  readonly jobs: readonly TracedJob[]
  readonly pauses: readonly TracedPause[]
  readonly collapses: readonly TracedCollapse[]
  readonly deadLetters: readonly TracedDeadLetter[]
  /** By type, ascending. */
  readonly errors: readonly TracedErrors[]
  readonly omitted: TraceOmissions
}

/** What jobs did together. */
export interface JobSums {
  readonly jobs: number
  readonly failedJobs: number
  /** Of jobs that ended well. */
  readonly messages: number
  /** Time in jobs, over all of them. */
  readonly busyMs: number
}

export interface TraceTotals extends JobSums {
  readonly batches: number
  readonly collapsedBatches: number
  /** Pauses after a failure. */
  readonly retries: number
  readonly commits: number
}

export interface TracedPartition extends JobSums {
  readonly group: string
  /** null where segments are off. */
  readonly segmentId: number | null
  readonly topic: string
  readonly partition: number
  /** VPs that had a job. */
  readonly virtualPartitions: number
}

export interface TracedLane extends JobSums {
  readonly partition: number
  readonly virtualPartition: number
}

/** A partition was ours; `end` null: to the end of the trace. */
export interface TracedOwnership {
  readonly partition: number
  readonly from: number
  readonly to: number | null
  readonly end: 'taken' | 'lost' | 'stopped' | null
}

export interface TracedJob {
  readonly partition: number
  readonly virtualPartition: number
  readonly worker: number
  readonly from: number
  readonly ms: number
  readonly messages: number
  readonly firstOffset: string
  readonly lastOffset: string
  readonly collapsed: boolean
  readonly attempt: number
  readonly ok: boolean
}

/** `ms` is how long it lasted, at most to the end of the trace. */
export interface TracedPause {
  readonly partition: number
  readonly from: number
  readonly ms: number
  readonly reason: 'failure' | 'user' | 'dead-letter' | 'throttle' | 'delay'
  readonly offset: string
  readonly attempt: number
}

/** From the request to the first batch that was virtual again, the next request, or the loss. */
export interface TracedCollapse {
  readonly partition: number
  readonly from: number
  readonly ms: number
  readonly reason: 'failure' | 'user'
  /** Batches that begin up to this offset run collapsed. */
  readonly until: string
}

export interface TracedDeadLetter {
  readonly partition: number
  readonly at: number
  readonly offset: string
  /** null: skipped. */
  readonly deadLetterTopic: string | null
  readonly attempts: number
  /** At most 300 characters. */
  readonly error: string
}

export interface TracedErrors {
  readonly type: string
  readonly count: number
  /** The first one's text, at most 300 characters. */
  readonly first: string
}

/** How many of each list were left out. */
export interface TraceOmissions {
  readonly lanes: number
  readonly ownerships: number
  readonly jobs: number
  readonly pauses: number
  readonly collapses: number
  readonly deadLetters: number
}

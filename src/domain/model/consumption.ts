import type { DocumentHeader } from './document.ts'

/** What a run of `pstool consume` came to. It holds no time, so that equal runs can be compared. */
export interface ConsumptionDocument extends DocumentHeader<'consumption'> {
  /** The origin where there are segments. */
  readonly group: string
  /** Segments that were consumed, ascending; null where segments are off. */
  readonly segments: readonly number[] | null
  /** Why it ended. */
  readonly ended: ConsumptionEnd
  /** Of jobs that ended well. */
  readonly messages: number
  /** Left out by filters: other segments', expired, excluded. */
  readonly dropped: number
  readonly batches: number
  readonly jobs: number
  readonly failedJobs: number
  /** Pauses after a failure. */
  readonly retries: number
  /** Requests to collapse: after a failure, or by the consumer. */
  readonly collapses: number
  readonly commits: number
  /** Messages that were given up and written to another topic. */
  readonly deadLetters: number
  /** Messages that were given up and written nowhere. */
  readonly skipped: number
  /** Processes that were started again. */
  readonly restarts: number
  /** By type, ascending. */
  readonly errors: readonly ConsumptionErrors[]
  /** Every partition that was ours, ascending by group, topic and partition. */
  readonly partitions: readonly ConsumedPartition[]
}

/** `end`: everything was consumed; `limit`: as many messages as asked for. */
export type ConsumptionEnd = 'end' | 'failed' | 'interrupted' | 'limit' | 'reader-gone'

export interface ConsumptionErrors {
  readonly type: string
  readonly count: number
  /** The first one's text, at most 300 characters. */
  readonly first: string
}

export interface ConsumedPartition {
  readonly group: string
  /** null where segments are off. */
  readonly segmentId: number | null
  readonly topic: string
  readonly partition: number
  readonly messages: number
  /** The last committed offset; null where nothing was committed. */
  readonly committed: string | null
  /** From the committed offset to the log's end as last seen; null where one of them is unknown. */
  readonly lag: number | null
}

/** Where something happened. */
export interface EventPlace {
  readonly group: string
  /** null where segments are off. */
  readonly segmentId: number | null
  readonly topic: string
  readonly partition: number
}

/** A job: messages of one VP that ran together. */
export interface JobEvent extends EventPlace {
  readonly virtualPartition: number
  /** Which of the runtime's slots ran it, from 0. */
  readonly worker: number
  readonly messages: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly collapsed: boolean
  readonly attempt: number
  /** Milliseconds, of the runtime's clock. */
  readonly at: number
}

/** Everything that a runtime tells about, by name. `at` is milliseconds of the runtime's clock. */
export interface RuntimeEvents {
  'runtime.started': { readonly group: string; readonly concurrency: number; readonly at: number }
  'runtime.stopped': { readonly group: string; readonly at: number }
  'partition.assigned': EventPlace & { readonly position: number; readonly at: number }
  /** `taken`: given up in order; `lost`: somebody else's already; `stopped`: by us. */
  'partition.revoked': EventPlace & {
    readonly reason: 'taken' | 'lost' | 'stopped'
    readonly at: number
  }
  /** A batch was fetched, filtered and split. */
  'batch.polled': EventPlace & {
    readonly messages: number
    /** Left out by filters: other segments', expired, excluded. */
    readonly dropped: number
    /** Marked already, and left out (O7, C4). */
    readonly excluded: number
    readonly collapsed: boolean
    readonly next: number
    readonly end: number
    readonly at: number
  }
  'job.started': JobEvent
  'job.finished': JobEvent & {
    readonly ok: boolean
    readonly ms: number
    /**
     * How many of its messages are done: all of a job that ended well, none of one that failed; up to
     * the last mark of one that was cut short because its partition goes (L1, L3).
     */
    readonly done: number
  }
  /** The partition waits: after a failure, or because the user asked. */
  'partition.paused': EventPlace & {
    readonly reason: 'failure' | 'user' | 'dead-letter' | 'throttle' | 'delay'
    readonly offset: number
    readonly ms: number
    readonly attempt: number
    readonly at: number
  }
  'partition.resumed': EventPlace & { readonly at: number }
  /** Batches that begin up to this offset run collapsed (C1). */
  'partition.collapsed': EventPlace & {
    readonly until: number
    readonly reason: 'failure' | 'user'
    readonly at: number
  }
  'offset.committed': EventPlace & {
    readonly offset: number
    readonly metadata: string
    readonly at: number
  }
  'dead-letter.dispatched': EventPlace & {
    readonly offset: number
    /** null: skipped (`topic: false`). */
    readonly deadLetterTopic: string | null
    readonly attempts: number
    readonly error: string
    readonly at: number
  }
  'error.occurred': ErrorEvent
}

/** What `error.occurred` is about. */
export type ErrorType =
  | 'consumer.consume.error'
  | 'consumer.revoked.error'
  | 'consumer.shutdown.error'
  | 'virtual_partitions.partitioner.error'
  | 'parallel_segments.partitioner.error'
  | 'dead_letters.dispatch.error'
  | 'offsets.commit.error'
  | 'source.error'

export interface ErrorEvent {
  readonly type: ErrorType
  readonly error: unknown
  readonly group: string
  readonly segmentId: number | null
  /** Absent where the error is not about one partition. */
  readonly topic?: string
  readonly partition?: number
  readonly virtualPartition?: number
  /** Of the message, where it is about one. */
  readonly offset?: number
  readonly attempt?: number
  readonly at: number
}

export type EventName = keyof RuntimeEvents
/** Gets every event with its name. */
export type EventObserver = <N extends EventName>(name: N, event: RuntimeEvents[N]) => void

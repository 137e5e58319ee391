import type { Arrival } from './arrivals.ts'
import type { BackOff } from './back-off.ts'
import type { DeadLetterPolicy } from './dead-letters.ts'
import type { MetadataStrategy, OffsetRun } from './offset-tracker.ts'

/** How one assigned partition is to be worked on. */
export interface CoordinationOptions {
  /** Whether it has VPs: without them there is one job at a time, in log order. */
  readonly isVirtual: boolean
  /** V7 */
  readonly overlap: boolean
  /** With `overlap`: fetching stops while so many messages are not done. */
  readonly maxInFlight: number
  /** Most messages of a job that takes what waits of several batches. */
  readonly maxMessages: number
  /**
   * With `overlap`: a job has messages that arrived at most so many after its first one. One that
   * took all that waits would leave the order of arrival far behind (V8).
   */
  readonly runAhead: number
  /** L6 */
  readonly manualOffsets: boolean
  readonly metadataStrategy: MetadataStrategy
  readonly backOff: BackOff
  /** null: retried for ever. */
  readonly deadLetters: DeadLetterPolicy | null
}

/**
 * By so much a job may overtake others' (V8): a quarter of what all workers' jobs can hold. Much
 * more, and all else in a short log is done before its heaviest key goes on; much less, and jobs are
 * tiny.
 */
export function runAheadOf(maxMessages: number, concurrency: number): number {
  return (maxMessages * concurrency) / 4
}

/** Messages of one VP that run together, in log order. */
export interface Job<M> {
  readonly virtualPartition: number
  readonly messages: readonly M[]
  readonly offsets: readonly number[]
  /** The same for the tracker, which remembers it for longer than there are messages to keep. */
  readonly run: OffsetRun
  readonly collapsed: boolean
  /** From 1 (E2). */
  readonly attempt: number
  /** The batches that they are of, with how many each. */
  readonly parts: readonly JobPart[]
}

export interface JobPart {
  readonly batch: OpenBatch
  readonly count: number
}

/** A batch of which not all messages are done. */
export interface OpenBatch {
  readonly first: number
  readonly last: number
  /** Messages that wait or run. */
  left: number
  /** False when the user paused or sought in it, or not all of it was handed out (O4). */
  isMarkable: boolean
}

/** How a job ended. `offset` is the message that the error is about, where that is known (D3). */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: unknown; readonly offset: number | null }

/** Facts. */
export type Input<M> =
  /** The answer to `fetch`, with the numbers of its messages over all partitions (V8). */
  | ({
      readonly type: 'polled'
      readonly serial: number
      readonly from: number
      readonly messages: readonly M[]
      readonly offsets: readonly number[]
      /** Per message, 1 for one that a filter left out (L7, P3); null: none. */
      readonly dropped: Uint8Array | null
      readonly next: number
    } & Arrival)
  /** The answer to `split`, before any other fact: the VP of each of its messages. */
  | {
      readonly type: 'split'
      readonly slots: readonly number[]
      /** The partitioner failed, so that all are in VP 0 (V2). */
      readonly isWhole: boolean
    }
  /** A worker is free for this VP, which was `ready`. */
  | { readonly type: 'take'; readonly virtualPartition: number }
  | { readonly type: 'ended'; readonly job: Job<M>; readonly outcome: Outcome }
  /** By the job that the user was given, also when it has ended (O2). */
  | {
      readonly type: 'mark'
      readonly job: Job<M>
      readonly offset: number
      readonly metadata?: string
    }
  | { readonly type: 'collapse'; readonly until: number }
  /** This and `seek`: by a job that runs; of one that has ended they change nothing. */
  | { readonly type: 'pause'; readonly job: Job<M>; readonly offset: number; readonly ms: number }
  | { readonly type: 'seek'; readonly job: Job<M>; readonly offset: number }
  /** The time of a `pause` has passed. */
  | { readonly type: 'resumed' }
  /** The answer to `dispatch`. */
  | { readonly type: 'dispatched'; readonly ok: boolean }
  | { readonly type: 'revoked' }

/** Orders. */
export type Effect<M> =
  /** Fetch from there; an answer to an earlier one is not wanted any more. */
  | { readonly type: 'fetch'; readonly serial: number; readonly from: number }
  /** Nothing is to be fetched until the next `fetch`. */
  | { readonly type: 'stop-fetch' }
  /** Run the partitioner over these. */
  | { readonly type: 'split'; readonly messages: readonly M[] }
  /** The VP has messages and is not running. */
  | { readonly type: 'ready'; readonly virtualPartition: number; readonly arrival: number }
  | { readonly type: 'run'; readonly job: Job<M> }
  /** To be committed with the next commit. */
  | { readonly type: 'store'; readonly position: number; readonly metadata: string }
  | {
      readonly type: 'pause'
      readonly reason: 'failure' | 'user' | 'dead-letter'
      readonly offset: number
      readonly ms: number
      readonly attempt: number
    }
  | {
      readonly type: 'dispatch'
      readonly message: M
      readonly offset: number
      /** What the position will be when it is marked: what a transaction commits (D7). */
      readonly position: number
      readonly attempts: number
      readonly error: unknown
    }
  | { readonly type: 'collapsed'; readonly until: number; readonly reason: 'failure' | 'user' }
  /** What became of a fetched batch. */
  | {
      readonly type: 'batch'
      readonly handedOut: number
      readonly excluded: number
      readonly collapsed: boolean
    }

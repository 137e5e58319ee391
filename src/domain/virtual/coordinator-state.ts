import type { CoordinationOptions, Job } from './coordination.ts'
import { OffsetTracker } from './offset-tracker.ts'
import type { Lane, Slice } from './waiting.ts'

/**
 * `working`: batches are fetched and run. `dispatching`: a dead letter is on its way. `paused`:
 * until `resumed`.
 */
export type Phase = 'working' | 'dispatching' | 'paused' | 'revoked'

/** What the user asked for in the batches that are open; acts when they have ended. */
export interface Asked {
  pauseAt: number | null
  pauseMs: number
  seekTo: number | null
}

/** A batch that waits for those before it to end: `collapsed` (C1), or not to be split (V2). */
export interface Held<M> {
  readonly slice: Slice<M>
  readonly mode: 'collapsed' | 'whole'
}

/** The failure that is being worked on: the first one of the batch, and the job it was in. */
export interface Failure<M> {
  readonly job: Job<M>
  readonly error: unknown
  readonly offset: number | null
}

/** The state of one assignment; whoever has it is alone with it. */
export interface CoordinatorState<M> {
  readonly options: CoordinationOptions
  readonly tracker: OffsetTracker
  phase: Phase
  /** Of the last fetch; answers to others are not wanted. */
  serial: number
  isFetching: boolean
  /** Where the next fetch goes. */
  nextFrom: number
  readonly lanes: Map<number, Lane<M>>
  /** Why the open batch runs as one job in log order, where it does. */
  alone: Held<M>['mode'] | null
  /** The dead letter that is on its way. */
  letter: number | null
  held: Held<M> | null
  /** A batch whose messages are being dealt over VPs. */
  splitting: Slice<M> | null
  /** Jobs that run. */
  running: number
  /** Messages that wait or run. */
  inFlight: number
  /** The highest offset that was given to a job. */
  handedOut: number
  failures: number
  /** Success before it does not end the count: what failed is still to come (E2, E3). */
  failedFrom: number
  failure: Failure<M> | null
  /** Batches that begin at or before it run collapsed; -1: none (C1, C2). */
  collapseUntil: number
  readonly asked: Asked
  /** What ended well before a pause of the user's, to be marked with the next batch (O4); 0: nothing. */
  leftBelow: number
  stored: { readonly position: number; readonly metadata: string }
}

/** An assignment that has fetched nothing. */
export function initialState<M>(
  options: CoordinationOptions,
  position: number,
): CoordinatorState<M> {
  return {
    options,
    tracker: new OffsetTracker(position, options.metadataStrategy),
    phase: 'working',
    serial: 1,
    isFetching: true,
    lanes: new Map(),
    nextFrom: position,
    alone: null,
    letter: null,
    held: null,
    splitting: null,
    running: 0,
    inFlight: 0,
    handedOut: -1,
    failures: 0,
    failedFrom: 0,
    failure: null,
    collapseUntil: -1,
    asked: { pauseAt: null, pauseMs: 0, seekTo: null },
    leftBelow: 0,
    stored: { position, metadata: '' },
  }
}

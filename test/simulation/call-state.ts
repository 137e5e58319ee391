import type { Call, Entry } from './log.ts'

/** A call of user code, and how far it is. */
export interface CallState extends Call {
  readonly at: number
  readonly done: number[]
  /** The message that it works on. */
  current: number | null
  over: 'returned' | 'threw' | null
}

/** What the log says of a call by its number. */
export type ByCall = Extract<
  Entry,
  { kind: 'seen' | 'done' | 'returned' | 'threw' | 'marking' | 'marked' | 'asked' }
>

/** The messages that were handed out together where batches do not overlap. */
export interface Wave {
  readonly handedOut: number
  readonly next: number
  readonly calls: CallState[]
  threw: boolean
  /** Something was marked late, so that not all of it may come to user code. */
  isThinned: boolean
  pauseAt: number | null
  hasSought: boolean
}

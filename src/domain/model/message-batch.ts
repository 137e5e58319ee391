import type { Message } from './message.ts'

/** `keyLength` or `valueLength` of an absent key or value: a null, which is not the empty one. */
export const ABSENT = -1

/** `valueLength` where the source does not say what the value was: keys alone were kept. */
export const UNKNOWN = -2

/**
 * Many messages as columns, so that reading millions of keys makes no object per message.
 *
 * A batch is lent, not given: its columns and bytes hold until the next one is asked for. Columns
 * may be longer than `count`. Within one partition messages come in log order, across batches too.
 */
export interface MessageBatch {
  readonly topic: string
  readonly count: number
  /** Where the keys' bytes are; `keyStart` and `keyLength` point into it. */
  readonly bytes: Uint8Array
  readonly keyStart: Int32Array
  /** In bytes; ABSENT for a message without a key. */
  readonly keyLength: Int32Array
  /** In bytes; ABSENT for a tombstone, UNKNOWN where the source carries no value. */
  readonly valueLength: Int32Array
  /** -1 where the source does not say. */
  readonly partition: Int32Array
  /** Exact up to 2^53; NaN where the source does not say. */
  readonly offset: Float64Array
  /** Milliseconds since the epoch; NaN where the source does not say. */
  readonly timestamp: Float64Array
  /** The line of a file that a row begins at, from 1; where whole messages of a file are read. */
  lineOf?(index: number): number
  /** The whole message, made on demand; needs a read that asked for `content: 'messages'`. */
  message(index: number): Message
}

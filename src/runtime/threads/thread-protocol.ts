import type { NewMessage } from '../../domain/model/cluster.ts'
import { errorText } from '../error-text.ts'
import type { PackedMessages } from './packed-messages.ts'

/** What a thread is started with. */
export interface ThreadSetup {
  /** File URL of the consumer module. */
  readonly module: string
  readonly export: string
  /** What `pstool` stands for in the module. */
  readonly library: string
}

/** What a job's context says, as far as it can be copied. */
export interface SentContext {
  readonly topic: string
  readonly partition: number
  readonly virtualPartition: number
  readonly segmentId: number | null
  readonly segmentOrigin: string
  readonly group: string
  readonly collapsed: boolean
  readonly attempt: number
  readonly marksEach: boolean
}

/** To a thread. `instance` and `call` are numbers that the sender gave out. */
export type ToThread =
  | {
      readonly type: 'consume'
      readonly call: number
      readonly instance: number
      readonly context: SentContext
      readonly messages: PackedMessages
      /** Shared with the partition. */
      readonly ownership: Int32Array<SharedArrayBuffer>
    }
  | {
      readonly type: 'hook'
      readonly call: number
      readonly instance: number
      readonly hook: 'revoked' | 'shutdown'
    }
  | { readonly type: 'abort'; readonly instance: number }
  | ({ readonly type: 'answer'; readonly ask: number } & Answer)

/** What became of something that a thread asked for. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: SentError }

/** From a thread. */
export type FromThread =
  | { readonly type: 'ready' }
  | {
      readonly type: 'done'
      readonly call: number
      /** null: all went well. */
      readonly error: SentError | null
      /** The message that failed; null: not known. */
      readonly failed: number | null
      readonly isCut: boolean
    }
  | { readonly type: 'order'; readonly instance: number; readonly orders: readonly Order[] }
  | { readonly type: 'ask'; readonly instance: number; readonly ask: number; readonly wish: Wish }

/** What needs no answer. */
export type Order =
  | { readonly type: 'mark'; readonly offset: number; readonly metadata: string | undefined }
  | { readonly type: 'collapse'; readonly until: number }
  | { readonly type: 'pause'; readonly offset: number; readonly ms: number }
  | { readonly type: 'seek'; readonly offset: number }

/** What needs an answer. `leave` gives back what `enter` took (L2). */
export type Wish =
  | { readonly type: 'mark-now'; readonly offset: number; readonly metadata: string | undefined }
  | { readonly type: 'enter' }
  | { readonly type: 'leave' }
  | { readonly type: 'produce'; readonly topic: string; readonly message: NewMessage }

/** An error as it crosses to another thread. */
export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string | null
}

/** @returns what can be copied of it */
export function sentError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: errorText(error), stack: null }
  try {
    const { name, message, stack } = error
    return { name: String(name), message: String(message), stack: stack ? String(stack) : null }
  } catch {
    return { name: 'Error', message: errorText(error), stack: null }
  }
}

/** An error that says the same. */
export function receivedError({ name, message, stack }: SentError): Error {
  const error = new Error(message)
  error.name = name
  if (stack !== null) error.stack = stack
  return error
}

import type { ConsumedMessage, ConsumerContext } from './consumer.ts'
import { mayBeCut, type SharedOwnership } from './ownership.ts'
import type { ResolvedHandler } from './settings/resolved-settings.ts'

/** What an instance sees of its job, beside what every consumer sees. */
export interface JobContext extends ConsumerContext {
  /** Whether messages are marked one by one as they are done. */
  readonly marksEach: boolean
  /** Whether the runtime wants the job to end early: it stops, or the partition is given up. */
  readonly isLeaving: boolean
  /** The signal that the consumer can ask for, without asking for it. */
  readonly revocation: AbortSignal
  /** The partition's, for threads. */
  readonly ownership: SharedOwnership
  /** `markAsConsumed` for a message that is known by its offset alone. */
  markAt(offset: number, metadata?: string): boolean
  /** Commits what is stored for the partition. */
  commitNow(): Promise<boolean>
  /** Notes that the job has left messages undone without an error. */
  cutShort(): void
  /** Notes which message an error is about (D3). */
  failedAtOffset(offset: number): void
}

/** What lives as long as a VP's partition is ours (V6). What it throws is an error of the user's. */
export interface Instance {
  consume(context: JobContext, messages: readonly ConsumedMessage[]): void | Promise<void>
  revoked(): void | Promise<void>
  shutdown(): void | Promise<void>
}

/** Makes the instance of a VP. */
export type InstanceFactory = () => Instance

/** How instances of a handler are made; modules are for threads. */
export function instancesOf(
  handler: Exclude<ResolvedHandler, { kind: 'module' }>,
): InstanceFactory {
  switch (handler.kind) {
    case 'class':
      return () => {
        const consumer = new handler.consumer()
        return {
          consume(context, messages) {
            consumer.enter(context, messages.slice())
            return consumer.consume()
          },
          revoked: () => consumer.revoked(),
          shutdown: () => consumer.shutdown(),
        }
      }
    case 'each-batch':
      return () => ({
        ...NO_HOOKS,
        consume: (context, messages) => handler.run(messages.slice(), context),
      })
    case 'each-message':
      return () => ({
        ...NO_HOOKS,
        consume: (context, messages) => consumeEach(handler.run, context, messages, 0),
      })
  }
}

const NO_HOOKS = { revoked: () => {}, shutdown: () => {} }

/** Message by message; a handler that gives no promise costs none. */
function consumeEach(
  run: (message: ConsumedMessage, context: ConsumerContext) => void | Promise<void>,
  context: JobContext,
  messages: readonly ConsumedMessage[],
  from: number,
): void | Promise<void> {
  for (let i = from; i < messages.length; i++) {
    if (context.isLeaving) return context.cutShort()
    const message = messages[i]!
    const result = startOf(run, context, message)
    if (result !== undefined) return consumeRest(run, context, messages, i, result)
    if (mayBeCut(context)) return context.cutShort()
    if (context.marksEach) context.markAsConsumed(message)
  }
}

async function consumeRest(
  run: (message: ConsumedMessage, context: ConsumerContext) => void | Promise<void>,
  context: JobContext,
  messages: readonly ConsumedMessage[],
  first: number,
  running: Promise<void>,
): Promise<void> {
  let result: void | Promise<void> = running
  for (let i = first; i < messages.length; i++) {
    const message = messages[i]!
    if (i > first) {
      if (context.isLeaving) return context.cutShort()
      result = startOf(run, context, message)
    }
    try {
      if (result !== undefined) await result
    } catch (error) {
      context.failedAtOffset(Number(message.offset))
      throw error
    }
    if (mayBeCut(context)) return context.cutShort()
    if (context.marksEach) context.markAsConsumed(message)
  }
}

function startOf(
  run: (message: ConsumedMessage, context: ConsumerContext) => void | Promise<void>,
  context: JobContext,
  message: ConsumedMessage,
): Promise<void> | undefined {
  try {
    const result = run(message, context)
    return isPromise(result) ? result : undefined
  } catch (error) {
    context.failedAtOffset(Number(message.offset))
    throw error
  }
}

/** Whether a handler gave something to wait for. */
export function isPromise(result: unknown): result is Promise<void> {
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof (result as { then?: unknown }).then === 'function'
  )
}

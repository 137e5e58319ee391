import type { Message } from '../domain/model/message.ts'
import { errorMessage } from './error-text.ts'

const NAME = 'MessageError'

/** Thrown by a batch consumer to say which message failed (D3). */
export class MessageError extends Error {
  readonly offset: bigint

  constructor(message: Message, cause: unknown) {
    super(errorMessage(cause), { cause })
    this.name = NAME
    this.offset = message.offset ?? -1n
  }
}

/**
 * The offset that a thrown value names, be it a MessageError of another copy of the library.
 * @returns null for any other value
 */
export function offsetNamedBy(thrown: unknown): number | null {
  if (thrown instanceof MessageError) return Number(thrown.offset)
  try {
    const { name, offset } = thrown as { readonly name?: unknown; readonly offset?: unknown }
    return name === NAME && typeof offset === 'bigint' ? Number(offset) : null
  } catch {
    // A value that cannot be looked into says nothing.
    return null
  }
}

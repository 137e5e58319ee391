import type { NewMessage } from '../domain/model/cluster.ts'
import { bytesOf } from '../domain/model/key-text.ts'
import type { Message } from '../domain/model/message.ts'
import { errorText } from './error-text.ts'

/** Where a dead letter came from, and why it is one. */
export interface DeadLetterOrigin {
  readonly group: string
  readonly attempts: number
  readonly error: unknown
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The message as it was, byte for byte, with headers that say where from (D4). */
export function deadLetter(message: Message, origin: DeadLetterOrigin): NewMessage {
  const { topic, partition, offset, key, value, headers } = message
  const told: readonly (readonly [string, string])[] = [
    ['source_topic', topic],
    ['source_partition', String(partition)],
    ['source_offset', String(offset)],
    ['source_consumer_group', origin.group],
    ['source_attempts', String(origin.attempts)],
    ['source_error', sourceError(origin.error)],
  ]
  const added = told.map(([name, text]) => ({ name, value: bytesOf(text) }))
  return { key, value, headers: [...headers, ...added], timestamp: origin.now }
}

const LONGEST_TEXT = 1000

/** What was thrown as a text, at most a thousand characters of it. */
export function sourceError(error: unknown): string {
  const text = errorText(error)
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}

import type { Message } from '../../domain/model/message.ts'
import { InputError } from '../../errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * What a message's payload is unless its topic says otherwise: its value as JSON, null for a
 * tombstone. @throws InputError for a value that is no JSON in UTF-8
 */
export function jsonPayload({ topic, partition, offset, value }: Message): unknown {
  if (value === null) return null
  try {
    return JSON.parse(decoder.decode(value))
  } catch (cause) {
    const place = `${topic} partition ${partition} offset ${offset}`
    throw new InputError(
      'runtime.bad-payload',
      `the value of ${place} is not JSON`,
      ['Give the topic a deserializer: (message) => ...'],
      cause,
    )
  }
}

import { RoutingError, UsageError } from '../../../errors.ts'
import { textOf } from '../../model/key-text.ts'
import { parseJsonPointer } from '../json-pointer.ts'
import { payloadKey } from '../payload-key.ts'
import type { Partitioner } from '../types.ts'

/** `key`: the message's own key. */
export const keyPartitioner: Partitioner = {
  name: 'key',
  readsKeyOnly: true,
  preferredReducer: null,
  keyOf: (message) => message.key,
}

/**
 * `header:NAME`: the value of a header, no key where it is missing or null. Decision: of several
 * headers of that name the last one counts, as in Kafka's own `lastHeader`. Names are case-sensitive.
 */
export function headerPartitioner(spec: string, header: string): Partitioner {
  if (header === '') {
    throw new UsageError('routing.bad-partitioner', `partitioner ${spec} names no header`, [
      'Write header:NAME, for example header:user_id.',
    ])
  }
  return {
    name: spec,
    readsKeyOnly: false,
    preferredReducer: null,
    keyOf: ({ headers }) => headers.findLast(({ name }) => name === header)?.value ?? null,
  }
}

/** `payload:/json/pointer`: what a JSON payload holds there; see `payloadKey`. */
export function payloadPartitioner(spec: string, pointerText: string): Partitioner {
  const pointer = parseJsonPointer(pointerText)
  return {
    name: spec,
    readsKeyOnly: false,
    preferredReducer: null,
    keyOf: (message) => payloadKey(message.value, pointer),
  }
}

/** `hourly`: the hour of the message's timestamp in UTC, 0..23; `identity` makes it hour mod n. */
export const hourlyPartitioner: Partitioner = {
  name: 'hourly',
  readsKeyOnly: false,
  preferredReducer: 'identity',
  keyOf({ timestamp }) {
    if (timestamp !== null) return new Date(timestamp).getUTCHours()
    throw new RoutingError('routing.no-timestamp', 'hourly: the message has no timestamp')
  },
}

/** The test of `priority`: whether the payload's text at a pointer is one of some values. */
export function payloadHas(pointerText: string, values: ReadonlySet<string>) {
  const pointer = parseJsonPointer(pointerText)
  return (value: Uint8Array | null): boolean => {
    try {
      const key = payloadKey(value, pointer)
      return key !== null && key !== undefined && values.has(keyText(key))
    } catch (error) {
      // What cannot be read is of normal priority, as in S3; anything else is a bug.
      if (error instanceof RoutingError) return false
      throw error
    }
  }
}

function keyText(key: NonNullable<ReturnType<typeof payloadKey>>): string {
  return key instanceof Uint8Array ? (textOf(key) ?? '') : String(key)
}

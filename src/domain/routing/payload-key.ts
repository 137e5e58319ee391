import { RoutingError } from '../../errors.ts'
import { textOf } from '../model/key-text.ts'
import { type JsonPointer, valueAt } from './json-pointer.ts'
import type { VirtualKey } from './types.ts'

/** `JSON.parse` as ECMAScript 2026 has it: the reviver sees the text of a primitive value. */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown
const parseWithSource = JSON.parse as ParseWithSource

/**
 * The virtual key that a JSON payload holds at a pointer (R5). Decisions: no key where the payload is
 * a tombstone or has nothing there; an integer keeps all its digits, also beyond 2^53.
 * @throws RoutingError for a payload that is not JSON, and for an object or an array as the key
 */
export function payloadKey(value: Uint8Array | null, pointer: JsonPointer): VirtualKey {
  if (value === null) return null
  const text = textOf(value)
  if (text === null) throw badPayload('is not UTF-8')
  const key = valueAt(parse(text, JSON.parse), pointer)
  if (key === undefined || key === null) return null
  if (typeof key === 'number' && !Number.isSafeInteger(key)) return exactNumber(text, pointer)
  if (typeof key !== 'object') return key as string | number | boolean
  const what = Array.isArray(key) ? 'an array' : 'an object'
  throw badPayload(`has ${what} at "${written(pointer)}", which cannot be a key`)
}

/** A second look at a number that may have lost digits; rare, and slower than plain parsing. */
function exactNumber(text: string, pointer: JsonPointer): VirtualKey {
  const document = parse(text, (json) =>
    parseWithSource(json, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source)
        ? BigInt(source)
        : value,
    ),
  )
  const key = valueAt(document, pointer) as number | bigint
  if (typeof key === 'number' && !Number.isFinite(key)) {
    throw badPayload(`has a number at "${written(pointer)}" that is too large`)
  }
  return key
}

function parse(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text)
  } catch (cause) {
    throw badPayload('is not JSON', cause)
  }
}

function written(pointer: JsonPointer): string {
  return pointer.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function badPayload(problem: string, cause?: unknown): RoutingError {
  const advice = 'Take the key from elsewhere: --partitioner key, or header:NAME.'
  return new RoutingError('routing.bad-payload', `the payload ${problem}`, [advice], cause)
}

import { RoutingError } from '../../errors.ts'
import { bytesOf } from '../model/key-text.ts'
import type { VirtualKey } from './types.ts'

const EMPTY = new Uint8Array(0)

/**
 * The bytes that stand for a virtual key (R2): UTF-8 of a text, binary as it is, decimal text of
 * integers of any size, shortest decimal text of other numbers, `true` and `false`; null for no key.
 * So the number 5, the bigint 5n and the text "5" are one key.
 * @throws RoutingError for what is no virtual key: an object, a function, a symbol, a promise
 */
export function canonicalBytes(key: VirtualKey): Uint8Array | null {
  if (key === null || key === undefined) return null
  if (typeof key === 'string') return bytesOf(key)
  if (key instanceof Uint8Array) return key
  if (typeof key === 'number') return bytesOf(numberText(key))
  if (typeof key === 'bigint' || typeof key === 'boolean') return bytesOf(String(key))
  throw notAKey(key)
}

/** The same with the empty text for no key: what reducers of text see (R2). */
export function reducedBytes(key: VirtualKey): Uint8Array {
  return canonicalBytes(key) ?? EMPTY
}

/** Integers in full, also where JavaScript itself would write an exponent. */
function numberText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value)
}

function notAKey(value: unknown): RoutingError {
  const isPromise = typeof (value as PromiseLike<unknown>).then === 'function'
  // Nobody waits for it, and its rejection is not the runtime's end.
  if (value instanceof Promise) value.catch(() => undefined)
  const type = Array.isArray(value) ? 'array' : typeof value
  const what = isPromise ? 'a promise' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`
  return new RoutingError('routing.bad-key', `a virtual key cannot be ${what}`, [
    isPromise
      ? 'A partitioner is synchronous (R1): return the key itself, not a promise of it.'
      : 'Return a text, number, bigint, boolean, Uint8Array, or null for no key.',
  ])
}

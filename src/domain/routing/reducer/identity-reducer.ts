import { RoutingError } from '../../../errors.ts'
import { textOf } from '../../model/key-text.ts'
import type { Reducer } from '../types.ts'
import { bytesReducer } from './bytes-reducer.ts'

const ZERO = 48
const NINE = 57
const MINUS = 45

/**
 * The integer itself mod n, for keys that are slots already (R5). Takes decimal text of any size.
 * Decision: the remainder is the mathematical one, so -1 of 5 slots is slot 4.
 */
export const identityReducer: Reducer = bytesReducer('identity', remainderOf, explain)

function remainderOf(bytes: Uint8Array, start: number, end: number, count: number): number {
  const negative = bytes[start] === MINUS && start < end
  const digits = negative ? start + 1 : start
  if (digits >= end) throw notAnInteger(bytes.subarray(start, end))
  let remainder = 0
  for (let i = digits; i < end; i++) {
    const digit = bytes[i]!
    if (digit < ZERO || digit > NINE) throw notAnInteger(bytes.subarray(start, end))
    remainder = (remainder * 10 + digit - ZERO) % count
  }
  return negative && remainder > 0 ? count - remainder : remainder
}

function explain(bytes: Uint8Array, count: number): string {
  const slot = remainderOf(bytes, 0, bytes.length, count)
  return `${textOf(bytes)} mod ${count} = ${slot}`
}

function notAnInteger(bytes: Uint8Array): RoutingError {
  const text = textOf(bytes)
  const what =
    text === '' ? 'a message without a key' : text === null ? 'a binary key' : JSON.stringify(text)
  return new RoutingError('routing.not-an-integer', `identity takes integers only, not ${what}`, [
    'Choose a reducer that hashes, such as murmur2 or byte-sum, or a partitioner that gives integers.',
  ])
}

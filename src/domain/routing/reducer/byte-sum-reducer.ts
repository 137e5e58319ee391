import { BYTE_SUM_MODULUS, byteSum, wholeByteSum } from '../hash/byte-sum.ts'
import type { Reducer } from '../types.ts'
import { bytesReducer } from './bytes-reducer.ts'

/** Longer keys show their ends only. */
const SHOWN_BYTES = 12

/** R2's default for segments and virtual partitions: the sum of the bytes, 16 bits of it, mod n. */
export const byteSumReducer: Reducer = bytesReducer(
  'byte-sum',
  (bytes, start, end, count) => byteSum(bytes, start, end) % count,
  explain,
)

function explain(bytes: Uint8Array, count: number): string {
  const whole = wholeByteSum(bytes, 0, bytes.length)
  const sum = whole % BYTE_SUM_MODULUS
  const wrap = whole === sum ? '' : ` mod ${BYTE_SUM_MODULUS} = ${sum}`
  return `${additionOf(bytes, whole)}${wrap} -> ${sum} mod ${count} = ${sum % count}`
}

function additionOf(bytes: Uint8Array, whole: number): string {
  if (bytes.length === 0) return 'no bytes = 0'
  if (bytes.length === 1) return `${whole}`
  if (bytes.length <= SHOWN_BYTES) return `${bytes.join('+')} = ${whole}`
  const left = bytes.length - 8
  const ends = [bytes.subarray(0, 4).join('+'), bytes.subarray(-4).join('+')]
  return `${ends.join(`+(${left} more)+`)} = ${whole}`
}

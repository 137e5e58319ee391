/** What `byteSum` keeps of the sum: 16 bits, as Ruby's `String#sum` does (R2). */
export const BYTE_SUM_MODULUS = 65536

/** The sum of all bytes before anything is cut off; exact for keys up to 2^45 bytes. */
export function wholeByteSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i++) sum += bytes[i]!
  return sum
}

/** The sum of the bytes modulo 65536 (R2): 0..65535. Anagrams and many short keys share it. */
export function byteSum(bytes: Uint8Array, start: number, end: number): number {
  return wholeByteSum(bytes, start, end) % BYTE_SUM_MODULUS
}

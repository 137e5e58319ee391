const ZERO = 48
const NINE = 57
/** So many digits are below 2^53 whatever they are. */
const EXACT_DIGITS = 15
const LARGEST_PARTITION = 2 ** 31 - 1
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/** What a field says that is there, yet cannot be what it should be. */
export const INVALID = -2

/** A partition: 0 to 2^31-1, -1 where the text says -1 (not known), INVALID otherwise. */
export function partitionOf(bytes: Uint8Array, start: number, stop: number): number {
  const number = wholeNumber(bytes, start, stop)
  if (number >= 0 && number <= LARGEST_PARTITION) return number
  return textOf(bytes, start, stop) === '-1' ? -1 : INVALID
}

/** An offset: 0 or more, rounded beyond 2^53 as columns are; INVALID otherwise. */
export function offsetOf(bytes: Uint8Array, start: number, stop: number): number {
  const number = wholeNumber(bytes, start, stop)
  return number >= 0 ? number : INVALID
}

/** The same offset, exact at any size; of a text that `offsetOf` takes. */
export function exactOffset(bytes: Uint8Array, start: number, stop: number): bigint {
  const number = wholeNumber(bytes, start, stop)
  return BigInt(Number.isSafeInteger(number) ? number : textOf(bytes, start, stop))
}

/**
 * A time in ms since the epoch from a number of ms or from ISO 8601 text, which is UTC where it
 * names no zone; NaN for -1, Kafka's "no timestamp". Undefined when it is neither.
 */
export function timestampOf(bytes: Uint8Array, start: number, stop: number): number | undefined {
  const fast = fewDigits(bytes, start, stop)
  if (fast >= 0) return fast
  const text = textOf(bytes, start, stop)
  if (text === '-1') return Number.NaN
  const number = numberOf(text)
  if (!Number.isNaN(number)) return Number.isFinite(number) ? number : undefined
  const match = ISO.exec(text)
  if (match === null) return undefined
  const time = Date.parse(isoText(text, match[1]))
  return Number.isNaN(time) ? undefined : time
}

/** The form that ECMAScript specifies: T, a point, a zone with a colon. */
function isoText(text: string, zone: string | undefined): string {
  if (text.length === 10) return text
  const local = zone === undefined ? text : text.slice(0, -zone.length)
  const offset = /^([+-]\d\d):?(\d\d)?$/.exec(zone ?? 'Z')
  const suffix = offset === null ? 'Z' : `${offset[1]}:${offset[2] ?? '00'}`
  return local.replace(/[t ]/i, 'T').replace(',', '.') + suffix
}

/** A whole number from decimal digits, also as 12.0 or 1.2e1 say it; NaN for anything else. */
function wholeNumber(bytes: Uint8Array, start: number, stop: number): number {
  const fast = fewDigits(bytes, start, stop)
  if (fast >= 0) return fast
  const text = textOf(bytes, start, stop)
  if (/^\d+$/.test(text)) return Number(text)
  const number = numberOf(text)
  return Number.isSafeInteger(number) ? number : Number.NaN
}

/** JSON's number syntax only: no hexadecimal, no space, no Infinity. */
function numberOf(text: string): number {
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
}

/** The value of 1 to 15 digits, or -1. */
function fewDigits(bytes: Uint8Array, start: number, stop: number): number {
  if (stop === start || stop - start > EXACT_DIGITS) return -1
  let value = 0
  for (let i = start; i < stop; i++) {
    const byte = bytes[i]!
    if (byte < ZERO || byte > NINE) return -1
    value = value * 10 + byte - ZERO
  }
  return value
}

function textOf(bytes: Uint8Array, start: number, stop: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString('latin1')
}

import type { KeyShape } from './key-profile.ts'

export const KEY_SHAPES = [
  'integer-text',
  'uuid-text',
  'text',
  'empty',
  'binary-4',
  'binary-8',
  'binary-16',
  'binary',
] as const satisfies readonly KeyShape[]

const SPACE = 0x20
const DELETE = 0x7f
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39
const UUID_LENGTH = 36

/**
 * What a key looks like. Text is valid UTF-8 without control characters (tabs and line ends apart),
 * so that a small number in 4 or 8 bytes, whose zeros are valid UTF-8, is binary.
 */
export function shapeOf(bytes: Uint8Array, start: number, end: number): KeyShape {
  const length = end - start
  if (length === 0) return 'empty'
  if (isIntegerText(bytes, start, end)) return 'integer-text'
  if (length === UUID_LENGTH && isUuid(bytes, start)) return 'uuid-text'
  if (isText(bytes, start, end)) return 'text'
  if (length === 4) return 'binary-4'
  if (length === 8) return 'binary-8'
  return length === 16 ? 'binary-16' : 'binary'
}

/** Whether bytes are valid UTF-8 (RFC 3629: no overlong forms, surrogates, or beyond U+10FFFF). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start
  while (i < end) {
    const lead = bytes[i++]!
    if (lead < 0x80) continue
    const more = continuationBytes(lead)
    if (more === 0 || i + more > end) return false
    const second = bytes[i]!
    if (second < leastSecond(lead) || second > mostSecond(lead)) return false
    for (let k = 1; k < more; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return false
    i += more
  }
  return true
}

function continuationBytes(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 1
  if (lead >= 0xe0 && lead <= 0xef) return 2
  return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0
}

function leastSecond(lead: number): number {
  if (lead === 0xe0) return 0xa0
  return lead === 0xf0 ? 0x90 : 0x80
}

function mostSecond(lead: number): number {
  if (lead === 0xed) return 0x9f
  return lead === 0xf4 ? 0x8f : 0xbf
}

function isText(bytes: Uint8Array, start: number, end: number): boolean {
  let isAscii = true
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte === DELETE || (byte < SPACE && !isSpacing(byte))) return false
    if (byte > DELETE) isAscii = false
  }
  return isAscii || isUtf8(bytes, start, end)
}

/** Tab, line feed, carriage return. */
function isSpacing(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13
}

function isIntegerText(bytes: Uint8Array, start: number, end: number): boolean {
  const digits = bytes[start] === MINUS ? start + 1 : start
  if (digits === end) return false
  for (let i = digits; i < end; i++) if (bytes[i]! < ZERO || bytes[i]! > NINE) return false
  return true
}

function isUuid(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < UUID_LENGTH; i++) {
    const byte = bytes[start + i]!
    const isDash = i === 8 || i === 13 || i === 18 || i === 23
    if (isDash ? byte !== MINUS : !isHexDigit(byte)) return false
  }
  return true
}

function isHexDigit(byte: number): boolean {
  const lower = byte | SPACE
  return (byte >= ZERO && byte <= NINE) || (lower >= 0x61 && lower <= 0x66)
}

const ZERO = 48
const NINE = 57
const BACKSLASH = 92
const LETTER_U = 117

/** What the one-letter escapes stand for. */
const SIMPLE = new Map([
  [34, 34],
  [92, 92],
  [47, 47],
  [98, 8],
  [102, 12],
  [110, 10],
  [114, 13],
  [116, 9],
])

/**
 * The bytes that the inside of a valid JSON string stands for: escapes become UTF-8, everything
 * else stays as it is. Null for an unpaired surrogate, which no bytes stand for.
 * @param shrink what the scanner counted for this string
 * @param text where they go: as long as they are
 */
export function unescaped(
  bytes: Uint8Array,
  start: number,
  stop: number,
  shrink: number,
  text: Uint8Array = new Uint8Array(stop - start - shrink),
): Uint8Array | null {
  let length = 0
  for (let at = start; at < stop; ) {
    if (bytes[at] !== BACKSLASH) {
      text[length++] = bytes[at++]!
    } else if (bytes[at + 1] !== LETTER_U) {
      text[length++] = SIMPLE.get(bytes[at + 1]!)!
      at += 2
    } else {
      const unit = codeUnit(bytes, at, stop)
      const second = isHighSurrogate(unit) ? codeUnit(bytes, at + 6, stop) : -1
      if (isLowSurrogate(unit) || (isHighSurrogate(unit) && !isLowSurrogate(second))) return null
      const point = second < 0 ? unit : 0x10000 + (unit - 0xd800) * 0x400 + (second - 0xdc00)
      length = putUtf8(text, length, point)
      at += second < 0 ? 6 : 12
    }
  }
  return text
}

/** Writes a code point and returns where the next one goes. */
function putUtf8(text: Uint8Array, at: number, point: number): number {
  const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f)
  let next = at
  if (point < 0x80) text[next++] = point
  else if (point < 0x800) text[next++] = 0xc0 | (point >> 6)
  else if (point < 0x10000) text[next++] = 0xe0 | (point >> 12)
  else text[next++] = 0xf0 | (point >> 18)
  if (point >= 0x10000) text[next++] = tail(12)
  if (point >= 0x800) text[next++] = tail(6)
  if (point >= 0x80) text[next++] = tail(0)
  return next
}

/** The code unit of the escape with four hexadecimal digits at `at`, or -1 when there is none. */
export function codeUnit(bytes: Uint8Array, at: number, end: number): number {
  if (at + 6 > end || bytes[at] !== BACKSLASH || bytes[at + 1] !== 117) return -1
  let unit = 0
  for (let i = at + 2; i < at + 6; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) return -1
    unit = unit * 16 + digit
  }
  return unit
}

/** The first unit of a pair that stands for one character beyond U+FFFF. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

/** The second unit of such a pair. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}

function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO
  const letter = (byte | 32) - 97
  return letter >= 0 && letter < 6 ? letter + 10 : -1
}

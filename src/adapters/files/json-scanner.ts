import { codeUnit, isHighSurrogate, isLowSurrogate } from './json-escapes.ts'
import type { TokenKind } from './record-tokens.ts'

const QUOTE = 34
const PLUS = 43
const COMMA = 44
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
const COLON = 58
const OPEN_BRACKET = 91
const BACKSLASH = 92
const LETTER_E = 101
const LETTER_U = 117
const OPEN_BRACE = 123
/** From '{' to '}', and from '[' to ']'. */
const CLOSER = 2
const LOWER_CASE = 32
const LAST_SPACE = 32

/** Bytes that end the plain run of a string: the quote, the backslash, control characters. */
const ENDS_RUN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
)
const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'))
const LITERALS = new Map([
  [116, Buffer.from('true')],
  [102, Buffer.from('false')],
  [110, Buffer.from('null')],
])

/** What the value that starts with this byte is, if it is valid. */
export function kindOf(first: number): TokenKind {
  if (first === QUOTE) return 'string'
  if (first === OPEN_BRACE) return 'object'
  if (first === OPEN_BRACKET) return 'array'
  if (first === 116) return 'true'
  if (first === 102) return 'false'
  return first === 110 ? 'null' : 'number'
}

/**
 * Walks over JSON text in bytes and accepts what JSON.parse accepts, without making a value. Bytes
 * above 127 are accepted inside strings as they are, valid UTF-8 or not. Its methods take a
 * position and give the one after what they moved over, or -1 after a `fail`.
 */
export class JsonScanner {
  /** Of the last string: its bytes in the text less the bytes that it stands for. */
  shrink = 0
  /** Of the last string: one of its escapes is half a surrogate pair. */
  unpaired = false
  /** The last member's name: `bytes[nameStart, nameStop)`, between its quotes. */
  nameStart = 0
  nameStop = 0
  /** Why and where the last scan failed. */
  problem = ''
  problemAt = 0
  private bytes: Uint8Array = new Uint8Array(0)
  private end = 0
  /** The open containers, by their opening byte. */
  private nesting = new Uint8Array(64)

  /** Takes a text that ends at `end`. */
  reset(bytes: Uint8Array, end: number): void {
    this.bytes = bytes
    this.end = end
  }

  /** Notes what is wrong; always -1. */
  fail(at: number, problem: string): -1 {
    this.problem = problem
    this.problemAt = at
    return -1
  }

  /** Moves over white space, of which most JSON has none. */
  space(start: number): number {
    return start < this.end && this.bytes[start]! <= LAST_SPACE ? this.spaces(start) : start
  }

  private spaces(start: number): number {
    const { bytes, end } = this
    let at = start
    while (at < end && bytes[at]! <= LAST_SPACE && isSpace(bytes[at]!)) at++
    return at
  }

  /** Moves over a member's name and colon, and over the white space around them. */
  name(start: number): number {
    let at = this.space(start)
    if (at >= this.end || this.bytes[at] !== QUOTE) {
      return this.fail(at, 'expected a name in double quotes')
    }
    this.nameStart = at + 1
    at = this.string(at)
    if (at < 0) return -1
    this.nameStop = at - 1
    at = this.space(at)
    if (at >= this.end || this.bytes[at] !== COLON) return this.fail(at, "expected ':'")
    return this.space(at + 1)
  }

  /** Moves over one value of any depth, which starts here. */
  value(start: number): number {
    const first = this.bytes[start]
    this.shrink = 0
    if (start < this.end && (first === OPEN_BRACE || first === OPEN_BRACKET)) {
      return this.container(start)
    }
    return this.scalar(start)
  }

  private container(start: number): number {
    const { bytes, end } = this
    let at = start
    let depth = 0
    for (;;) {
      const first = bytes[at]!
      if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        this.push(depth, first)
        at = this.space(at + 1)
        if (at >= end || bytes[at] !== first + CLOSER) {
          at = this.item(at, ++depth)
          if (at < 0) return -1
          continue
        }
        at++
      } else at = this.scalar(at)
      // A value has ended: so may have the containers around it.
      for (; depth > 0 && at >= 0; depth--) {
        at = this.space(at)
        const byte = at < end ? bytes[at++]! : 0
        if (byte === COMMA) break
        if (byte !== this.nesting[depth - 1]! + CLOSER) return this.unclosed(at - 1, depth)
      }
      if (depth === 0 || at < 0) return at
      at = this.item(at, depth)
      if (at < 0) return -1
    }
  }

  /** Moves to the next value of the innermost container. */
  private item(start: number, depth: number): number {
    const at = this.nesting[depth - 1] === OPEN_BRACE ? this.name(start) : this.space(start)
    return at >= this.end ? this.fail(at, 'the text ends where a value should be') : at
  }

  private unclosed(at: number, depth: number): -1 {
    const closer = this.nesting[depth - 1] === OPEN_BRACE ? '}' : ']'
    return this.fail(at, `expected ',' or '${closer}'`)
  }

  private scalar(at: number): number {
    if (at >= this.end) return this.fail(at, 'the text ends too early')
    const first = this.bytes[at]!
    if (first === QUOTE) return this.string(at)
    if (first === MINUS || (first >= ZERO && first <= NINE)) return this.number(at)
    const word = LITERALS.get(first)
    return word === undefined ? this.fail(at, 'not a JSON value') : this.literal(at, word)
  }

  private string(start: number): number {
    const { bytes, end } = this
    let at = start + 1
    this.shrink = 0
    this.unpaired = false
    for (;;) {
      // Runs on past `end` at most to the line's LF: cheaper than asking at every byte.
      while (ENDS_RUN[bytes[at]!] === 0) at++
      if (at >= end) return this.fail(end, 'the text ends inside a string')
      if (bytes[at] === QUOTE) return at + 1
      if (bytes[at] !== BACKSLASH) return this.fail(at, 'a bare control character in a string')
      const next = this.escape(at)
      if (next < 0) return this.fail(at, 'not an escape that JSON has')
      at = next
    }
  }

  /** Where the escape at `at` ends, or -1; counts what it stands for. */
  private escape(at: number): number {
    if (at + 1 >= this.end) return -1
    const letter = this.bytes[at + 1]!
    if (letter !== LETTER_U) {
      this.shrink++
      return SIMPLE_ESCAPES.has(letter) ? at + 2 : -1
    }
    const unit = codeUnit(this.bytes, at, this.end)
    if (unit < 0) return -1
    if (isHighSurrogate(unit) && isLowSurrogate(codeUnit(this.bytes, at + 6, this.end))) {
      this.shrink += 8
      return at + 12
    }
    if (isHighSurrogate(unit) || isLowSurrogate(unit)) this.unpaired = true
    this.shrink += unit < 0x80 ? 5 : unit < 0x800 ? 4 : 3
    return at + 6
  }

  private number(start: number): number {
    const { bytes, end } = this
    const first = bytes[start] === MINUS ? start + 1 : start
    let at = this.digits(first)
    if (at === first || (bytes[first] === ZERO && at > first + 1)) return this.noNumber(start)
    if (at < end && bytes[at] === POINT) {
      const fraction = at + 1
      at = this.digits(fraction)
      if (at === fraction) return this.noNumber(start)
    }
    if (at >= end || (bytes[at]! | LOWER_CASE) !== LETTER_E) return at
    at++
    if (at < end && (bytes[at] === PLUS || bytes[at] === MINUS)) at++
    const exponent = at
    at = this.digits(exponent)
    return at === exponent ? this.noNumber(start) : at
  }

  private noNumber(at: number): -1 {
    return this.fail(at, 'not a JSON number')
  }

  private digits(start: number): number {
    const { bytes, end } = this
    let at = start
    while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
    return at
  }

  private literal(at: number, word: Uint8Array): number {
    for (let i = 0; i < word.length; i++) {
      if (at + i >= this.end || this.bytes[at + i] !== word[i]) {
        return this.fail(at, 'not a JSON value')
      }
    }
    return at + word.length
  }

  private push(depth: number, opener: number): void {
    if (depth === this.nesting.length) {
      const larger = new Uint8Array(2 * depth)
      larger.set(this.nesting)
      this.nesting = larger
    }
    this.nesting[depth] = opener
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9
}

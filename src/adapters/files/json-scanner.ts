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
const OPEN_BRACE = 123
/** From '{' to '}', and from '[' to ']'. */
const CLOSER = 2

/** Bytes that end the plain run of a string: the quote, the backslash, control characters. */
const ENDS_RUN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
)
const SPACE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 32 || byte === 9 || byte === 10 || byte === 13 ? 1 : 0,
)
const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'))
const LITERALS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word]))

/**
 * Walks over JSON text in bytes and accepts what JSON.parse accepts, without making a value. Bytes
 * above 127 are accepted inside strings as they are, valid UTF-8 or not.
 */
export class JsonScanner {
  position = 0
  /** Of the last string: its bytes in the text less the bytes that it stands for. */
  shrink = 0
  nameStart = 0
  nameStop = 0
  /** Why the last scan failed; `position` is where. */
  problem = ''
  private bytes: Uint8Array = new Uint8Array(0)
  private end = 0
  /** The open containers, by their opening byte. */
  private nesting = new Uint8Array(64)

  /** Goes to the start of a text in `bytes[start, end)`. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** Moves over white space and then over `byte`, when that is next. */
  take(byte: number): boolean {
    this.space()
    if (this.position >= this.end || this.bytes[this.position] !== byte) return false
    this.position++
    return true
  }

  /** True when nothing but white space is left. */
  atEnd(): boolean {
    this.space()
    return this.position >= this.end
  }

  /** Moves over a member's name, which is `bytes[nameStart, nameStop)`, and its colon. */
  name(): boolean {
    this.space()
    this.nameStart = this.position + 1
    return this.memberName()
  }

  /** Moves over one value of any depth; null when it is not valid. */
  value(): TokenKind | null {
    this.space()
    const first = this.position < this.end ? this.bytes[this.position]! : 0
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return this.scalar(first)
    return this.container() ? (first === OPEN_BRACE ? 'object' : 'array') : null
  }

  /** Notes what is wrong at the current position; always false. */
  fail(problem: string): false {
    this.problem = problem
    return false
  }

  private container(): boolean {
    let depth = 0
    for (;;) {
      const first = this.bytes[this.position]!
      if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        this.push(depth, first)
        this.position++
        if (!this.take(first + CLOSER)) {
          depth++
          if (!this.toItem(depth)) return false
          continue
        }
      } else if (this.scalar(first) === null) return false
      depth = this.afterItem(depth)
      if (depth <= 0) return depth === 0
      if (!this.toItem(depth)) return false
    }
  }

  /** Moves over a comma, or over the ends of containers; how many are open then, -1 if neither. */
  private afterItem(depth: number): number {
    let open = depth
    while (open > 0 && !this.take(COMMA)) {
      const opener = this.nesting[open - 1]!
      if (!this.take(opener + CLOSER)) {
        this.fail(opener === OPEN_BRACE ? "expected ',' or '}'" : "expected ',' or ']'")
        return -1
      }
      open--
    }
    return open
  }

  /** Moves to the next value of the innermost container. */
  private toItem(depth: number): boolean {
    if (this.nesting[depth - 1] === OPEN_BRACE && !this.memberName()) return false
    this.space()
    return this.position < this.end || this.fail('the text ends where a value should be')
  }

  private memberName(): boolean {
    this.space()
    if (this.bytes[this.position] !== QUOTE || this.position >= this.end) {
      return this.fail('expected a name in double quotes')
    }
    if (!this.string()) return false
    this.nameStop = this.position - 1
    return this.take(COLON) || this.fail("expected ':'")
  }

  private scalar(first: number): TokenKind | null {
    if (first === QUOTE) return this.string() ? 'string' : null
    if (first === MINUS || (first >= ZERO && first <= NINE)) return this.number() ? 'number' : null
    const word = LITERALS.get(first)
    if (word !== undefined && this.literal(word)) return word as TokenKind
    this.fail(this.position < this.end ? 'not a JSON value' : 'the text ends too early')
    return null
  }

  private string(): boolean {
    const { bytes, end } = this
    let at = this.position + 1
    this.shrink = 0
    for (;;) {
      while (at < end && ENDS_RUN[bytes[at]!] === 0) at++
      this.position = at
      if (at >= end) return this.fail('the text ends inside a string')
      if (bytes[at] === QUOTE) {
        this.position = at + 1
        return true
      }
      if (bytes[at] !== BACKSLASH) return this.fail('a bare control character in a string')
      at = this.escape(at)
      if (at < 0) return this.fail('not an escape that JSON has')
    }
  }

  /** Where the escape at `at` ends, or -1; counts what it stands for. */
  private escape(at: number): number {
    if (at + 1 >= this.end) return -1
    const letter = this.bytes[at + 1]!
    if (letter !== 117) {
      this.shrink++
      return SIMPLE_ESCAPES.has(letter) ? at + 2 : -1
    }
    const unit = codeUnit(this.bytes, at, this.end)
    if (unit < 0) return -1
    if (isHighSurrogate(unit) && isLowSurrogate(codeUnit(this.bytes, at + 6, this.end))) {
      this.shrink += 8
      return at + 12
    }
    this.shrink += unit < 0x80 ? 5 : unit < 0x800 ? 4 : 3
    return at + 6
  }

  private number(): boolean {
    const { bytes } = this
    if (bytes[this.position] === MINUS) this.position++
    const zero = bytes[this.position] === ZERO
    const digits = this.digits()
    if (digits === 0 || (zero && digits > 1)) return this.fail('not a JSON number')
    if (this.position < this.end && bytes[this.position] === POINT) {
      this.position++
      if (this.digits() === 0) return this.fail('not a JSON number')
    }
    if (this.position >= this.end || (bytes[this.position]! | 32) !== 101) return true
    this.position++
    const sign = bytes[this.position]
    if (this.position < this.end && (sign === PLUS || sign === MINUS)) this.position++
    return this.digits() > 0 || this.fail('not a JSON number')
  }

  private digits(): number {
    const { bytes, end, position } = this
    let at = position
    while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
    this.position = at
    return at - position
  }

  private literal(word: string): boolean {
    if (this.position + word.length > this.end) return false
    for (let i = 0; i < word.length; i++) {
      if (this.bytes[this.position + i] !== word.charCodeAt(i)) return false
    }
    this.position += word.length
    return true
  }

  private push(depth: number, opener: number): void {
    if (depth === this.nesting.length) {
      const larger = new Uint8Array(2 * depth)
      larger.set(this.nesting)
      this.nesting = larger
    }
    this.nesting[depth] = opener
  }

  /** Moves over white space. */
  space(): void {
    const { bytes, end } = this
    let at = this.position
    while (at < end && SPACE[bytes[at]!] === 1) at++
    this.position = at
  }
}

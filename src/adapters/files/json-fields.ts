import { unescaped } from './json-escapes.ts'
import { type JsonScanner, kindOf } from './json-scanner.ts'
import { type FieldName, type FieldToken, noTokens, sameBytes } from './record-tokens.ts'

const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const COMMA = 44
const LONGEST_NAME = 'valueBase64'.length
/** Members that are remembered, and how long they may be. */
const MOST_PLACES = 32
const LONGEST_KNOWN = 64

/** A format's names for the fields that it has. */
export type Vocabulary = Readonly<Record<string, FieldName>>

export const NDJSON_NAMES: Vocabulary = {
  key: 'key',
  keyBase64: 'keyBase64',
  value: 'value',
  valueBase64: 'valueBase64',
  headers: 'headers',
  timestamp: 'timestamp',
  partition: 'partition',
  offset: 'offset',
  topic: 'topic',
}

/** Of records that are values as they are: no field means anything. */
export const NO_NAMES: Vocabulary = {}

/** `kcat -J`; it prints bytes as they are, only escaped as JSON strings need. */
export const KCAT_NAMES: Vocabulary = {
  key: 'key',
  payload: 'value',
  headers: 'headers',
  ts: 'timestamp',
  partition: 'partition',
  offset: 'offset',
  topic: 'topic',
}

interface NamedToken {
  readonly name: Uint8Array
  readonly token: FieldToken
}

/** A member's text from its quote to its value, as another record had it at the same place. */
interface KnownMember {
  readonly text: Uint8Array
  readonly token: FieldToken | null
}

/**
 * Finds the fields of a record that is one JSON object; of a doubled name the last one counts.
 * Records are much alike: a name that the last records had at the same place is known by its bytes.
 */
export class JsonFields {
  readonly tokens = noTokens()
  /** Where the object itself is. */
  start = 0
  stop = 0
  private readonly scanner: JsonScanner
  private readonly all = Object.values(this.tokens)
  /** The names that are known, by their length. */
  private readonly names: NamedToken[][] = Array.from({ length: LONGEST_NAME + 1 }, () => [])
  private readonly known: KnownMember[] = []

  constructor(scanner: JsonScanner, vocabulary: Vocabulary) {
    this.scanner = scanner
    for (const [name, field] of Object.entries(vocabulary)) {
      this.names[name.length]!.push({ name: Buffer.from(name), token: this.tokens[field] })
    }
  }

  /** Fills `tokens` from a line; false, with the scanner's `problem`, when it is no JSON object. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = 0; i < this.all.length; i++) this.all[i]!.kind = null
    this.scanner.reset(bytes, end)
    this.start = this.scanner.space(start)
    this.stop = this.object(bytes, this.start, end)
    if (this.stop < 0) return false
    const rest = this.scanner.space(this.stop)
    return rest >= end || this.scanner.fail(rest, 'something follows the JSON object') > 0
  }

  private object(bytes: Uint8Array, start: number, end: number): number {
    const { scanner } = this
    if (start >= end || bytes[start] !== OPEN_BRACE) {
      return scanner.fail(start, 'a record has to be a JSON object')
    }
    let at = scanner.space(start + 1)
    if (at < end && bytes[at] === CLOSE_BRACE) return at + 1
    for (let place = 0; ; place++) {
      at = this.member(bytes, at, end, place)
      if (at < 0) return -1
      at = scanner.space(at)
      const byte = at < end ? bytes[at]! : 0
      if (byte !== COMMA && byte !== CLOSE_BRACE) return scanner.fail(at, "expected ',' or '}'")
      at++
      if (byte === CLOSE_BRACE) return at
    }
  }

  private member(bytes: Uint8Array, start: number, end: number, place: number): number {
    const { scanner } = this
    const known = this.known[place]
    let first: number
    let token: FieldToken | null
    if (known !== undefined && startsWith(bytes, start, end, known.text)) {
      first = scanner.space(start + known.text.length)
      token = known.token
    } else {
      first = scanner.name(start)
      if (first < 0) return -1
      token = this.tokenOf(bytes, scanner.nameStart, scanner.nameStop, scanner.shrink)
      if (place < MOST_PLACES && first - start <= LONGEST_KNOWN) {
        this.known[place] = { text: bytes.slice(start, first), token }
      }
    }
    const stop = scanner.value(first)
    if (stop < 0 || token === null) return stop
    token.kind = kindOf(bytes[first]!)
    const quote = token.kind === 'string' ? 1 : 0
    token.start = first + quote
    token.stop = stop - quote
    token.shrink = scanner.shrink
    token.unpaired = scanner.unpaired
    return stop
  }

  private tokenOf(
    bytes: Uint8Array,
    start: number,
    stop: number,
    shrink: number,
  ): FieldToken | null {
    if (shrink > 0) {
      const name = unescaped(bytes, start, stop, shrink)
      return name === null ? null : this.tokenOf(name, 0, name.length, 0)
    }
    if (stop - start > LONGEST_NAME) return null
    for (const { name, token } of this.names[stop - start]!) {
      if (sameBytes(name, bytes, start, stop)) return token
    }
    return null
  }
}

function startsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (start + text.length > end) return false
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[start + i]) return false
  return true
}

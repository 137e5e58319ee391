import { unescaped } from './json-escapes.ts'
import type { JsonScanner } from './json-scanner.ts'
import { type FieldName, type FieldToken, noTokens } from './record-tokens.ts'

const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const COMMA = 44

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

/** Finds the fields of a record that is one JSON object; of a doubled name the last one counts. */
export class JsonFields {
  readonly tokens = noTokens()
  private readonly scanner: JsonScanner
  private readonly all = Object.values(this.tokens)
  private readonly names: readonly { readonly name: Uint8Array; readonly token: FieldToken }[]

  constructor(scanner: JsonScanner, vocabulary: Vocabulary) {
    this.scanner = scanner
    this.names = Object.entries(vocabulary).map(([name, field]) => ({
      name: Buffer.from(name),
      token: this.tokens[field],
    }))
  }

  /** Fills `tokens` from a line; false, with the scanner's `problem`, when it is no JSON object. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    const { scanner } = this
    for (const token of this.all) token.kind = null
    scanner.reset(bytes, start, end)
    if (!scanner.take(OPEN_BRACE)) return scanner.fail('a record has to be a JSON object')
    if (!scanner.take(CLOSE_BRACE)) {
      do if (!this.member(bytes)) return false
      while (scanner.take(COMMA))
      if (!scanner.take(CLOSE_BRACE)) return scanner.fail("expected ',' or '}'")
    }
    return scanner.atEnd() || scanner.fail('something follows the JSON object')
  }

  private member(bytes: Uint8Array): boolean {
    const { scanner } = this
    if (!scanner.name()) return false
    const token = this.tokenOf(bytes, scanner.nameStart, scanner.nameStop, scanner.shrink)
    scanner.space()
    const start = scanner.position
    const kind = scanner.value()
    if (kind === null) return false
    if (token === null) return true
    const quote = kind === 'string' ? 1 : 0
    token.kind = kind
    token.start = start + quote
    token.stop = scanner.position - quote
    token.shrink = scanner.shrink
    return true
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
    for (const { name, token } of this.names) {
      if (name.length === stop - start && sameBytes(name, bytes, start)) return token
    }
    return null
  }
}

function sameBytes(name: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

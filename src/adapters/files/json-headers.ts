import { textOf } from '../../domain/model/key-text.ts'
import { type HeaderParts, IS_OBJECT } from './header-parts.ts'
import { unescaped } from './json-escapes.ts'
import { JsonScanner, kindOf } from './json-scanner.ts'
import { type FieldToken, isAbsent, sameBytes } from './record-tokens.ts'

const QUOTE = 34

/**
 * Finds a record's headers, in order and with doubled names: an object of names and values, or
 * kcat's flat array `[name, value, name, value]`. A value is text, null, or `{"base64": ".."}` for
 * bytes that are no text; anything else stands for its raw JSON text.
 */
export class JsonHeaders {
  private readonly scanner = new JsonScanner()
  /** The names that records had last, by their place: records are much alike. */
  private readonly known: { readonly bytes: Uint8Array; readonly text: string }[] = []

  /** Adds the headers to a row; returns why they cannot be read, or null. */
  find(bytes: Uint8Array, token: FieldToken, parts: HeaderParts, row: number): string | null {
    parts.begin(row)
    if (isAbsent(token)) return null
    if (token.kind !== 'object' && token.kind !== 'array') {
      return 'the headers are neither an object nor an array'
    }
    const { scanner } = this
    const end = token.stop - 1
    scanner.reset(bytes, end)
    // The line was found valid before: between values there is white space and a comma or a colon.
    let at = scanner.space(token.start + 1)
    for (let place = 0; at < end; place++) {
      const stop = scanner.value(at)
      const name = bytes[at] === QUOTE ? this.nameAt(bytes, at + 1, stop - 1, place) : null
      if (name === null) return 'a header name is not text'
      at = scanner.space(scanner.space(stop) + 1)
      if (at >= end) return `the header ${name} has no value`
      const next = scanner.value(at)
      const problem = this.value(bytes, at, next, name, parts, row)
      if (problem !== null) return problem
      at = scanner.space(scanner.space(next) + 1)
    }
    return null
  }

  private value(
    bytes: Uint8Array,
    start: number,
    stop: number,
    name: string,
    parts: HeaderParts,
    row: number,
  ): string | null {
    const { scanner } = this
    const kind = kindOf(bytes[start]!)
    if (kind === 'null') parts.addNull(row, name)
    else if (kind === 'object') parts.add(row, name, start, stop, IS_OBJECT)
    else if (kind !== 'string') parts.add(row, name, start, stop, 0)
    else if (scanner.unpaired) return 'a header has an unpaired surrogate, which no bytes stand for'
    else parts.add(row, name, start + 1, stop - 1, scanner.shrink)
    return null
  }

  /** The text of the name that was scanned last, or null where it is none. */
  private nameAt(bytes: Uint8Array, start: number, stop: number, place: number): string | null {
    const known = this.known[place]
    if (known !== undefined && sameBytes(known.bytes, bytes, start, stop)) return known.text
    const name = unescaped(bytes, start, stop, this.scanner.shrink)
    const text = name === null ? null : textOf(name)
    if (text !== null) this.known[place] = { bytes: bytes.slice(start, stop), text }
    return text
  }
}

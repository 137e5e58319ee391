import { textOf } from '../../domain/model/key-text.ts'
import type { Header } from '../../domain/model/message.ts'
import { base64Bytes } from './base64-bytes.ts'
import { unescaped } from './json-escapes.ts'
import { JsonScanner, kindOf } from './json-scanner.ts'
import type { FieldToken } from './record-tokens.ts'

const QUOTE = 34
const CLOSE_BRACE = 125
const NO_HEADERS: readonly Header[] = []

/**
 * A record's headers, in order and with doubled names: an object of names and values, or kcat's
 * flat array `[name, value, name, value]`. A value is text, null, or `{"base64": ".."}` for bytes
 * that are no text; anything else stands for its raw JSON text.
 * @returns the reason, as text, when they cannot be read
 */
export function jsonHeaders(bytes: Uint8Array, token: FieldToken): readonly Header[] | string {
  if (token.kind === null || token.kind === 'null') return NO_HEADERS
  if (token.kind !== 'object' && token.kind !== 'array') {
    return 'the headers are neither an object nor an array'
  }
  const parts: Part[] = []
  const scanner = new JsonScanner()
  scanner.reset(bytes, token.stop)
  // The line was found valid before: between values there is white space and a comma or a colon.
  for (let at = token.start + 1; ; at++) {
    at = scanner.space(at)
    if (at >= token.stop - 1) break
    const stop = scanner.value(at)
    const part = partOf(bytes, at, stop, scanner.shrink)
    if (part === null) return 'a header has an unpaired surrogate, which no bytes stand for'
    parts.push(part)
    at = scanner.space(stop)
  }
  return paired(parts)
}

interface Part {
  readonly isText: boolean
  readonly bytes: Uint8Array | null
}

function paired(parts: readonly Part[]): readonly Header[] | string {
  const headers: Header[] = []
  for (let i = 0; i < parts.length; i += 2) {
    const { isText, bytes } = parts[i]!
    const name = isText && bytes !== null ? textOf(bytes) : null
    if (name === null) return 'a header name is not text'
    const value = parts[i + 1]
    if (value === undefined) return `the header ${name} has no value`
    headers.push({ name, value: value.bytes })
  }
  return headers
}

function partOf(bytes: Uint8Array, start: number, stop: number, shrink: number): Part | null {
  const kind = kindOf(bytes[start]!)
  if (kind === 'null') return { isText: false, bytes: null }
  if (kind === 'object') return { isText: false, bytes: bytesOfObject(bytes.slice(start, stop)) }
  if (kind !== 'string') return { isText: false, bytes: bytes.slice(start, stop) }
  const text = unescaped(bytes, start + 1, stop - 1, shrink)
  return text === null ? null : { isText: true, bytes: text }
}

/** What `{"base64": ".."}` stands for; the raw text of any other object. */
function bytesOfObject(raw: Uint8Array): Uint8Array {
  const scanner = new JsonScanner()
  scanner.reset(raw, raw.length)
  const first = scanner.name(1)
  if (first < 0 || raw[first] !== QUOTE) return raw
  const name = Buffer.from(raw.subarray(scanner.nameStart, scanner.nameStop)).toString()
  const stop = scanner.value(first)
  if (name !== 'base64' || raw[scanner.space(stop)] !== CLOSE_BRACE) return raw
  const text = unescaped(raw, first + 1, stop - 1, scanner.shrink)
  return text === null ? raw : (base64Bytes(text) ?? raw)
}

import { textOf } from '../../domain/model/key-text.ts'
import type { Header } from '../../domain/model/message.ts'
import { base64Bytes } from './base64-bytes.ts'
import { unescaped } from './json-escapes.ts'
import { JsonScanner } from './json-scanner.ts'
import type { FieldToken } from './record-tokens.ts'

const COMMA = 44
const COLON = 58
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

const NO_HEADERS: readonly Header[] = []
const outer = new JsonScanner()
const inner = new JsonScanner()

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
  const headers: Header[] = []
  // The line was scanned before, so the only surprises are in what its values mean.
  outer.reset(bytes, token.start + 1, token.stop - 1)
  while (!outer.atEnd()) {
    const header = nextHeader(bytes, token.kind === 'object' ? COLON : COMMA)
    if (typeof header === 'string') return header
    headers.push(header)
    outer.take(COMMA)
  }
  return headers
}

function nextHeader(bytes: Uint8Array, between: number): Header | string {
  const name = nextValue(bytes)
  if (typeof name === 'string') return name
  const text = name.kind === 'string' && name.bytes !== null ? textOf(name.bytes) : null
  if (text === null) return 'a header name is not text'
  if (!outer.take(between)) return `the header ${text} has no value`
  const value = nextValue(bytes)
  return typeof value === 'string' ? value : { name: text, value: value.bytes }
}

function nextValue(
  bytes: Uint8Array,
): { readonly kind: string; readonly bytes: Uint8Array | null } | string {
  outer.space()
  const start = outer.position
  const kind = outer.value()
  const stop = outer.position
  if (kind === null) return 'the headers are not valid JSON'
  if (kind === 'null') return { kind, bytes: null }
  if (kind === 'object') return { kind, bytes: bytesOfObject(bytes, start, stop) }
  if (kind !== 'string') return { kind, bytes: bytes.slice(start, stop) }
  const text = unescaped(bytes, start + 1, stop - 1, outer.shrink)
  return text === null ? 'a header has an unpaired surrogate' : { kind, bytes: text }
}

/** What `{"base64": ".."}` stands for; the raw text of any other object. */
function bytesOfObject(bytes: Uint8Array, start: number, stop: number): Uint8Array {
  const raw = bytes.slice(start, stop)
  inner.reset(raw, 0, raw.length)
  if (!inner.take(OPEN_BRACE) || !inner.name()) return raw
  const name = Buffer.from(raw.subarray(inner.nameStart, inner.nameStop)).toString()
  inner.space()
  const first = inner.position + 1
  if (name !== 'base64' || inner.value() !== 'string') return raw
  const text = unescaped(raw, first, inner.position - 1, inner.shrink)
  return (inner.take(CLOSE_BRACE) && text !== null && base64Bytes(text)) || raw
}

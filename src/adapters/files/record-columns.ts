import { ABSENT, UNKNOWN } from '../../domain/model/message-batch.ts'
import { base64Bytes, base64Length } from './base64-bytes.ts'
import { unescaped } from './json-escapes.ts'
import { type FieldToken, isAbsent, type RecordTokens } from './record-tokens.ts'
import type { WindowBatch } from './window-batch.ts'

const UNPAIRED = 'has an unpaired surrogate, which no bytes stand for'
const NOT_BASE64 = 'is not base64'

/**
 * Puts the key's place into the columns; what has to be decoded is decoded in its place. Returns
 * why it cannot be a key, or null.
 */
export function keyColumn(
  bytes: Uint8Array,
  { key, keyBase64 }: RecordTokens,
  batch: WindowBatch,
  row: number,
): string | null {
  if (keyBase64.kind !== null && key.kind !== null) return 'both key and keyBase64'
  const token = keyBase64.kind === null ? key : keyBase64
  batch.keyStart[row] = token.start
  batch.keyLength[row] = ABSENT
  if (isAbsent(token)) return null
  if (token === keyBase64 && token.kind !== 'string') return 'keyBase64 is not text'
  if (token.kind === 'object' || token.kind === 'array') return `the key is an ${token.kind}`
  batch.keyLength[row] = token.stop - token.start
  if (token === key && shrinkOf(token) === 0) return null
  const text = unescaped(bytes, token.start, token.stop, token.shrink)
  if (text === null) return `the key ${UNPAIRED}`
  const decoded = token === key ? text : base64Bytes(text)
  if (decoded === null) return `keyBase64 ${NOT_BASE64}`
  bytes.set(decoded, token.start)
  batch.keyLength[row] = decoded.length
  return null
}

/**
 * Puts the value's length into the columns, and its place into the parts of whole messages. Returns
 * why it cannot be a value, or null.
 */
export function valueColumn(
  bytes: Uint8Array,
  { value, valueBase64 }: RecordTokens,
  batch: WindowBatch,
  row: number,
): string | null {
  if (valueBase64.kind !== null && value.kind !== null) return 'both value and valueBase64'
  const isBase64 = valueBase64.kind !== null
  const token = isBase64 ? valueBase64 : value
  batch.valueLength[row] = token.kind === null ? UNKNOWN : ABSENT
  if (isAbsent(token)) return null
  const shrink = shrinkOf(token)
  const problem = isBase64
    ? base64Column(bytes, token, batch, row)
    : textColumn(token, shrink, batch, row)
  if (problem === null) batch.parts?.addValue(row, bytes, token, shrink, isBase64)
  return problem
}

function textColumn(
  token: FieldToken,
  shrink: number,
  batch: WindowBatch,
  row: number,
): string | null {
  batch.valueLength[row] = token.stop - token.start - shrink
  const isWanted = batch.parts !== null
  return isWanted && token.kind === 'string' && token.unpaired ? `the value ${UNPAIRED}` : null
}

function base64Column(
  bytes: Uint8Array,
  token: FieldToken,
  batch: WindowBatch,
  row: number,
): string | null {
  if (token.kind !== 'string') return 'valueBase64 is not text'
  const text = token.shrink === 0 ? null : unescaped(bytes, token.start, token.stop, token.shrink)
  const length =
    token.shrink === 0
      ? base64Length(bytes, token.start, token.stop)
      : base64Length(text ?? bytes, 0, text?.length ?? 1)
  batch.valueLength[row] = length
  return length < 0 ? `valueBase64 ${NOT_BASE64}` : null
}

/** A number that a field holds, also as text; `absent` where it holds none. */
export function numberColumn<Other>(
  bytes: Uint8Array,
  token: FieldToken,
  read: (bytes: Uint8Array, start: number, stop: number) => number | Other,
  absent: number,
): number | Other {
  if (isAbsent(token)) return absent
  if (shrinkOf(token) === 0) return read(bytes, token.start, token.stop)
  const text = unescaped(bytes, token.start, token.stop, token.shrink) ?? new Uint8Array(0)
  return read(text, 0, text.length)
}

function shrinkOf(token: FieldToken): number {
  return token.kind === 'string' ? token.shrink : 0
}

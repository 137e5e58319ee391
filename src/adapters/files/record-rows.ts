import type { Header, Message } from '../../domain/model/message.ts'
import { ABSENT } from '../../domain/model/message-batch.ts'
import { base64Bytes, base64Length } from './base64-bytes.ts'
import { exactOffset, INVALID, offsetOf, partitionOf, timestampOf } from './field-values.ts'
import { unescaped } from './json-escapes.ts'
import type { RecordGate } from './record-gate.ts'
import type { FieldToken, RecordTokens } from './record-tokens.ts'
import type { WindowBatch } from './window-batch.ts'

/** Reads the headers of a record, or says as text why it cannot. */
export type ReadHeaders = (bytes: Uint8Array, token: FieldToken) => readonly Header[] | string

const UNPAIRED = 'has an unpaired surrogate, which no bytes stand for'
const NOT_BASE64 = 'is not base64'

/**
 * Turns the tokens of records into rows. The key is the text of a string, or the raw text of a
 * number, true or false, so that numbers beyond 2^53 stay exact; null or no field is no key. A
 * value may be anything: a string stands for its text, anything else for its raw JSON text.
 */
export class RecordRows {
  private readonly gate: RecordGate
  private readonly whole: boolean
  private readonly defaultTopic: string
  private topic: { readonly bytes: Uint8Array; readonly text: string } | null = null

  /**
   * @param whole true to make messages, false for columns alone
   * @param defaultTopic of records that name none
   */
  constructor(gate: RecordGate, whole: boolean, defaultTopic: string) {
    this.gate = gate
    this.whole = whole
    this.defaultTopic = defaultTopic
  }

  /** True when the record needs another batch; else the batch, while empty, takes its topic. */
  isOtherTopic(bytes: Uint8Array, token: FieldToken, batch: WindowBatch): boolean {
    const topic = this.topicOf(bytes, token)
    if (batch.count > 0) return topic !== batch.topic
    batch.topic = topic
    return false
  }

  /** Adds a selected record to the batch; returns why it is a bad record, or null. */
  add(
    bytes: Uint8Array,
    tokens: RecordTokens,
    headers: ReadHeaders,
    batch: WindowBatch,
  ): string | null {
    const row = batch.count
    const partition = numberOf(bytes, tokens.partition, partitionOf, -1)
    if (partition === INVALID) return 'the partition is not a whole number from 0'
    const offset = numberOf(bytes, tokens.offset, offsetOf, Number.NaN)
    if (offset === INVALID) return 'the offset is not a whole number from 0'
    const timestamp = numberOf(bytes, tokens.timestamp, timestampOf, Number.NaN)
    if (timestamp === undefined) return 'the timestamp is neither a number of ms nor ISO 8601 text'
    batch.partition[row] = partition
    batch.offset[row] = offset
    batch.timestamp[row] = timestamp
    // The key last: its decoding changes the line, which a reason may have to show.
    const problem =
      this.gate.lacking(partition, offset, timestamp) ??
      topicProblem(tokens.topic) ??
      valueColumn(bytes, tokens, batch, row) ??
      keyColumn(bytes, tokens, batch, row)
    if (problem !== null) return problem
    if (this.gate.selects && !this.gate.passes(partition, offset, timestamp)) return null
    if (this.whole) {
      const message = messageOf(bytes, tokens, headers, batch, row)
      if (typeof message === 'string') return message
      batch.messages[row] = message
    }
    batch.count++
    return null
  }

  /** The record's topic; its text is made once for as long as it stays the same. */
  private topicOf(bytes: Uint8Array, token: FieldToken): string {
    if (token.kind !== 'string') return this.defaultTopic
    const { topic } = this
    if (topic !== null && sameBytes(topic.bytes, bytes, token)) return topic.text
    const text = unescaped(bytes, token.start, token.stop, token.shrink) ?? new Uint8Array(0)
    this.topic = {
      bytes: bytes.slice(token.start, token.stop),
      text: Buffer.from(text).toString(),
    }
    return this.topic.text
  }
}

function topicProblem({ kind }: FieldToken): string | null {
  return kind === null || kind === 'null' || kind === 'string' ? null : 'the topic is not text'
}

/** Puts the key's place into the columns; what has to be decoded is decoded in its place. */
function keyColumn(
  bytes: Uint8Array,
  { key, keyBase64 }: RecordTokens,
  batch: WindowBatch,
  row: number,
): string | null {
  if (keyBase64.kind !== null && key.kind !== null) return 'both key and keyBase64'
  const token = keyBase64.kind === null ? key : keyBase64
  batch.keyStart[row] = token.start
  batch.keyLength[row] = ABSENT
  if (token.kind === null || token.kind === 'null') return null
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

function valueColumn(
  bytes: Uint8Array,
  { value, valueBase64 }: RecordTokens,
  batch: WindowBatch,
  row: number,
): string | null {
  if (valueBase64.kind !== null && value.kind !== null) return 'both value and valueBase64'
  const token = valueBase64.kind === null ? value : valueBase64
  batch.valueLength[row] = ABSENT
  if (token.kind === null || token.kind === 'null') return null
  batch.valueLength[row] = token.stop - token.start - shrinkOf(token)
  if (token === value) return null
  if (token.kind !== 'string') return 'valueBase64 is not text'
  const text = unescaped(bytes, token.start, token.stop, token.shrink)
  const length = text === null ? -1 : base64Length(text, 0, text.length)
  batch.valueLength[row] = length
  return length < 0 ? `valueBase64 ${NOT_BASE64}` : null
}

/** The whole record, with bytes of its own; or the reason why it has none. */
function messageOf(
  bytes: Uint8Array,
  tokens: RecordTokens,
  readHeaders: ReadHeaders,
  batch: WindowBatch,
  row: number,
): Message | string {
  const headers = readHeaders(bytes, tokens.headers)
  if (typeof headers === 'string') return headers
  const value = batch.valueLength[row] === ABSENT ? null : valueBytes(bytes, tokens)
  if (typeof value === 'string') return value
  const offset = numberOf(bytes, tokens.offset, exactOffset, Number.NaN)
  const start = batch.keyStart[row]!
  const keyLength = batch.keyLength[row]!
  const timestamp = batch.timestamp[row]!
  return {
    topic: batch.topic,
    partition: batch.partition[row]!,
    offset: typeof offset === 'bigint' ? offset : null,
    key: keyLength === ABSENT ? null : bytes.slice(start, start + keyLength),
    value,
    headers,
    timestamp: Number.isNaN(timestamp) ? null : timestamp,
  }
}

function valueBytes(bytes: Uint8Array, { value, valueBase64 }: RecordTokens): Uint8Array | string {
  const token = valueBase64.kind === null ? value : valueBase64
  const text = unescaped(bytes, token.start, token.stop, shrinkOf(token))
  if (text === null) return `the value ${UNPAIRED}`
  return token === value ? text : (base64Bytes(text) ?? `valueBase64 ${NOT_BASE64}`)
}

function numberOf<Other>(
  bytes: Uint8Array,
  token: FieldToken,
  read: (bytes: Uint8Array, start: number, stop: number) => number | Other,
  absent: number,
): number | Other {
  if (token.kind === null || token.kind === 'null') return absent
  if (shrinkOf(token) === 0) return read(bytes, token.start, token.stop)
  const text = unescaped(bytes, token.start, token.stop, token.shrink) ?? new Uint8Array(0)
  return read(text, 0, text.length)
}

function shrinkOf(token: FieldToken): number {
  return token.kind === 'string' ? token.shrink : 0
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, { start, stop }: FieldToken): boolean {
  if (stop - start !== known.length) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}

import { exactOffset, INVALID, offsetOf, partitionOf, timestampOf } from './field-values.ts'
import type { HeaderParts } from './header-parts.ts'
import { unescaped } from './json-escapes.ts'
import { keyColumn, numberColumn, valueColumn } from './record-columns.ts'
import type { RecordGate } from './record-gate.ts'
import { type FieldToken, type RecordTokens, sameBytes } from './record-tokens.ts'
import type { WindowBatch } from './window-batch.ts'

/** Finds the headers of a record for a row, or says as text why it cannot. */
export interface HeaderFinder {
  find(bytes: Uint8Array, token: FieldToken, parts: HeaderParts, row: number): string | null
}

/**
 * Turns the tokens of records into rows. The key is the text of a string, or the raw text of a
 * number, true or false, so that numbers beyond 2^53 stay exact; null or no field is no key. A
 * value may be anything: a string stands for its text, anything else for its raw JSON text.
 */
export class RecordRows {
  private readonly gate: RecordGate
  private readonly headers: HeaderFinder
  private readonly defaultTopic: string
  private topic: { readonly bytes: Uint8Array; readonly text: string } | null = null

  /** @param defaultTopic of records that name none */
  constructor(gate: RecordGate, headers: HeaderFinder, defaultTopic: string) {
    this.gate = gate
    this.headers = headers
    this.defaultTopic = defaultTopic
  }

  /** True when the record needs another batch; else the batch, while empty, takes its topic. */
  isOtherTopic(bytes: Uint8Array, token: FieldToken, batch: WindowBatch): boolean {
    const topic = this.topicOf(bytes, token)
    if (batch.count > 0) return topic !== batch.topic
    batch.topic = topic
    return false
  }

  /**
   * Adds a selected record to the batch; returns why it is a bad record, or null.
   * @param valueBytes what the value's token points into
   */
  add(
    bytes: Uint8Array,
    tokens: RecordTokens,
    batch: WindowBatch,
    valueBytes: Uint8Array = bytes,
  ): string | null {
    const row = batch.count
    const partition = numberColumn(bytes, tokens.partition, partitionOf, -1)
    if (partition === INVALID) return 'the partition is not a whole number from 0'
    const offset = numberColumn(bytes, tokens.offset, offsetOf, Number.NaN)
    if (offset === INVALID) return 'the offset is not a whole number from 0'
    const timestamp = numberColumn(bytes, tokens.timestamp, timestampOf, Number.NaN)
    if (timestamp === undefined) return 'the timestamp is neither a number of ms nor ISO 8601 text'
    batch.partition[row] = partition
    batch.offset[row] = offset
    batch.timestamp[row] = timestamp
    // The key last: its decoding changes the line, which a reason may have to show.
    const problem =
      this.gate.lacking(partition, offset, timestamp) ??
      topicProblem(tokens.topic) ??
      valueColumn(valueBytes, tokens, batch, row) ??
      this.placeParts(bytes, tokens, batch) ??
      keyColumn(bytes, tokens, batch, row)
    if (problem !== null) return problem
    if (!this.gate.selects || this.gate.passes(partition, offset, timestamp)) batch.count++
    return null
  }

  /** What whole messages have besides. */
  private placeParts(bytes: Uint8Array, tokens: RecordTokens, batch: WindowBatch): string | null {
    const { parts, count: row } = batch
    if (parts === null) return null
    if (batch.offset[row]! > Number.MAX_SAFE_INTEGER) {
      const exact = numberColumn(bytes, tokens.offset, exactOffset, 0)
      parts.largeOffsets.set(row, BigInt(exact))
    }
    return this.headers.find(bytes, tokens.headers, parts.headers, row)
  }

  /** The record's topic; its text is made once for as long as it stays the same. */
  private topicOf(bytes: Uint8Array, token: FieldToken): string {
    if (token.kind !== 'string') return this.defaultTopic
    const { topic } = this
    if (topic !== null && sameBytes(topic.bytes, bytes, token.start, token.stop)) return topic.text
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

import type { Header } from '../../domain/model/message.ts'
import { base64Bytes } from './base64-bytes.ts'
import { ByteSlab } from './byte-slab.ts'
import { HeaderParts } from './header-parts.ts'
import { unescaped } from './json-escapes.ts'

/**
 * Where what the columns lack of whole messages is, by row: values, headers, offsets beyond 2^53.
 * Rows were found readable before, so that making a message of them cannot fail.
 */
export class MessageParts {
  readonly headers: HeaderParts
  /** Exact, of the rows whose offset no column holds. */
  readonly largeOffsets = new Map<number, bigint>()
  /** Where each row begins in the file, from 1. */
  readonly line: Int32Array
  private readonly slab = new ByteSlab()
  private valueBytes: Uint8Array = new Uint8Array(0)
  private readonly valueStart: Int32Array
  private readonly valueStop: Int32Array
  /** What JSON escapes take, of text; the complement of that (below 0) for base64. */
  private readonly valueShrink: Int32Array

  /** @param rows most rows of a batch */
  constructor(rows: number) {
    this.headers = new HeaderParts(rows)
    this.line = new Int32Array(rows)
    this.valueStart = new Int32Array(rows)
    this.valueStop = new Int32Array(rows)
    this.valueShrink = new Int32Array(rows)
  }

  /** Notes where a row's value is: all values of a batch are in the same bytes. */
  addValue(
    row: number,
    bytes: Uint8Array,
    token: { readonly start: number; readonly stop: number },
    shrink: number,
    isBase64: boolean,
  ): void {
    this.valueBytes = bytes
    this.valueStart[row] = token.start
    this.valueStop[row] = token.stop
    this.valueShrink[row] = isBase64 ? ~shrink : shrink
  }

  /** A row's value, of a row that has one. */
  value(row: number): Uint8Array {
    const { valueBytes } = this
    const start = this.valueStart[row]!
    const stop = this.valueStop[row]!
    const shrink = this.valueShrink[row]!
    if (shrink === 0) return this.slab.copy(valueBytes, start, stop)
    if (shrink > 0) {
      return unescaped(valueBytes, start, stop, shrink, this.slab.take(stop - start - shrink))!
    }
    const isPlain = ~shrink === 0
    return base64Bytes(
      isPlain ? valueBytes.subarray(start, stop) : unescaped(valueBytes, start, stop, ~shrink)!,
    )!
  }

  headersOf(row: number, bytes: Uint8Array): readonly Header[] {
    return this.headers.of(row, bytes, this.slab)
  }

  /** A copy of a key's bytes. */
  copy(bytes: Uint8Array, start: number, stop: number): Uint8Array {
    return this.slab.copy(bytes, start, stop)
  }
}

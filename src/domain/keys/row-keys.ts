import { finished, mixed } from './key-hash.ts'
import { HEAD_BYTES } from './key-record.ts'

/** The table's own hash; the distinct counter takes another seed beside it. */
export const TABLE_SEED = 0x3c6ef372

/** Rows that are looked up together: few enough to stay in the processor's cache. */
export const BLOCK = 64

/** Keys of up to 64 rows as a look-up needs them; by position, 0 for the first row. */
export class RowKeys {
  /** What `starts` point into. */
  bytes: Uint8Array = new Uint8Array(0)
  readonly starts = new Int32Array(BLOCK)
  readonly lengths = new Int32Array(BLOCK)
  readonly hashes = new Int32Array(BLOCK)
  /** Three words per row: the key's first 12 bytes as a record has them. */
  readonly heads = new Int32Array(BLOCK * 3)
  private view = new DataView(this.bytes.buffer)

  /** Reads the keys of rows `from..to` of a batch; a row without a key reads as the empty one. */
  read(
    bytes: Uint8Array,
    keyStart: Int32Array,
    keyLength: Int32Array,
    from: number,
    to: number,
  ): void {
    this.lookInto(bytes)
    for (let row = from; row < to; row++) {
      this.readKey(row - from, keyStart[row]!, Math.max(0, keyLength[row]!))
    }
  }

  /** Reads a single key. */
  readOne(bytes: Uint8Array, start: number, end: number): void {
    this.lookInto(bytes)
    this.readKey(0, start, end - start)
  }

  private lookInto(bytes: Uint8Array): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The hash is `keyHash` with the table's seed, and so part of a saved profile's meaning. */
  private readKey(i: number, start: number, length: number): void {
    const { heads } = this
    const first = this.wordAt(start, length)
    const second = this.wordAt(start + 4, length - 4)
    const third = this.wordAt(start + 8, length - 8)
    let hash = TABLE_SEED
    if (length > 0) hash = mixed(hash, first)
    if (length > 4) hash = mixed(hash, second)
    if (length > 8) hash = mixed(hash, third)
    for (let at = HEAD_BYTES; at < length; at += 4) {
      hash = mixed(hash, this.wordAt(start + at, length - at))
    }
    this.starts[i] = start
    this.lengths[i] = length
    this.hashes[i] = finished(hash ^ length)
    heads[3 * i] = first
    heads[3 * i + 1] = second
    heads[3 * i + 2] = third
  }

  /** Four bytes, little-endian; 0 from the first `left` on. */
  private wordAt(at: number, left: number): number {
    if (left >= 4) return this.view.getInt32(at, true)
    if (left <= 0) return 0
    const { bytes } = this
    let word = bytes[at]!
    if (left > 1) word |= bytes[at + 1]! << 8
    if (left > 2) word |= bytes[at + 2]! << 16
    return word
  }
}

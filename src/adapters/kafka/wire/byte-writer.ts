/** Writes the fields of Kafka's protocol: big-endian, of the older encoding and the compact one. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(256)
  private at = 0

  int8(value: number): this {
    this.at = this.roomFor(1).writeInt8(value, this.at)
    return this
  }

  int16(value: number): this {
    this.at = this.roomFor(2).writeInt16BE(value, this.at)
    return this
  }

  int32(value: number): this {
    this.at = this.roomFor(4).writeInt32BE(value, this.at)
    return this
  }

  int64(value: number | bigint): this {
    this.at = this.roomFor(8).writeBigInt64BE(BigInt(value), this.at)
    return this
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0)
  }

  string(value: string): this {
    const length = Buffer.byteLength(value)
    this.int16(length)
    this.at += this.roomFor(length).write(value, this.at)
    return this
  }

  /** Bytes with their length before them. */
  blob(value: Uint8Array): this {
    this.int32(value.length)
    return this.raw(value)
  }

  raw(value: Uint8Array): this {
    this.roomFor(value.length).set(value, this.at)
    this.at += value.length
    return this
  }

  array<Item>(items: readonly Item[], write: (item: Item, writer: this) => void): this {
    this.int32(items.length)
    for (const item of items) write(item, this)
    return this
  }

  /** A whole number below 2^32, seven bits to a byte, the lowest first. */
  uvarint(value: number): this {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80)
    return this.byte(rest)
  }

  /** A whole number of at most 53 bits, zigzag and seven bits to a byte, as records have them. */
  varint(value: number): this {
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80)
    return this.byte(rest)
  }

  /** Bytes with their length before them as a varint, as records have them; null is -1. */
  varintBlob(value: Uint8Array | null): this {
    return value === null ? this.varint(-1) : this.varint(value.length).raw(value)
  }

  compactString(value: string | null): this {
    if (value === null) return this.uvarint(0)
    const length = Buffer.byteLength(value)
    this.uvarint(length + 1)
    this.at += this.roomFor(length).write(value, this.at)
    return this
  }

  /** As `blob`, of the compact encoding. */
  compactBlob(value: Uint8Array): this {
    return this.uvarint(value.length + 1).raw(value)
  }

  /** An id as `ByteReader.uuid` reads it. */
  uuid(value: string): this {
    return this.raw(Buffer.from(value, 'base64url'))
  }

  compactArray<Item>(
    items: readonly Item[] | null,
    write: (item: Item, writer: this) => void,
  ): this {
    this.uvarint(items === null ? 0 : items.length + 1)
    for (const item of items ?? []) write(item, this)
    return this
  }

  /** No tagged fields, which end every structure of the compact encoding. */
  noTags(): this {
    return this.uvarint(0)
  }

  /** What was written; later writes do not change it. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, 0, this.at)
  }

  private byte(value: number): this {
    this.at = this.roomFor(1).writeUInt8(value, this.at)
    return this
  }

  private roomFor(length: number): Buffer {
    if (this.at + length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.at + length, this.bytes.length * 2))
      larger.set(this.bytes.subarray(0, this.at))
      this.bytes = larger
    }
    return this.bytes
  }
}

/** Writes the fields of Kafka's protocol (big-endian, versions without compact fields). */
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

  int64(value: number): this {
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

  /** What was written; later writes do not change it. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, 0, this.at)
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

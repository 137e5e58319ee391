const TWO_32 = 0x1_0000_0000

/**
 * A 64-bit integer as a number: exact up to 2^53, which no offset, time or producer id reaches.
 * @throws RangeError past the end
 */
export function int64At(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_32 + view.getUint32(at + 4)
}

/** Reads the fields of Kafka's protocol. Every method throws RangeError past the end. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  private readonly view: DataView

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  int8(): number {
    return this.view.getInt8(this.advance(1))
  }

  int16(): number {
    return this.view.getInt16(this.advance(2))
  }

  int32(): number {
    return this.view.getInt32(this.advance(4))
  }

  int64(): number {
    return int64At(this.view, this.advance(8))
  }

  /** Exact whatever it is: a committed offset need not be one that a log reaches. */
  bigint64(): bigint {
    return this.view.getBigInt64(this.advance(8))
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  /** 16 bytes as Kafka writes ids: URL-safe base64 without padding. */
  uuid(): string {
    return Buffer.from(this.take(16)).toString('base64url')
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  nullableString(): string | null {
    const length = this.int16()
    return length < 0 ? null : Buffer.from(this.take(length)).toString('utf8')
  }

  /** Bytes with their length before them, as a view; none for null. */
  blob(): Uint8Array {
    return this.take(Math.max(0, this.int32()))
  }

  array<Item>(read: (reader: this) => Item): Item[] {
    const length = Math.max(0, this.int32())
    const items: Item[] = []
    for (let i = 0; i < length; i++) items.push(read(this))
    return items
  }

  /** A whole number below 2^32, seven bits to a byte, the lowest first. */
  uvarint(): number {
    let value = 0
    for (let weight = 1; weight < 2 ** 35; weight *= 0x80) {
      const byte = this.view.getUint8(this.advance(1))
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
    throw new RangeError('the response has a number of more than 32 bits')
  }

  compactString(): string {
    return this.compactNullableString() ?? ''
  }

  compactNullableString(): string | null {
    const length = this.uvarint() - 1
    return length < 0 ? null : Buffer.from(this.take(length)).toString('utf8')
  }

  /** As `blob`, of the compact encoding. */
  compactBlob(): Uint8Array {
    return this.take(Math.max(0, this.uvarint() - 1))
  }

  compactArray<Item>(read: (reader: this) => Item): Item[] {
    const length = this.uvarint() - 1
    const items: Item[] = []
    for (let i = 0; i < length; i++) items.push(read(this))
    return items
  }

  /** Passes over the tagged fields that end every structure of the compact encoding. */
  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint()
      this.take(this.uvarint())
    }
  }

  private take(length: number): Uint8Array {
    const from = this.advance(length)
    return this.bytes.subarray(from, from + length)
  }

  private advance(length: number): number {
    const from = this.at
    if (from + length > this.bytes.length) throw new RangeError('the response ends too early')
    this.at = from + length
    return from
  }
}

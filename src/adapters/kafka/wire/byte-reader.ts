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

  boolean(): boolean {
    return this.int8() !== 0
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

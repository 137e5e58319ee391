/** More than any broker sends; and a TLS record, read as a length, is longer: it starts with 0x15. */
const RESPONSE_BYTES_MAX = 0x1400_0000

/**
 * Cuts a stream into responses. It names where the next bytes belong, so that a socket can write
 * them there itself and nothing is copied.
 */
export class ResponseFraming {
  private readonly size = new Uint8Array(4)
  private body: Uint8Array | null = null
  private filled = 0
  private readonly room: (size: number) => Uint8Array
  private readonly deliver: (body: Uint8Array) => void

  /**
   * @param room a buffer of exactly the given size for the next response
   * @param deliver takes the response, once complete
   */
  constructor(room: (size: number) => Uint8Array, deliver: (body: Uint8Array) => void) {
    this.room = room
    this.deliver = deliver
  }

  /** Where the next bytes belong; never empty. */
  target(): Uint8Array {
    return (this.body ?? this.size).subarray(this.filled)
  }

  /**
   * Bytes have come into `target()`.
   * @returns the four bytes that cannot be the length of a response, else null
   */
  advance(length: number): Uint8Array | null {
    this.filled += length
    if (this.filled < (this.body ?? this.size).length) return null
    this.filled = 0
    const { body } = this
    if (body !== null) {
      this.body = null
      this.deliver(body)
      return null
    }
    const size = new DataView(this.size.buffer).getInt32(0)
    if (size < 4 || size > RESPONSE_BYTES_MAX) return this.size
    this.body = this.room(size)
    return null
  }

  /** Takes bytes that came into a buffer of their own. @returns as `advance` */
  accept(chunk: Uint8Array): Uint8Array | null {
    for (let from = 0; from < chunk.length; ) {
      const target = this.target()
      const part = chunk.subarray(from, from + target.length)
      target.set(part)
      from += part.length
      const foreign = this.advance(part.length)
      if (foreign !== null) return foreign
    }
    return null
  }
}

/** Memory that is taken at once for many short pieces: a piece of its own costs a microsecond. */
const SLAB_BYTES = 16 * 1024
/** Longer pieces get memory of their own, so that keeping one keeps little else. */
const LONGEST_PIECE = 2048
/** Up to here a loop copies faster than a call. */
const FEW_BYTES = 24

/** Hands out bytes that belong to whoever asks. */
export class ByteSlab {
  private slab = new Uint8Array(0)
  private used = 0

  /** Zeros, to be written by the caller. */
  take(length: number): Uint8Array {
    if (length > LONGEST_PIECE) return new Uint8Array(length)
    if (this.used + length > this.slab.length) {
      this.slab = new Uint8Array(SLAB_BYTES)
      this.used = 0
    }
    const piece = new Uint8Array(this.slab.buffer, this.used, length)
    this.used += length
    return piece
  }

  /** A copy of `bytes[start, stop)`. */
  copy(bytes: Uint8Array, start: number, stop: number): Uint8Array {
    const piece = this.take(stop - start)
    if (piece.length > FEW_BYTES) piece.set(bytes.subarray(start, stop))
    else for (let i = 0; i < piece.length; i++) piece[i] = bytes[start + i]!
    return piece
  }
}

/** The most bytes that one record may have. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024

const FIRST_CAPACITY = 512 * 1024
const STEP_BYTES = 256 * 1024
/** An unfinished record longer than this doubles before it is looked at again. */
const LONG_CARRY = 64 * 1024
const LINE_FEED = 10

/**
 * The part of the input that is being decoded: `bytes[start, end)`. Decoders move `start` on and
 * count lines; `fill` keeps what is left, so that a record cut by a chunk comes together again.
 */
export class ByteWindow {
  bytes = new Uint8Array(FIRST_CAPACITY)
  /** The same memory up to `end`, for the searches that Buffer does natively. */
  view = Buffer.from(this.bytes.buffer, 0, 0)
  start = 0
  end = 0
  /** No byte comes after `end`. */
  ended = false
  /** The line, from 1, that `start` is in. */
  line = 1
  private readonly input: AsyncIterator<Uint8Array>
  private chunk: Uint8Array = new Uint8Array(0)

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.input = chunks[Symbol.asyncIterator]()
  }

  /** True when a record began at `start` and could not end within the most bytes allowed. */
  get overfull(): boolean {
    return this.end - this.start >= MAX_RECORD_BYTES
  }

  /** Adds what the input has next; without anything left, `ended` is true. */
  async fill(): Promise<void> {
    const carry = this.end - this.start
    if (this.start > 0) this.bytes.copyWithin(0, this.start, this.end)
    this.start = 0
    this.end = carry
    const wanted = carry >= LONG_CARRY ? Math.min(2 * carry, MAX_RECORD_BYTES) : carry + 1
    while (this.end < wanted && !this.ended) await this.append()
    this.view = Buffer.from(this.bytes.buffer, 0, this.end)
  }

  /** Where the line at `start` ends (its LF, or the input's end); -1 while that is not known. */
  lineEnd(): number {
    const at = this.view.indexOf(LINE_FEED, this.start)
    if (at >= 0) return at
    return this.ended && this.start < this.end ? this.end : -1
  }

  /** Moves on past the LF of the line at `start`, however long that line is. */
  async skipLine(): Promise<void> {
    let stop = this.lineEnd()
    while (stop < 0 && !this.ended) {
      this.start = this.end
      await this.fill()
      stop = this.lineEnd()
    }
    this.start = stop < 0 ? this.end : Math.min(stop + 1, this.end)
    this.line++
  }

  async close(): Promise<void> {
    await this.input.return?.()
  }

  private async append(): Promise<void> {
    if (this.chunk.length === 0) {
      const next = await this.input.next()
      if (next.done === true) {
        this.ended = true
        return
      }
      this.chunk = next.value
    }
    const part = this.chunk.subarray(0, STEP_BYTES)
    this.chunk = this.chunk.subarray(part.length)
    this.reserve(this.end + part.length)
    this.bytes.set(part, this.end)
    this.end += part.length
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(size, 2 * this.bytes.length))
    larger.set(this.bytes.subarray(0, this.end))
    this.bytes = larger
  }
}

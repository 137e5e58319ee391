import { createZstdDecompress } from 'node:zlib'
import { ZstdProgress } from './zstd-progress.ts'

const OUTPUT_BYTES = 256 * 1024

/**
 * The content of all zstd frames, one after the other. Node's own stream ends after the first
 * frame and drops the rest, so each frame gets a stream of its own, fed from where the last ended.
 * Data that ends inside a frame is an error with the code that zlib has for it, Z_BUF_ERROR.
 */
export async function* zstdContent(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = endingWithFrame(chunks)
  let next = await input.next()
  try {
    while (next.done !== true) {
      const frame = new FrameReader(input, next.value)
      yield* frame.content()
      next = frame.left === null ? await input.next() : { value: frame.left, done: false }
    }
  } finally {
    await input.return(undefined)
  }
}

async function* endingWithFrame(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const progress = new ZstdProgress()
  for await (const chunk of chunks) {
    progress.push(chunk)
    yield chunk
  }
  if (progress.atFrameEnd) return
  throw Object.assign(new Error('the data ends inside a frame'), { code: 'Z_BUF_ERROR' })
}

/** Reads one frame, or several where the engine goes on by itself. */
class FrameReader {
  /** What of the last chunk belongs to the next frame. */
  left: Uint8Array | null = null
  private readonly input: AsyncIterator<Uint8Array>
  private readonly first: Uint8Array
  private readonly decoder = createZstdDecompress({ chunkSize: OUTPUT_BYTES })
  private written = 0

  constructor(input: AsyncIterator<Uint8Array>, first: Uint8Array) {
    this.input = input
    this.first = first
  }

  async *content(): AsyncGenerator<Uint8Array> {
    const fed = this.feed()
    // An error of the input ends the loop below, which throws it.
    fed.catch((error: Error) => this.decoder.destroy(error))
    try {
      yield* this.decoder as AsyncIterable<Uint8Array>
    } finally {
      this.decoder.destroy()
    }
    await fed
  }

  /** Writes chunk after chunk until one is not used up, because the frame has ended in it. */
  private async feed(): Promise<void> {
    let chunk = this.first
    for (;;) {
      this.written += chunk.length
      await this.write(chunk)
      const unread = this.written - this.decoder.bytesWritten
      if (unread > 0) {
        this.left = chunk.subarray(chunk.length - unread)
        return
      }
      const next = await this.input.next()
      if (next.done === true) break
      chunk = next.value
    }
    this.decoder.end()
  }

  private write(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      // A failed write also fails the loop that reads the decoder; it is told there.
      this.decoder.write(chunk, () => resolve())
    })
  }
}

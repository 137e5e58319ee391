/** A buffer for one response, used again and again. */
export class ResponseBuffer {
  private bytes: Uint8Array
  private readonly giveBack: (buffer: ResponseBuffer) => void

  constructor(bytes: number, giveBack: (buffer: ResponseBuffer) => void) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
    this.giveBack = giveBack
  }

  /** Room for a response; a single batch may be longer than any response was asked to be. */
  room(size: number): Uint8Array {
    if (size > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(size)
    return this.bytes.subarray(0, size)
  }

  release(): void {
    this.giveBack(this)
  }
}

/** The buffers of one connection: as many as responses may wait, which bounds the memory. */
export class ResponseBuffers {
  private readonly free: ResponseBuffer[] = []
  private wake: () => void = () => {}

  constructor(count: number, bytes: number) {
    const giveBack = (buffer: ResponseBuffer) => {
      this.free.push(buffer)
      this.wake()
    }
    for (let i = 0; i < count; i++) this.free.push(new ResponseBuffer(bytes, giveBack))
  }

  /** Waits for a free one. */
  async take(): Promise<ResponseBuffer> {
    while (this.free.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.wake = resolve
      await promise
    }
    return this.free.shift()!
  }
}

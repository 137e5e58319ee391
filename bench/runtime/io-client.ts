import { connect, type Socket } from 'node:net'

const REQUEST = 4

/**
 * The Node side of `IoServer.java`: calls are pipelined on one connection, and those that are made
 * in one turn of the event loop are written together.
 */
export class IoClient {
  private readonly socket: Socket
  private readonly waiting: (() => void)[] = []
  private readonly free: number[] = []
  private buffer = Buffer.allocUnsafe(REQUEST * 1024)
  private length = 0
  /** Bytes of an answer that was cut in two. */
  private rest: Buffer = Buffer.alloc(0)
  private readonly flush = () => {
    if (this.length === 0) return
    this.socket.write(this.buffer.subarray(0, this.length))
    this.buffer = Buffer.allocUnsafe(REQUEST * 1024)
    this.length = 0
  }

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => this.accept(chunk))
  }

  /** @param delayMs how long the server takes to answer; fractions are fine */
  static async open(port: number, delayMs: number): Promise<IoClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    const hello = Buffer.alloc(4)
    hello.writeUInt32BE(Math.round(delayMs * 1000))
    socket.write(hello)
    return new IoClient(socket)
  }

  /** Resolves when the answer came. */
  call(): Promise<void> {
    return new Promise((resolve) => {
      const id = this.free.pop() ?? this.waiting.length
      this.waiting[id] = resolve
      if (this.length === this.buffer.length) this.flush()
      if (this.length === 0) process.nextTick(this.flush)
      this.length = this.buffer.writeUInt32BE(id, this.length)
    })
  }

  close(): void {
    this.socket.destroy()
  }

  private accept(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    for (; at + REQUEST <= bytes.length; at += REQUEST) {
      const id = bytes.readUInt32BE(at)
      const answered = this.waiting[id]!
      this.free.push(id)
      answered()
    }
    this.rest = bytes.subarray(at)
  }
}

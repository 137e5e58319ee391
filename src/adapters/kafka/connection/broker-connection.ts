import type { Socket } from 'node:net'
import type { BrokerError } from '../../../errors.ts'
import type { BrokerAddress } from '../options.ts'
import { ByteReader } from '../wire/byte-reader.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { foreignProtocol, lostConnection, timedOut } from './failures.ts'
import { openSocket } from './open-socket.ts'
import { ResponseFraming } from './response-framing.ts'
import type { ConnectionSettings } from './settings.ts'

/** A request of Kafka's protocol: which, in which version, and its body. */
export interface KafkaRequest {
  readonly api: number
  readonly version: number
  readonly body: Uint8Array
  /** Whether this version has the compact encoding; then the headers end with tagged fields. */
  readonly flexible?: boolean
}

/** Gives a response of so many bytes a buffer of exactly that size. */
export type ResponseRoom = (size: number) => Uint8Array

interface Waiting {
  readonly correlation: number
  readonly room: ResponseRoom
  readonly resolve: (response: ByteReader) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const ownBuffer: ResponseRoom = (size) => Buffer.allocUnsafeSlow(size)

/**
 * A connection to one broker, which answers requests in their order.
 * @platformatic/kafka has one too, but loading it takes half a second: as long as reading a
 * million records.
 */
export class BrokerConnection {
  readonly address: BrokerAddress
  private readonly settings: ConnectionSettings
  private readonly framing: ResponseFraming
  private readonly waiting: Waiting[] = []
  private socket: Socket | null = null
  private failure: BrokerError | null = null
  private correlation = 0

  private constructor(address: BrokerAddress, settings: ConnectionSettings) {
    this.address = address
    this.settings = settings
    this.framing = new ResponseFraming(
      (size) => (this.waiting[0]?.room ?? ownBuffer)(size),
      (body) => this.deliver(body),
    )
  }

  /** Connects; nobody has been authenticated yet. @throws BrokerError */
  static async open(
    address: BrokerAddress,
    settings: ConnectionSettings,
  ): Promise<BrokerConnection> {
    const connection = new BrokerConnection(address, settings)
    const onForeign = (start: Uint8Array) => connection.fail(foreignProtocol(address, start))
    const socket = await openSocket(address, settings, connection.framing, onForeign)
    connection.socket = socket
    socket.on('error', (error) => connection.fail(lostConnection(address, settings, error)))
    socket.on('close', () => connection.fail(lostConnection(address, settings)))
    // Peers that closed before there was a listener.
    if (socket.destroyed) connection.fail(lostConnection(address, settings))
    return connection
  }

  get isOpen(): boolean {
    return this.failure === null
  }

  /**
   * Sends a request and waits for its response, whose reader stands at the first field.
   * @throws BrokerError when the connection is lost or the broker too slow
   */
  async send(request: KafkaRequest, room: ResponseRoom = ownBuffer): Promise<ByteReader> {
    if (this.failure !== null) throw this.failure
    const { promise, resolve, reject } = Promise.withResolvers<ByteReader>()
    const correlation = this.correlation
    this.correlation = (correlation + 1) & 0x7fff_ffff
    const { requestTimeoutMs } = this.settings
    const timer = setTimeout(
      () => this.fail(timedOut(this.address, 'answer', requestTimeoutMs)),
      requestTimeoutMs,
    )
    this.waiting.push({ correlation, room, resolve, reject, timer })
    this.socket?.write(framed(request, correlation, this.settings.clientId))
    const reader = await promise
    if (request.flexible) reader.tags()
    return reader
  }

  /**
   * Takes a step that ends `withinMs` after `start` (of `performance.now()`), or the connection does.
   * @throws BrokerError
   */
  async within<T>(start: number, withinMs: number, step: () => Promise<T>): Promise<T> {
    const timer = setTimeout(
      () => this.fail(timedOut(this.address, 'answer', withinMs)),
      Math.max(0, start + withinMs - performance.now()),
    )
    try {
      return await step()
    } finally {
      clearTimeout(timer)
    }
  }

  /** Ends the connection; requests under way fail. */
  close(): void {
    this.fail(lostConnection(this.address, this.settings))
  }

  private deliver(body: Uint8Array): void {
    const waiting = this.waiting.shift()
    const reader = new ByteReader(body)
    if (waiting === undefined || reader.int32() !== waiting.correlation) {
      waiting?.reject(foreignProtocol(this.address, body))
      if (waiting !== undefined) clearTimeout(waiting.timer)
      this.fail(foreignProtocol(this.address, body))
      return
    }
    clearTimeout(waiting.timer)
    waiting.resolve(reader)
  }

  private fail(error: BrokerError): void {
    this.failure ??= error
    this.socket?.destroy()
    for (const { timer, reject } of this.waiting.splice(0)) {
      clearTimeout(timer)
      reject(this.failure)
    }
  }
}

function framed(request: KafkaRequest, correlation: number, clientId: string): Uint8Array {
  const message = new ByteWriter()
    .int16(request.api)
    .int16(request.version)
    .int32(correlation)
    .string(clientId)
  if (request.flexible) message.noTags()
  return new ByteWriter().blob(message.raw(request.body).finish()).finish()
}

import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'

/** Names of the requests that tests tell apart. */
const NAMES = new Map([
  [0, 'Produce'],
  [2, 'ListOffsets'],
  [3, 'Metadata'],
  [8, 'OffsetCommit'],
  [9, 'OffsetFetch'],
  [10, 'FindCoordinator'],
  [15, 'DescribeGroups'],
  [16, 'ListGroups'],
  [18, 'ApiVersions'],
  [22, 'InitProducerId'],
  [24, 'AddPartitionsToTxn'],
  [25, 'AddOffsetsToTxn'],
  [26, 'EndTxn'],
  [28, 'TxnOffsetCommit'],
  [47, 'OffsetDelete'],
  [69, 'ConsumerGroupDescribe'],
])

export interface ProxiedRequest {
  readonly name: string
  /** host:port of the broker that it goes to. */
  readonly broker: string
}

/**
 * What becomes of a request: it passes; or the connection ends before it is heard, or after it was
 * heeded and before the answer comes back.
 */
export type Fate = 'pass' | 'cut before' | 'cut after'

/**
 * Stands on loopback between clients and the brokers of a cluster, which it makes clients take for
 * the brokers themselves: their addresses in answers are replaced by its own. It does what a network
 * does only by ill luck.
 */
export class BrokerProxy implements AsyncDisposable {
  /** Everything that was asked so far, in order. */
  readonly requests: ProxiedRequest[] = []
  /** Awaited before each request passes; gets its bytes, too. */
  fateOf: (request: ProxiedRequest, frame: Buffer) => Fate | Promise<Fate> = () => 'pass'
  private readonly fronts = new Map<string, Server>()
  private readonly sockets = new Set<Socket>()
  private isDown = false

  private constructor() {}

  /** @param brokers host:port of every broker, as they advertise themselves, joined by commas */
  static async before(brokers: string): Promise<BrokerProxy> {
    const proxy = new BrokerProxy()
    for (const broker of brokers.split(',')) {
      const server = createServer((socket) => proxy.serve(socket, broker))
      server.listen(0, broker.split(':')[0])
      await once(server, 'listening')
      proxy.fronts.set(broker, server)
    }
    return proxy
  }

  /** Where clients find it: host:port for every broker, joined by commas. */
  get brokers(): string {
    return [...this.fronts.keys()].map((broker) => this.addressFor(broker)).join(',')
  }

  /** How often each request came. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { name } of this.requests) counts[name] = (counts[name] ?? 0) + 1
    return counts
  }

  /** Ends every connection, and each new one at once, until `up()`. */
  down(): void {
    this.isDown = true
    for (const socket of this.sockets) socket.destroy()
  }

  up(): void {
    this.isDown = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.down()
    const servers = [...this.fronts.values()]
    await Promise.all(servers.map((server) => once(server.close(), 'close')))
  }

  private addressFor(broker: string): string {
    const { port } = this.fronts.get(broker)!.address() as AddressInfo
    return `${broker.split(':')[0]}:${port}`
  }

  private serve(client: Socket, broker: string): void {
    if (this.isDown) {
      client.destroy()
      return
    }
    const [host, port] = broker.split(':')
    const server = dial(Number(port), host)
    let cutsNext = false
    const end = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.sockets.delete(socket)
        end()
      })
    }
    let passed = Promise.resolve()
    framesOf(client, (frame) => {
      passed = passed.then(async () => {
        const request = { name: nameOf(frame), broker }
        this.requests.push(request)
        const fate = await this.fateOf(request, frame)
        if (fate === 'cut before') end()
        else {
          cutsNext ||= fate === 'cut after'
          server.write(frame)
        }
      })
    })
    framesOf(server, (frame) => {
      if (cutsNext) end()
      else client.write(this.disguised(frame))
    })
  }

  /** The answer with the proxy's ports in the place of the brokers': an address has one length. */
  private disguised(frame: Buffer): Buffer {
    for (const broker of this.fronts.keys()) {
      const [real, own] = [encoded(broker), encoded(this.addressFor(broker))]
      for (let at = frame.indexOf(real); at >= 0; at = frame.indexOf(real, at + real.length)) {
        own.copy(frame, at)
      }
    }
    return frame
  }
}

/** Host and port as they stand in Metadata and FindCoordinator, after the host's length. */
function encoded(address: string): Buffer {
  const [host, port] = address.split(':')
  const bytes = Buffer.alloc(host!.length + 4)
  bytes.write(host!)
  bytes.writeInt32BE(Number(port), host!.length)
  return bytes
}

function nameOf(frame: Buffer): string {
  const api = frame.readInt16BE(4)
  return NAMES.get(api) ?? `request ${api}`
}

/** Calls back with each whole message of the stream, its length in front. */
function framesOf(socket: Socket, take: (frame: Buffer) => void): void {
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4) {
      const end = 4 + received.readInt32BE(0)
      if (received.length < end) return
      take(Buffer.from(received.subarray(0, end)))
      received = received.subarray(end)
    }
  })
}

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { ByteReader } from '../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../src/adapters/kafka/wire/byte-writer.ts'

const API = { listOffsets: 2, metadata: 3, apiVersions: 18 } as const
const OFFERED = [1, API.listOffsets, API.metadata]

/** Who leads each partition of the only topic: node ids, as positions in the list of nodes. */
export interface ScriptedCluster {
  readonly ports: readonly number[]
  readonly leaders: readonly number[]
}

/**
 * Something on loopback that speaks as much of Kafka's protocol as describing a topic takes, and
 * does at a given moment what no broker can be made to do at one. Every log ends at offset 7.
 */
export class ScriptedBroker implements AsyncDisposable {
  /** Connections that were made to it so far, and those that are open. */
  accepted = 0
  /** Whether it takes requests and never answers, as a machine that has lost its network. */
  isSilent = false
  readonly open = new Set<Socket>()
  private readonly server: Server
  private readonly cluster: () => ScriptedCluster

  private constructor(cluster: () => ScriptedCluster) {
    this.cluster = cluster
    this.server = createServer((socket) => this.serve(socket))
  }

  /** @param cluster what a Metadata request is told, asked each time */
  static async start(cluster: () => ScriptedCluster): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(cluster)
    broker.server.listen(0, '127.0.0.1')
    await once(broker.server, 'listening')
    return broker
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.open) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private serve(socket: Socket): void {
    this.accepted++
    this.open.add(socket)
    socket.on('close', () => this.open.delete(socket))
    socket.on('error', () => socket.destroy())
    let received = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const end = received.length < 4 ? Number.POSITIVE_INFINITY : 4 + received.readInt32BE(0)
        if (received.length < end) return
        if (!this.isSilent) socket.write(this.answer(received.subarray(4, end)))
        received = received.subarray(end)
      }
    })
  }

  private answer(bytes: Uint8Array): Uint8Array {
    const request = new ByteReader(bytes)
    const api = request.int16()
    request.int16()
    const response = new ByteWriter().int32(request.int32())
    request.nullableString()
    if (api === API.apiVersions) {
      response.int16(0).array(OFFERED, (known) => response.int16(known).int16(0).int16(11))
    } else if (api === API.metadata) this.metadata(request, response)
    else offsets(request, response)
    return new ByteWriter().blob(response.finish()).finish()
  }

  private metadata(request: ByteReader, response: ByteWriter): void {
    const topics = request.array((reader) => reader.string())
    const { ports, leaders } = this.cluster()
    response.int32(0).array([...ports.entries()], ([node, port]) => {
      response.int32(node).string('127.0.0.1').int32(port).int16(-1)
    })
    response
      .int16(-1)
      .int32(0)
      .array(topics, (topic) => {
        response.int16(0).string(topic).boolean(false)
        response.array([...leaders.entries()], ([partition, leader]) => {
          response.int16(0).int32(partition).int32(leader).int32(0)
          for (let lists = 0; lists < 3; lists++) response.array([], () => {})
        })
        response.int32(0)
      })
  }
}

function offsets(request: ByteReader, response: ByteWriter): void {
  request.int32()
  request.int8()
  const topics = request.array((reader) => {
    const name = reader.string()
    const asked = reader.array((entry) => {
      const partition = entry.int32()
      entry.int32()
      return { partition, offset: entry.int64() === -1 ? 7 : 0 }
    })
    return { name, asked }
  })
  response.int32(0).array(topics, ({ name, asked }) => {
    response.string(name).array(asked, ({ partition, offset }) => {
      response.int32(partition).int16(0).int64(-1).int64(offset).int32(0)
    })
  })
}

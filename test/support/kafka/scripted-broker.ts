import { type AddressInfo, createServer } from 'node:net'
import { ResponseFraming } from '../../../src/adapters/kafka/connection/response-framing.ts'
import { ByteReader } from '../../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../../src/adapters/kafka/wire/byte-writer.ts'

/** What a broker does with a request: the answer's body, or one of two ways to give none. */
export type Scripted = Uint8Array | 'hang up' | 'keep silent'

export interface ScriptedRequest {
  readonly name: string
  readonly version: number
}

export interface ScriptedBroker {
  readonly host: string
  readonly port: number
  /** Requests that came, in order, without ApiVersions. */
  readonly requests: readonly ScriptedRequest[]
  close(): void
}

/** Highest and lowest version by request: `[api, min, max]`. */
export type ScriptedVersions = Readonly<Record<string, readonly [number, number, number]>>

/**
 * A broker that does what a real one does only by ill luck, or did years ago: it knows the given
 * versions and answers as told. All requests and answers have the compact encoding.
 * @param answer gets the request's body, too
 */
export async function scriptedBroker(
  versions: ScriptedVersions,
  answer: (request: ScriptedRequest, body: ByteReader) => Scripted,
): Promise<ScriptedBroker> {
  const requests: ScriptedRequest[] = []
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    const framing = new ResponseFraming(
      (size) => Buffer.alloc(size),
      (bytes) => {
        const reader = new ByteReader(bytes)
        const [api, version, correlation] = [reader.int16(), reader.int16(), reader.int32()]
        const reply = (body: Uint8Array) =>
          socket.write(
            new ByteWriter().blob(new ByteWriter().int32(correlation).raw(body).finish()).finish(),
          )
        if (api === 18) {
          reply(known(versions))
          return
        }
        const [name] = Object.entries(versions).find(([, [own]]) => own === api)!
        requests.push({ name, version })
        reader.nullableString()
        reader.tags()
        const scripted = answer({ name, version }, reader)
        if (scripted === 'hang up') socket.destroy()
        else if (scripted !== 'keep silent') reply(new ByteWriter().noTags().raw(scripted).finish())
      },
    )
    socket.on('data', (chunk) => framing.accept(chunk))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, requests, close: () => server.close() }
}

function known(versions: ScriptedVersions): Uint8Array {
  return new ByteWriter()
    .int16(0)
    .array(Object.values(versions), ([api, min, max], entry) =>
      entry.int16(api).int16(min).int16(max),
    )
    .finish()
}

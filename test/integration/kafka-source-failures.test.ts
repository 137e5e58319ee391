import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { openKafkaSource, parseKafkaUri } from '../../src/adapters/kafka/kafka-source.ts'
import { BrokerError } from '../../src/errors.ts'
import { bearerToken, USERS, type UserName } from '../support/kafka/access.ts'
import { freePorts } from '../support/kafka/ports.ts'
import { produce } from '../support/kafka/produce.ts'
import { securedKafka } from '../support/kafka/secured.ts'
import { createTopic, deleteTopics } from '../support/kafka/topics.ts'
import { readTexts } from '../support/kafka-reading.ts'

const brokers = inject('kafkaBrokers')
let topic: string
let folder: string
let ca: string

beforeAll(async () => {
  topic = await createTopic(brokers, 'orders-by-customer')
  await produce(brokers, topic, [{ key: 'k', value: 'v' }])
  folder = await mkdtemp(join(tmpdir(), 'pstool-tls-'))
  ca = join(folder, 'ca.pem')
  await writeFile(ca, securedKafka().ca)
})

afterAll(async () => {
  await deleteTopics(brokers, topic)
  await rm(folder, { recursive: true })
})

async function read(uri: string, env: Record<string, string> = {}) {
  const source = openKafkaSource(parseKafkaUri(uri, env))
  try {
    return await readTexts(source)
  } finally {
    await source.close()
  }
}

async function failureOf(uri: string, env: Record<string, string> = {}): Promise<BrokerError> {
  const error = await read(uri, env).then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(BrokerError)
  return error as BrokerError
}

const seen = (error: BrokerError) => [error.message, ...error.suggestions].join('\n')
const withTls = (address: string) => `kafka://${address}/${topic}?tls-ca=${encodeURIComponent(ca)}`

describe('logging in', () => {
  const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer']
  const secrets = (user: UserName) => ({
    PSTOOL_KAFKA_PASSWORD: USERS[user],
    PSTOOL_KAFKA_TOKEN: bearerToken(user),
  })

  it.each(MECHANISMS)('reads by %s, over TLS and without', async (mechanism) => {
    const { saslPlaintext, saslTls } = securedKafka()
    const login = `sasl=${mechanism}&user=reader`
    const env = secrets('reader')
    expect(await read(`kafka://${saslPlaintext}/${topic}?${login}`, env)).toHaveLength(1)
    expect(await read(`${withTls(saslTls)}&${login}`, env)).toHaveLength(1)
  })

  it.each(MECHANISMS)('says that %s was refused, without the secret', async (mechanism) => {
    const wrong = { PSTOOL_KAFKA_PASSWORD: 'wr0ng-secret', PSTOOL_KAFKA_TOKEN: 'wr0ng-secret' }
    const uri = `kafka://${securedKafka().saslPlaintext}/${topic}?sasl=${mechanism}&user=reader`
    const error = await failureOf(uri, wrong)
    expect(error.code).toBe('broker.authentication')
    expect(seen(error)).toContain(mechanism.toUpperCase())
    expect(seen(error)).not.toContain('wr0ng-secret')
  })

  it('says what to do where the listener wants SASL and none is given', async () => {
    const error = await failureOf(`kafka://${securedKafka().saslPlaintext}/${topic}`)
    expect(seen(error)).toContain('sasl=')
  })

  it('says that a user may see the topic and not read it, or not even see it', async () => {
    const { saslPlaintext } = securedKafka()
    for (const user of ['describer', 'stranger'] as const) {
      const uri = `kafka://${saslPlaintext}/${topic}?sasl=plain&user=${user}`
      const error = await failureOf(uri, secrets(user))
      expect(error.code).toBe('broker.authorization')
      expect(seen(error)).toContain(topic)
    }
  })
})

describe('TLS', () => {
  it('reads over TLS', async () => {
    expect(await read(withTls(securedKafka().tls))).toHaveLength(1)
  })

  it('does not take a certificate that nobody trusts, unless told so', async () => {
    const uri = `kafka://${securedKafka().tls}/${topic}?tls=true`
    const error = await failureOf(uri)
    expect(error.code).toBe('broker.tls')
    expect(seen(error)).toContain('tls-ca')
    expect(await read(`${uri}&tls-verify=false`)).toHaveLength(1)
  })

  it('does not take a certificate of another name', async () => {
    const error = await failureOf(`${withTls(securedKafka().tls)}&tls-server-name=other.example`)
    expect(error.code).toBe('broker.tls')
    expect(seen(error)).toContain('tls-server-name')
  })

  it('says that the port speaks TLS, and that it does not', async () => {
    const plain = await failureOf(`kafka://${securedKafka().tls}/${topic}`)
    expect(seen(plain)).toContain('tls=true')
    const tls = await failureOf(withTls(brokers))
    expect(tls.code).toBe('broker.tls')
    expect(seen(tls)).toContain('without TLS')
  })
})

describe('a topic that is not there', () => {
  it('is answered with names that come near', async () => {
    const error = await failureOf(`kafka://${brokers}/${topic.replace('customer', 'custumer')}`)
    expect(error.code).toBe('broker.unknown-topic')
    expect(seen(error)).toContain(topic)
  })
})

describe('what is no broker', () => {
  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.close()
  })
  const listen = async (onSocket: (socket: Socket) => void) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      onSocket(socket)
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    return (server.address() as AddressInfo).port
  }

  it('nobody listens: names the address', async () => {
    const [port] = await freePorts(1)
    const error = await failureOf(`kafka://127.0.0.1:${port}/${topic}`)
    expect(error.code).toBe('broker.unreachable')
    expect(error.message).toContain(`127.0.0.1:${port}`)
  })

  it('a name that nobody knows', async () => {
    const error = await failureOf(`kafka://no-such-host.invalid:9092/${topic}`)
    expect(error.code).toBe('broker.unreachable')
    expect(error.message).toContain('no-such-host.invalid:9092')
  })

  it('takes the next of several brokers, and names all when none answers', async () => {
    const [port] = await freePorts(1)
    expect(await read(`kafka://127.0.0.1:${port},${brokers}/${topic}`)).toHaveLength(1)
    const error = await failureOf(`kafka://127.0.0.1:${port},no-such-host.invalid:1/${topic}`)
    expect(error.message).toContain(`127.0.0.1:${port}`)
    expect(error.message).toContain('no-such-host.invalid:1')
  })

  it('something else answers', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const error = await failureOf(`kafka://127.0.0.1:${port}/${topic}`)
    expect(error.code).toBe('broker.not-kafka')
  })

  it('nobody answers in time, with TLS or without', async () => {
    const port = await listen((socket) => socket.resume())
    for (const query of ['', '&tls=true']) {
      const error = await failureOf(`kafka://127.0.0.1:${port}/${topic}?timeout-ms=200${query}`)
      expect(error.code).toBe('broker.timeout')
      expect(error.message).toContain('0.2 s')
    }
  })

  it('several accept and never answer: they share the time, whatever they are', async () => {
    const silent = await Promise.all([1, 2, 3].map(() => listen((socket) => socket.resume())))
    const addresses = silent.map((port) => `127.0.0.1:${port}`)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const start = performance.now()
      const failure = failureOf(`kafka://${addresses.join(',')}/${topic}`)
      let isTold = false
      void failure.finally(() => {
        isTold = true
      })
      while (!isTold) {
        vi.advanceTimersByTime(50)
        await nextTurn()
      }
      expect(performance.now() - start).toBeLessThan(10_000)
      const error = await failure
      expect(error.code).toBe('broker.timeout')
      for (const address of addresses) expect(error.message).toContain(address)
    } finally {
      vi.useRealTimers()
    }
  })

  it('takes the next of several brokers when one accepts and never answers', async () => {
    const port = await listen((socket) => socket.resume())
    const uri = `kafka://127.0.0.1:${port},${brokers}/${topic}?timeout-ms=6000`
    expect(await read(uri)).toHaveLength(1)
  })

  it('hangs up in the middle of a request', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.destroy()))
    const error = await failureOf(`kafka://127.0.0.1:${port}/${topic}`)
    expect(['broker.connection-lost', 'broker.unreachable']).toContain(error.code)
  })
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KafkaProducer } from '../../src/adapters/kafka/producer/kafka-producer.ts'
import type { NewMessage } from '../../src/domain/model/cluster.ts'
import { BrokerError } from '../../src/errors.ts'
import { USERS } from '../support/kafka/access.ts'
import { kafkajs, produceByKafkajs } from '../support/kafka/produce.ts'
import { messagesOf, openProducer } from '../support/kafka/producing.ts'
import { BrokerProxy } from '../support/kafka/proxy.ts'
import { securedKafka } from '../support/kafka/secured.ts'
import { createTopic, deleteTopics, uniqueName } from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const topics: string[] = []
let producer: KafkaProducer

beforeAll(() => {
  producer = openProducer(brokers)
})

afterAll(async () => {
  await producer.close()
  await deleteTopics(brokers, ...topics)
})

async function topicFor(purpose: string, options: Parameters<typeof createTopic>[2] = {}) {
  const topic = await createTopic(brokers, purpose, options)
  topics.push(topic)
  return topic
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const text = (value: Uint8Array | null) => value && Buffer.from(value).toString()
const keyed = (key: string, more: Partial<NewMessage> = {}): NewMessage => ({
  key: bytes(key),
  value: bytes('v'),
  ...more,
})

async function failureOf(produced: Promise<void>): Promise<BrokerError> {
  const error = await produced.then(
    () => new Error('it was written'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(BrokerError)
  return error as BrokerError
}

const seen = (error: BrokerError) => [error.message, ...error.suggestions].join('\n')

/** As kafkajs gives them. */
async function readByKafkajs(topic: string, count: number) {
  const consumer = kafkajs(brokers).consumer({ groupId: uniqueName('own-group-of-tests') })
  const messages: { key: Buffer | null; value: Buffer | null; headers: object }[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        messages.push({ key, value, headers })
        if (messages.length === count) resolve()
      },
    })
  })
  await consumer.disconnect()
  return messages
}

describe('what is written', () => {
  const headers = [
    { name: 'source_topic', value: bytes('orders') },
    { name: 'binary', value: Uint8Array.of(0, 255, 128) },
    { name: 'again', value: bytes('') },
    { name: 'again', value: bytes('2') },
    { name: 'né', value: bytes('ö') },
  ]
  const all: NewMessage[] = [
    { key: bytes('k'), value: Uint8Array.from({ length: 256 }, (_, i) => i), timestamp: 1e12 },
    { key: null, value: null, timestamp: null },
    { key: bytes(''), value: bytes(''), headers, timestamp: 1e12 + 5 },
    { key: bytes('k'), value: bytes('v'), headers: [], timestamp: 0 },
  ]

  it('D4: is read back byte for byte, null and empty told apart', async () => {
    const topic = await topicFor('exact')
    await Promise.all(all.map((message) => producer.produce(topic, message, null)))
    const read = await messagesOf(brokers, topic)
    expect(read).toEqual(
      all.map((message, offset) => ({
        headers: [],
        ...message,
        topic,
        partition: 0,
        offset: BigInt(offset),
      })),
    )
    const foreign = await readByKafkajs(topic, all.length)
    expect(foreign.map(({ key }) => key)).toEqual(all.map(({ key }) => key && Buffer.from(key)))
    expect(foreign.map(({ value }) => value)).toEqual(
      all.map(({ value }) => value && Buffer.from(value)),
    )
    expect(foreign[2]!.headers).toEqual({
      source_topic: Buffer.from('orders'),
      binary: Buffer.of(0, 255, 128),
      again: [Buffer.from(''), Buffer.from('2')],
      né: Buffer.from('ö'),
    })
  })

  it('D4: keeps a header without a value', async () => {
    const topic = await topicFor('null-header')
    const none = [{ name: 'none', value: null }]
    await producer.produce(topic, keyed('k', { headers: none }), null)
    expect((await messagesOf(brokers, topic))[0]!.headers).toEqual(none)
  })

  it('goes to the partitions that another client gives the keys', async () => {
    const [own, foreign] = [
      await topicFor('placed', { partitions: 7 }),
      await topicFor('placed', { partitions: 7 }),
    ]
    const keys = Array.from({ length: 200 }, (_, i) => `customer-${i}`)
    await Promise.all(keys.map((key) => producer.produce(own, keyed(key), null)))
    const messages = keys.map((key) => ({ key, value: 'v' }))
    await produceByKafkajs(brokers, foreign, messages)
    const places = async (topic: string) =>
      (await messagesOf(brokers, topic)).map(({ key, partition }) => [text(key), partition])
    expect(await places(own)).toEqual(await places(foreign))
  })

  it('is acknowledged and in order per partition, with 10,000 calls at once', async () => {
    const topic = await topicFor('many', { partitions: 3 })
    const numbers = Array.from({ length: 10_000 }, (_, i) => i)
    await Promise.all(
      numbers.map((i) => producer.produce(topic, keyed(`${i}`, { partition: i % 3 }), null)),
    )
    const read = await messagesOf(brokers, topic)
    expect(read.map(({ key }) => Number(text(key)))).toEqual(
      [0, 1, 2].flatMap((partition) => numbers.filter((i) => i % 3 === partition)),
    )
  })
})

describe('idempotence', () => {
  it.each(['cut after', 'cut before'] as const)(
    'leaves one copy of each message in order when a Produce is %s',
    async (fate) => {
      const topic = await topicFor('once')
      await using proxy = await BrokerProxy.before(brokers)
      let produces = 0
      proxy.fateOf = ({ name }) => (name === 'Produce' && produces++ === 1 ? fate : 'pass')
      const own = openProducer(proxy.brokers)
      await own.produce(topic, keyed('0'), null)
      await Promise.all([1, 2, 3].map((i) => own.produce(topic, keyed(`${i}`), null)))
      await own.produce(topic, keyed('4'), null)
      await own.close()
      const keys = (await messagesOf(brokers, topic)).map(({ key }) => text(key))
      expect(keys).toEqual(['0', '1', '2', '3', '4'])
      expect(proxy.counts()).toMatchObject({ InitProducerId: 1, Produce: 4 })
    },
  )

  it('says that it does not know when no answer comes in time, and goes on', async () => {
    const topic = await topicFor('uncertain')
    await using proxy = await BrokerProxy.before(brokers)
    let isCut = true
    proxy.fateOf = ({ name }) => (name === 'Produce' && isCut ? 'cut after' : 'pass')
    const own = openProducer(proxy.brokers, '?timeout-ms=2000')
    const error = await failureOf(own.produce(topic, keyed('0'), null))
    expect(error.code).toBe('broker.uncertain-write')
    isCut = false
    await own.produce(topic, keyed('1'), null)
    await own.close()
    const keys = (await messagesOf(brokers, topic)).map(({ key }) => text(key))
    expect(keys).toEqual(['0', '1'])
    expect(proxy.counts()).toMatchObject({ InitProducerId: 2 })
  })
})

describe('refusals', () => {
  it('names a topic that is not there, makes none, and says what to do', async () => {
    const topic = uniqueName('not-there')
    const error = await failureOf(producer.produce(topic, keyed('k'), null))
    expect(error.code).toBe('broker.unknown-topic')
    expect(seen(error)).toContain(`"${topic}"`)
    expect(seen(error)).toContain('Create')
    const again = await failureOf(producer.produce(topic, keyed('k'), null))
    expect(again.code).toBe('broker.unknown-topic')
  })

  it('names the partition that the topic does not have', async () => {
    const topic = await topicFor('few')
    const error = await failureOf(producer.produce(topic, keyed('k', { partition: 1 }), null))
    expect(error.code).toBe('broker.unknown-partition')
  })

  it('refuses the message that is too large, and writes those beside it', async () => {
    const topic = await topicFor('small', { config: { 'max.message.bytes': '2000' } })
    const large = bytes('x'.repeat(3000))
    const sent = Array.from({ length: 20 }, (_, i) =>
      producer.produce(topic, keyed(`${i}`, i === 7 ? { value: large } : {}), null),
    )
    const error = await failureOf(sent[7]!)
    expect(error.code).toBe('broker.message-too-large')
    expect(seen(error)).toContain(topic)
    const keys = (await messagesOf(brokers, topic)).map(({ key }) => Number(text(key)))
    expect(keys).toEqual(Array.from({ length: 20 }, (_, i) => i).filter((i) => i !== 7))
  })

  it('says why a compacted topic takes no message without a key', async () => {
    const topic = await topicFor('compacted', { config: { 'cleanup.policy': 'compact' } })
    const [keyless] = [
      failureOf(producer.produce(topic, { key: null, value: bytes('v') }, null)),
      producer.produce(topic, keyed('k'), null),
    ]
    expect((await keyless!).code).toBe('broker.invalid-message')
    expect(seen(await keyless!)).toContain('without a key')
  })

  it.each(['reader', 'stranger'] as const)('names the right that %s lacks', async (user) => {
    const { plaintext, saslPlaintext } = securedKafka()
    const topic = await createTopic(plaintext, 'denied')
    const env = { PSTOOL_KAFKA_PASSWORD: USERS[user] }
    const own = openProducer(saslPlaintext, `?sasl=plain&user=${user}`, env)
    const error = await failureOf(own.produce(topic, keyed('k'), null))
    expect(error.code).toBe('broker.authorization')
    expect(seen(error)).toMatch(new RegExp(`${topic}[^]*WRITE`))
    await own.close()
    await deleteTopics(plaintext, topic)
  })
})

describe('close', () => {
  it('waits for what is under way, and refuses what comes after it', async () => {
    const topic = await topicFor('closed')
    const own = openProducer(brokers)
    const written = [0, 1, 2].map((i) => own.produce(topic, keyed(`${i}`), null))
    await own.close()
    await Promise.all(written)
    expect((await failureOf(own.produce(topic, keyed('k'), null))).code).toBe('broker.closed')
    expect(await messagesOf(brokers, topic)).toHaveLength(3)
  })
})

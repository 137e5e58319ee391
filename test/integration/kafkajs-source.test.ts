import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, inject, it } from 'vitest'
import {
  type KafkaJsSourceOptions,
  kafkaJsSource,
} from '../../src/adapters/kafkajs/kafkajs-consumer-source.ts'
import type { ConsumerSource, GroupSession } from '../../src/ports/consumer-source.ts'
import { RecordedAssignment } from '../support/groups/recorded-assignment.ts'
import { kafkajs, produce, produceInTransaction } from '../support/kafka/produce.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).toReversed()) await clean()
})

async function topicOf(partitions: number): Promise<string> {
  const topic = await createTopic(brokers, 'kafkajs-source', { partitions })
  cleanUp.push(() => deleteTopics(brokers, topic))
  return topic
}

async function joined(
  topic: string,
  options: KafkaJsSourceOptions,
  group = groupName(),
  kafka = kafkajs(brokers),
) {
  const source: ConsumerSource = kafkaJsSource(kafka, options)
  const listener = new RecordedAssignment()
  const session = await source.join({ group, topics: [topic], startFrom: 'earliest' }, listener)
  cleanUp.push(async () => {
    await session.leave()
    await source.close()
  })
  return { session, listener }
}

/** kafkajs, with an eye on how many messages each batch brings to its consumers. */
function watched(onBatch: (size: number) => void) {
  const kafka = kafkajs(brokers)
  const consumer = kafka.consumer.bind(kafka)
  kafka.consumer = (config) => {
    const made = consumer(config)
    made.on(made.events.END_BATCH_PROCESS, ({ payload }) => onBatch(payload.batchSize))
    return made
  }
  return kafka
}

const groupName = () => uniqueName(OWN_GROUP)
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: null, value: `${index}`, partition: 0 }))

function poll(session: GroupSession, topic: string, from: number, maxMessages = 100) {
  const signal = new AbortController().signal
  return session.poll({ topic, partition: 0 }, { from, maxMessages, signal })
}

describe('kafkaJsSource', () => {
  it('L5: keeps its membership while nobody polls for longer than the session time-out', async () => {
    const topic = await topicOf(1)
    for (let written = 0; written < 500; written += 20) await produce(brokers, topic, numbered(20))
    // The shortest that brokers allow.
    const sessionTimeout = 6000
    const delivered: number[] = []
    const { session, listener } = await joined(
      topic,
      {
        readAhead: 50,
        consumer: { sessionTimeout, heartbeatInterval: 500, maxBytesPerPartition: 256 },
      },
      groupName(),
      watched((size) => delivered.push(size)),
    )
    await listener.owning(1)
    const first = await poll(session, topic, 0, 10)
    await sleep(sessionTimeout + 2000)
    // What is read ahead is bounded meanwhile: enough, and the batch that made it enough.
    const [most, all] = [Math.max(...delivered), delivered.reduce((sum, size) => sum + size, 0)]
    expect(all).toBeLessThan(first!.next + 50 + most)
    expect(listener.told.map(({ type }) => type)).toEqual(['assigned'])
    const offset = { topic, partition: 0, offset: 10n, metadata: '', leaderEpoch: null }
    expect(await session.commit([offset])).toEqual([{ topic, partition: 0, problem: null }])
    expect((await poll(session, topic, first!.next, 1))!.offsets).toEqual([10])
  })

  it('reads everything once and in order, however little is read ahead', async () => {
    const topic = await topicOf(1)
    await produce(brokers, topic, numbered(300))
    const { session, listener } = await joined(topic, {
      readAhead: 7,
      consumer: { maxBytesPerPartition: 256 },
    })
    await listener.owning(1)
    const offsets: number[] = []
    for (let next = 0; next < 300; ) {
      const batch = await poll(session, topic, next, 3)
      expect(batch!.offsets.length).toBeLessThanOrEqual(3)
      offsets.push(...batch!.offsets)
      next = batch!.next
    }
    expect(offsets).toEqual(numbered(300).map((_, index) => index))
  })

  it('leaves out aborted messages, and goes on behind what ended the transaction', async () => {
    const topic = await topicOf(1)
    const group = groupName()
    const { session, listener } = await joined(topic, {}, group)
    await listener.owning(1)
    await produceInTransaction(brokers, topic, numbered(2), 'abort')
    let next = 0
    while (next < 3) {
      const batch = await poll(session, topic, next)
      expect(batch!.messages).toEqual([])
      next = batch!.next
    }
    await produceInTransaction(brokers, topic, numbered(2), 'commit')
    const committed = await poll(session, topic, next)
    expect(committed!.offsets).toEqual([3, 4])
    expect(committed!.next).toBe(6)
  })

  it('shares a group with a consumer of plain kafkajs, while an application changes over', async () => {
    const topic = await topicOf(2)
    const group = groupName()
    const plain = kafkajs(brokers).consumer({ groupId: group })
    cleanUp.push(() => plain.disconnect())
    const shares: number[] = []
    plain.on(plain.events.GROUP_JOIN, ({ payload }) => {
      shares.push(payload.memberAssignment[topic]?.length ?? 0)
    })
    await plain.connect()
    await plain.subscribe({ topic })
    await plain.run({ autoCommit: false, eachMessage: async () => {} })
    const { listener } = await joined(topic, {}, group)
    await listener.owning(1)
    expect(shares.at(-1)).toBe(1)
  })
})

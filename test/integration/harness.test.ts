import { Admin, type AdminOptions, Consumer, FetchIsolationLevels } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import { bearerToken, SASL_MECHANISMS, USERS, type UserName } from '../support/kafka/access.ts'
import { withAdmin } from '../support/kafka/client.ts'
import {
  type Codec,
  produce,
  produceByKafkajs,
  produceInTransaction,
} from '../support/kafka/produce.ts'
import { securedKafka } from '../support/kafka/secured.ts'
import { produceByJava, runKafkaTool } from '../support/kafka/tools.ts'
import {
  createTopic,
  deleteTopics,
  groupsOf,
  OWN_GROUP,
  uniqueName,
} from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')

/** What Kafka's own tool says: the end offset of each partition. */
async function endOffsets(topic: string): Promise<string[]> {
  const args = ['--bootstrap-server', brokers, '--topic', topic]
  const { stdout } = await runKafkaTool('offsets', args)
  return stdout.trim().split('\n')
}

/** Up to where each partition may be read by who wants committed messages only. */
async function stableEnds(topic: string, partitions: number): Promise<bigint[]> {
  const latest = Array.from({ length: partitions }, (_, partitionIndex) => {
    return { partitionIndex, timestamp: -1n }
  })
  const isolationLevel = FetchIsolationLevels.READ_COMMITTED
  const [listed] = await withAdmin(brokers, (admin) =>
    admin.listOffsets({ topics: [{ name: topic, partitions: latest }], isolationLevel }),
  )
  return listed!.partitions.map(({ offset }) => offset)
}

async function topicsSeenBy(options: Omit<AdminOptions, 'clientId'>): Promise<string[]> {
  const admin = new Admin({ clientId: 'harness', retries: 0, ...options })
  try {
    return await admin.listTopics()
  } finally {
    await admin.close()
  }
}

function login(user: UserName, mechanism: (typeof SASL_MECHANISMS)[number]) {
  if (mechanism === 'OAUTHBEARER') return { mechanism, token: bearerToken(user) }
  return { mechanism, username: user, password: USERS[user] }
}

describe('the broker of the tests', () => {
  it('keeps what each producer wrote, with every codec', async () => {
    const topic = await createTopic(brokers, 'codecs', { partitions: 2 })
    const codecs: Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
    for (const codec of codecs)
      await produce(brokers, topic, [{ key: codec, value: 'v', partition: 0 }], codec)
    await produceByKafkajs(brokers, topic, [{ key: 'kafkajs', value: null, partition: 1 }])
    expect(await endOffsets(topic)).toEqual([`${topic}:0:5`, `${topic}:1:1`])
    await deleteTopics(brokers, topic)
  })

  it.each(['snappy', 'lz4', 'zstd'])('takes %s from the Java producer', async (codec) => {
    const topic = await createTopic(brokers, 'java')
    await produceByJava(brokers, topic, [{ key: 'k', value: 'v'.repeat(1000) }], codec)
    expect(await endOffsets(topic)).toEqual([`${topic}:0:1`])
    await deleteTopics(brokers, topic)
  })

  it('marks the end of committed and aborted transactions in the log', async () => {
    const topic = await createTopic(brokers, 'transactions')
    await produceInTransaction(brokers, topic, [{ key: 'kept', value: 'v' }], 'commit')
    await produceInTransaction(brokers, topic, [{ key: 'gone', value: 'v' }], 'abort')
    expect(await endOffsets(topic)).toEqual([`${topic}:0:4`])
    await deleteTopics(brokers, topic)
  })

  it('has ended a transaction in every partition once it says so', async () => {
    const topic = await createTopic(brokers, 'many-markers', { partitions: 40 })
    const messages = Array.from({ length: 40 }, (_, partition) => ({
      ...{ key: 'k', value: 'v', partition },
    }))
    const expected = Array.from({ length: 40 }, () => 2n)
    for (const end of ['commit', 'abort'] as const) {
      await produceInTransaction(brokers, topic, messages, end)
      expect(await stableEnds(topic, 40)).toEqual(expected)
      expected.fill(4n)
    }
    await deleteTopics(brokers, topic)
  })

  it('makes no topic that nobody created', async () => {
    const topic = uniqueName('absent')
    await expect(produce(brokers, topic, [{ key: 'k', value: 'v' }])).rejects.toThrow()
    expect(await topicsSeenBy({ bootstrapBrokers: [brokers] })).not.toContain(topic)
  })

  it('runs groups of the classic protocol and of KIP-848', async () => {
    const topic = await createTopic(brokers, 'groups')
    const groups = [uniqueName(`${OWN_GROUP}-classic`), uniqueName(`${OWN_GROUP}-consumer`)]
    const consumers = groups.map(
      (groupId, index) =>
        new Consumer({
          clientId: 'harness',
          bootstrapBrokers: [brokers],
          groupId,
          groupProtocol: index === 0 ? 'classic' : 'consumer',
        }),
    )
    for (const consumer of consumers) await consumer.consume({ topics: [topic] })
    expect(await groupsOf(brokers)).toEqual(expect.arrayContaining(groups))
    for (const consumer of consumers) await consumer.close(true)
    await deleteTopics(brokers, topic)
  })
})

describe('the secured listeners', () => {
  const tls = () => ({ ca: securedKafka().ca })

  it.each(SASL_MECHANISMS)('know admin by %s', async (mechanism) => {
    const topic = await createTopic(securedKafka().plaintext, 'sasl')
    const { saslPlaintext } = securedKafka()
    const sasl = login('admin', mechanism)
    expect(await topicsSeenBy({ bootstrapBrokers: [saslPlaintext], sasl })).toContain(topic)
    await deleteTopics(securedKafka().plaintext, topic)
  })

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    'refuse a wrong password by %s',
    async (mechanism) => {
      const sasl = { mechanism, username: 'admin', password: 'wrong' }
      const bootstrapBrokers = [securedKafka().saslPlaintext]
      await expect(topicsSeenBy({ bootstrapBrokers, sasl })).rejects.toThrow()
    },
  )

  it('speak TLS to whom trusts the authority, with SASL and without', async () => {
    const { tls: plain, saslTls } = securedKafka()
    const sasl = login('admin', 'SCRAM-SHA-512')
    const topic = await createTopic(securedKafka().plaintext, 'tls')
    expect(await topicsSeenBy({ bootstrapBrokers: [plain], tls: tls() })).toContain(topic)
    expect(await topicsSeenBy({ bootstrapBrokers: [saslTls], tls: tls(), sasl })).toContain(topic)
    await expect(topicsSeenBy({ bootstrapBrokers: [plain], tls: {} })).rejects.toThrow()
    await deleteTopics(securedKafka().plaintext, topic)
  })

  it('show topics to reader and describer, none to stranger', async () => {
    const topic = await createTopic(securedKafka().plaintext, 'rights')
    const seenBy = (user: UserName) =>
      topicsSeenBy({
        bootstrapBrokers: [securedKafka().saslPlaintext],
        sasl: login(user, 'SCRAM-SHA-256'),
      })
    expect(await seenBy('reader')).toContain(topic)
    expect(await seenBy('describer')).toContain(topic)
    expect(await seenBy('stranger')).toEqual([])
    await deleteTopics(securedKafka().plaintext, topic)
  })
})

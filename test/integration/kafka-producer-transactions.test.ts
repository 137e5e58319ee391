import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type {
  KafkaProducer,
  TransactionalCommit,
} from '../../src/adapters/kafka/producer/kafka-producer.ts'
import type { NewMessage } from '../../src/domain/model/cluster.ts'
import { BrokerError } from '../../src/errors.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import {
  type CommittingMember,
  classicMember,
  consumerMember,
} from '../support/kafka/committing-members.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { messagesOf, openProducer } from '../support/kafka/producing.ts'
import { BrokerProxy, type Fate } from '../support/kafka/proxy.ts'
import { createTopic, deleteTopics, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'
import { transactionEnded } from '../support/kafka/transaction-end.ts'

const brokers = inject('kafkaBrokers')
const topics: string[] = []
let admin: GroupAdmin
let orders: string
let dead: string
let group: string
let member: CommittingMember | null
let producer: KafkaProducer

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
  orders = await createTopic(brokers, 'orders', { partitions: 2 })
  topics.push(orders)
})

beforeEach(async () => {
  dead = await createTopic(brokers, 'dead-letters')
  topics.push(dead)
  group = uniqueName(OWN_GROUP)
  member = null
  producer = openProducer(brokers)
})

afterEach(async () => {
  await producer.close()
  await member?.leave()
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, ...topics)
})

const letter = (key: string, more: Partial<NewMessage> = {}): NewMessage => ({
  key: new Uint8Array(Buffer.from(key)),
  value: null,
  ...more,
})

/** Commits as the member, or as nobody's where the group has none. */
function commitOf(offset: number, more: Partial<TransactionalCommit> = {}): TransactionalCommit {
  return {
    offset: committed(orders, 1, offset, { metadata: `at ${offset}`, leaderEpoch: 0 }),
    group,
    memberId: member?.memberId ?? '',
    generation: member?.generation ?? -1,
    instanceId: member?.instanceId ?? null,
    transactionalId: `id-of-${group}`,
    ...more,
  }
}

async function failureOf(produced: Promise<void>): Promise<BrokerError> {
  const error = await produced.then(
    () => new Error('it was committed'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(BrokerError)
  return error as BrokerError
}

/** What a reader of committed messages and offsets sees when the transaction has ended. */
async function visible(): Promise<{ letters: string[]; offset: number | null; metadata: string }> {
  await transactionEnded(brokers, `id-of-${group}`)
  const [offsets] = await admin.fetchOffsets([group], [orders])
  expect(offsets).toMatchObject({ pending: [], problem: null })
  const [offset] = offsets!.offsets
  return {
    letters: (await messagesOf(brokers, dead)).map(({ key }) => Buffer.from(key!).toString()),
    offset: offset === undefined ? null : Number(offset.offset),
    metadata: offset?.metadata ?? '',
  }
}

const NOTHING = { letters: [], offset: null, metadata: '' }

describe('a message and an offset in one transaction', () => {
  it.each([
    ['classic', classicMember],
    ['consumer', consumerMember],
  ] as const)('D7: commits both as a member of the %s protocol', async (_, join) => {
    member = await join(brokers, group, orders)
    await producer.produce(dead, letter('a'), commitOf(5))
    expect(await visible()).toEqual({ letters: ['a'], offset: 5, metadata: 'at 5' })
  })

  it.each([
    ['classic', classicMember],
    ['consumer', consumerMember],
  ] as const)('D7: aborts both for a stale member of the %s protocol', async (_, join) => {
    member = await join(brokers, group, orders)
    const stale = commitOf(5, { generation: member.generation - 1 })
    const error = await failureOf(producer.produce(dead, letter('a'), stale))
    expect(error.code).toBe('broker.membership-lost')
    expect(error.message).toContain(group)
    expect(await visible()).toEqual(NOTHING)
    // Its next transaction is none the worse for it.
    await producer.produce(dead, letter('b'), commitOf(6))
    expect(await visible()).toEqual({ letters: ['b'], offset: 6, metadata: 'at 6' })
  })

  it('D7: aborts both when somebody else has become the group', async () => {
    member = await classicMember(brokers, group, orders)
    const { instanceId } = member
    const gone = { memberId: 'gone', generation: member.generation, instanceId }
    const error = await failureOf(producer.produce(dead, letter('a'), commitOf(5, gone)))
    expect(error.code).toBe('broker.membership-lost')
    expect(await visible()).toEqual(NOTHING)
  })

  it('goes one at a time, in the order of the calls, beside messages without one', async () => {
    const numbers = Array.from({ length: 10 }, (_, i) => i)
    await Promise.all([
      ...numbers.map((i) => producer.produce(dead, letter(`${i}`), commitOf(i))),
      ...numbers.map((i) => producer.produce(orders, letter(`${i}`), null)),
    ])
    const keys = numbers.map(String)
    expect(await visible()).toEqual({ letters: keys, offset: 9, metadata: 'at 9' })
    expect(await messagesOf(brokers, orders)).toHaveLength(10)
  })

  it('D7: aborts the offset when the message is refused', async () => {
    const large = { value: new Uint8Array(2_000_000) }
    const error = await failureOf(producer.produce(dead, letter('a', large), commitOf(5)))
    expect(error.code).toBe('broker.message-too-large')
    expect(await visible()).toEqual(NOTHING)
    await producer.produce(dead, letter('b'), commitOf(6))
    expect(await visible()).toMatchObject({ letters: ['b'], offset: 6 })
  })

  it('D7: touches nothing when the topic is not there', async () => {
    const topic = uniqueName('not-there')
    const error = await failureOf(producer.produce(topic, letter('a'), commitOf(5)))
    expect(error.code).toBe('broker.unknown-topic')
    await producer.produce(dead, letter('b'), commitOf(6))
    expect(await visible()).toMatchObject({ letters: ['b'], offset: 6 })
  })
})

describe('trouble on the way', () => {
  const STEPS = [
    'InitProducerId',
    'AddOffsetsToTxn',
    'TxnOffsetCommit',
    'AddPartitionsToTxn',
    'Produce',
    'EndTxn',
  ]

  it.each(['cut before', 'cut after'] as const)(
    'commits once though every step is %s once',
    async (fate) => {
      await using proxy = await BrokerProxy.before(brokers)
      const cut = new Set<string>()
      proxy.fateOf = ({ name }) => {
        if (!STEPS.includes(name) || cut.has(name)) return 'pass'
        cut.add(name)
        return fate
      }
      const own = openProducer(proxy.brokers)
      await own.produce(dead, letter('a'), commitOf(5))
      await own.produce(dead, letter('b'), commitOf(6))
      await own.close()
      expect(cut.size).toBe(STEPS.length)
      expect(await visible()).toEqual({ letters: ['a', 'b'], offset: 6, metadata: 'at 6' })
    },
  )

  it('D7: leaves nothing to see of a message that was written when another took the id', async () => {
    await using proxy = await BrokerProxy.before(brokers)
    const other = openProducer(brokers)
    const elsewhere = { group: uniqueName(OWN_GROUP) }
    let ends = 0
    proxy.fateOf = async ({ name }): Promise<Fate> => {
      // The message is in the log by now.
      const takes = name === 'EndTxn' && ends++ === 0
      if (takes) await other.produce(dead, letter('theirs'), commitOf(1, elsewhere))
      return 'pass'
    }
    const own = openProducer(proxy.brokers)
    const error = await failureOf(own.produce(dead, letter('ours'), commitOf(5)))
    expect(error.code).toBe('broker.producer-fenced')
    expect(error.message).toContain(`id-of-${group}`)
    expect(proxy.counts()).toMatchObject({ Produce: 1, EndTxn: 1 })
    expect(await visible()).toEqual({ ...NOTHING, letters: ['theirs'] })

    const later = await failureOf(own.produce(dead, letter('ours'), commitOf(5)))
    expect(later.code).toBe('broker.producer-fenced')
    await own.produce(dead, letter('ours'), commitOf(6, { transactionalId: uniqueName('other') }))
    await Promise.all([own.close(), other.close()])
    expect(await visible()).toMatchObject({ letters: ['theirs', 'ours'], offset: 6 })
  })

  it('D7: aborts when the end was asked for and never heard', async () => {
    await using proxy = await BrokerProxy.before(brokers)
    let commits = 0
    proxy.fateOf = ({ name }, frame) => {
      // An EndTxn ends with its kind and no tagged fields.
      if (name !== 'EndTxn' || frame.at(-2) === 0) return 'pass'
      commits++
      return 'cut before'
    }
    const own = openProducer(proxy.brokers, '?timeout-ms=2000')
    const error = await failureOf(own.produce(dead, letter('a'), commitOf(5)))
    expect(error.code).toBe('broker.connection-lost')
    expect(commits).toBeGreaterThan(1)
    expect(await visible()).toEqual(NOTHING)
    await own.close()
  })

  it('says that it does not know when the end was heard and no answer came', async () => {
    await using proxy = await BrokerProxy.before(brokers)
    proxy.fateOf = ({ name }) => (name === 'EndTxn' ? 'cut after' : 'pass')
    const own = openProducer(proxy.brokers, '?timeout-ms=2000')
    const error = await failureOf(own.produce(dead, letter('a'), commitOf(5)))
    expect(error.code).toBe('broker.uncertain-write')
    proxy.fateOf = () => 'pass'
    await own.produce(dead, letter('b'), commitOf(6))
    expect(await visible()).toEqual({ letters: ['a', 'b'], offset: 6, metadata: 'at 6' })
    await own.close()
  })
})

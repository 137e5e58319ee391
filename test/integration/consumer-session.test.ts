import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { withAdmin } from '../support/kafka/client.ts'
import { nameOf, TestMember, type ToldEvent } from '../support/kafka/consumer-member.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { inState, openOffsetCommit, removeMembers } from '../support/kafka/group-members.ts'
import {
  type Codec,
  openTransaction,
  produce,
  produceInTransaction,
} from '../support/kafka/produce.ts'
import { BrokerProxy, type Fate } from '../support/kafka/proxy.ts'
import {
  createTopic,
  deleteRecordsBelow,
  deleteTopics,
  OWN_GROUP,
  uniqueName,
} from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const newGroup = () => uniqueName(OWN_GROUP)
const PROTOCOLS = ['classic', 'consumer'] as const
/** Rebalances are heard of soon. */
const SOON = { heartbeatIntervalMs: 300 }
const topics: string[] = []
let admin: GroupAdmin

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, ...topics)
})

async function newTopic(purpose: string, partitions = 1): Promise<string> {
  const topic = await createTopic(brokers, purpose, { partitions })
  topics.push(topic)
  return topic
}

const values = (count: number, partition = 0, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: `v${from + i}`, partition }))
const numbered = (from: number, end: number): [number, string][] =>
  Array.from({ length: end - from }, (_, i) => [from + i, `v${from + i}`])

describe.each(PROTOCOLS)('a member (%s)', (protocol) => {
  it('joins, is assigned, polls, commits with metadata and leader epoch, and leaves', async () => {
    const topic = await newTopic('session', 2)
    await produce(brokers, topic, values(5))
    const group = newGroup()
    const at = { topic, partition: 0 }
    const member = await TestMember.join(brokers, { group, topics: [topic] }, { protocol })
    await member.owns(2)
    expect(member.owned.get(nameOf(at))).toMatchObject({ position: 0, committed: null })
    expect(await member.read(at, 0, 5)).toEqual(numbered(0, 5))

    const offset = committed(topic, 0, 3, { metadata: 'half way', leaderEpoch: 0 })
    const foreign = committed('never-ours', 0, 1)
    const outcomes = await member.session.commit([offset, foreign])
    expect(outcomes[0]).toEqual({ ...at, problem: null })
    expect(outcomes[1]).toMatchObject({ topic: 'never-ours', problem: { code: 'not-owned' } })
    const waiting = member.session.poll(at, {
      from: 5,
      maxMessages: 1,
      signal: new AbortController().signal,
    })
    await member[Symbol.asyncDispose]()
    expect(await waiting).toBeNull()
    await inState(admin, group, 'empty')
    expect((await admin.fetchOffsets([group], [topic]))[0]!.offsets).toEqual([offset])

    await using again = await TestMember.join(brokers, { group, topics: [topic] }, { protocol })
    await again.owns(2)
    expect(again.owned.get(nameOf(at))).toMatchObject({ position: 3, committed: offset })
    expect(await again.read(at, 3, 5)).toEqual(numbered(3, 5))
    expect(again.events('problem')).toEqual([])
  })

  it('gives up before another one is assigned, and its commits carry over', async () => {
    const topic = await newTopic('sharing', 4)
    const group = newGroup()
    const told: ToldEvent[] = []
    const request = { group, topics: [topic] }
    await using a = await TestMember.join(brokers, request, { ...SOON, protocol, told })
    await a.owns(4)
    a.onRevoked = async (gone) => {
      // What is given up can still be committed.
      const offsets = gone.map(({ partition }) => committed(topic, partition, 10 + partition))
      const outcomes = await a.session.commit(offsets)
      expect(outcomes.filter(({ problem }) => problem !== null)).toEqual([])
    }
    await using b = await TestMember.join(brokers, request, {
      ...SOON,
      protocol,
      told,
      who: 'b',
    })
    await b.owns(2)
    const place = (who: string, what: string) =>
      told.findIndex((event) => event.who === who && event.what === what)
    expect(place('a', 'given up')).toBeGreaterThanOrEqual(0)
    expect(place('b', 'assigned')).toBeGreaterThan(place('a', 'given up'))
    expect([...a.owned.keys(), ...b.owned.keys()].sort()).toEqual(
      [0, 1, 2, 3].map((partition) => `${topic}#${partition}`),
    )
    for (const { partition, position } of b.owned.values()) expect(position).toBe(10 + partition)
    // Only what moves is taken away.
    expect(a.events('revoked').flatMap(({ partitions }) => partitions)).toHaveLength(2)

    await b.session.leave()
    await a.owns(4)
    expect(a.events('lost')).toEqual([])
  })

  it('a static member comes back without a rebalance', async () => {
    const topic = await newTopic('static', 2)
    const request = { group: newGroup(), topics: [topic] }
    const told: ToldEvent[] = []
    await using a = await TestMember.join(brokers, request, {
      ...SOON,
      protocol,
      told,
      instanceId: 'a',
    })
    await a.owns(2)
    const b = await TestMember.join(brokers, request, {
      ...SOON,
      protocol,
      told,
      who: 'b',
      instanceId: 'b',
    })
    await b.owns(1)
    await a.owns(1)
    const [own] = b.owned.keys()
    await b.session.leave()
    const before = a.told.filter(({ who }) => who === 'a').length
    await using c = await TestMember.join(brokers, request, {
      ...SOON,
      protocol,
      told,
      who: 'c',
      instanceId: 'b',
    })
    await c.owns(1)
    expect([...c.owned.keys()]).toEqual([own])
    expect(a.told.filter(({ who }) => who === 'a').slice(before)).toEqual([])
  })

  it('takes topics by pattern, those that are made later too', async () => {
    const prefix = uniqueName('pattern')
    const group = newGroup()
    const first = await createTopic(brokers, `${prefix}-one`)
    await using member = await TestMember.join(
      brokers,
      { group, topics: [new RegExp(`^${prefix}`)] },
      { protocol, metadataIntervalMs: 200 },
    )
    await member.owns(1)
    const second = await createTopic(brokers, `${prefix}-two`, { partitions: 2 })
    topics.push(first, second)
    await member.owns(3)
    expect([...member.owned.keys()].sort()).toEqual(
      [`${first}#0`, `${second}#0`, `${second}#1`].sort(),
    )
    expect(member.events('lost')).toEqual([])
  })

  it('L5: keeps its session of 6 s while nobody polls for 10 s', async () => {
    const topic = await newTopic('silent')
    const group = newGroup()
    const sessionTimeoutMs = 6_000
    await using member = await TestMember.join(
      brokers,
      { group, topics: [topic] },
      { protocol, sessionTimeoutMs, heartbeatIntervalMs: 1_000 },
    )
    await member.owns(1)
    await sleep(10_000)
    const outcomes = await member.session.commit([committed(topic, 0, 7)])
    expect(outcomes.map(({ problem }) => problem)).toEqual([null])
    expect(member.told.map(({ what }) => what)).toEqual(['assigned'])
  })

  it('waits for a transaction that commits for its partition', async () => {
    const topic = await newTopic('pending')
    const group = newGroup()
    await admin.commitOffsets(group, [committed(topic, 0, 2)])
    const end = await openOffsetCommit(brokers, group, [committed(topic, 0, 9)])
    await using member = await TestMember.join(brokers, { group, topics: [topic] }, { protocol })
    await inState(admin, group, 'stable')
    await sleep(500)
    expect(member.owned.size).toBe(0)
    await end('commit')
    await member.owns(1)
    expect(member.owned.get(`${topic}#0`)).toMatchObject({ position: 9 })
  })
})

describe('when things go wrong', () => {
  it('a static member whose name another one takes has failed', async () => {
    const topic = await newTopic('fenced')
    const request = { group: newGroup(), topics: [topic] }
    await using a = await TestMember.join(brokers, request, { ...SOON, instanceId: 'same' })
    await a.owns(1)
    await using b = await TestMember.join(brokers, request, { instanceId: 'same', who: 'b' })
    await b.owns(1)
    await a.until(() => a.events('failed').length > 0)
    expect(a.events('failed')[0]!.error).toMatchObject({ code: 'broker.fenced-instance' })
    const signal = new AbortController().signal
    const at = { topic, partition: 0 }
    expect(await a.session.poll(at, { from: 0, maxMessages: 1, signal })).toBeNull()
  })

  it('L4: a commit of before the loss writes nothing after it', async () => {
    const topic = await newTopic('put-out')
    const group = newGroup()
    await using proxy = await BrokerProxy.before(brokers)
    await using member = await TestMember.join(proxy.brokers, { group, topics: [topic] }, SOON)
    await member.owns(1)
    // The coordinator hears of the commit only when the member was put out.
    proxy.fateOf = async ({ name }): Promise<Fate> => {
      if (name !== 'OffsetCommit') return 'pass'
      proxy.fateOf = () => 'pass'
      await removeMembers(brokers, group)
      return 'pass'
    }
    const outcomes = await member.session.commit([committed(topic, 0, 5)])
    expect(outcomes).toMatchObject([{ problem: { code: 'not-owned' } }])
    await member.until(() => member.events('lost').length > 0)
    await member.owns(1)
    expect(member.owned.get(`${topic}#0`)).toMatchObject({ committed: null })
    expect((await member.session.commit([committed(topic, 0, 6)]))[0]!.problem).toBeNull()
  })

  it.each(PROTOCOLS)(
    'gets over lost connections, keeps what it has, and tells (%s)',
    async (protocol) => {
      const topic = await newTopic('cut')
      await produce(brokers, topic, values(3))
      const group = newGroup()
      await using proxy = await BrokerProxy.before(brokers)
      const options = { ...SOON, protocol }
      await using member = await TestMember.join(proxy.brokers, { group, topics: [topic] }, options)
      await member.owns(1)
      const at = { topic, partition: 0 }
      expect(await member.read(at, 0, 3)).toEqual(numbered(0, 3))
      const waiting = member.poll(at, 3)
      proxy.down()
      const committing = member.session.commit([committed(topic, 0, 3)])
      await member.until(() => member.events('problem').length > 0)
      proxy.up()
      await produce(brokers, topic, values(1, 0, 3))
      expect((await waiting).offsets).toEqual([3])
      expect((await committing)[0]!.problem).toBeNull()
      // An answer that is lost is no reason either: the same offset is written again.
      let cuts = 0
      proxy.fateOf = ({ name }) => (name === 'OffsetCommit' && cuts++ === 0 ? 'cut after' : 'pass')
      expect((await member.session.commit([committed(topic, 0, 4)]))[0]!.problem).toBeNull()
      expect(cuts).toBe(2)
      expect(member.events('lost')).toEqual([])
      expect(member.events('assigned')).toHaveLength(1)
      expect((await admin.fetchOffsets([group], [topic]))[0]!.offsets).toEqual([
        committed(topic, 0, 4),
      ])
    },
  )

  it('says at once that nobody answers, and what is wrong with a session timeout', async () => {
    const nobody = TestMember.join('127.0.0.1:1', { group: newGroup(), topics: ['t'] })
    await expect(nobody).rejects.toMatchObject({ code: 'broker.unreachable' })
    const topic = await newTopic('refused')
    const request = { group: newGroup(), topics: [topic] }
    await using member = await TestMember.join(brokers, request, { sessionTimeoutMs: 1 })
    await member.until(() => member.events('failed').length > 0)
    expect(member.events('failed')[0]!.error).toMatchObject({ code: 'broker.membership-refused' })
  })
})

describe('reading', () => {
  const joined = async (topic: string, startFrom: 'earliest' | 'latest' = 'earliest') => {
    const request = { group: newGroup(), topics: [topic], startFrom }
    const member = await TestMember.join(brokers, request)
    await member.until(() => member.owned.size > 0)
    return member
  }

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies Codec[])(
    'keeps messages of %s batches as they were, when more have come',
    async (codec) => {
      const topic = await newTopic('codec')
      // Retention would take older ones away.
      const start = Date.now() - 1000
      const headers = { name: 'value' }
      const message = (i: number) => ({
        key: `k${i}`,
        value: `v${i}`,
        headers,
        timestamp: start + i,
      })
      await produce(
        brokers,
        topic,
        Array.from({ length: 40 }, (_, i) => message(i)),
        codec,
      )
      await produce(
        brokers,
        topic,
        Array.from({ length: 40 }, (_, i) => message(40 + i)),
        codec,
      )
      await produce(brokers, topic, [{ key: null, value: null }], codec)
      await using member = await joined(topic)
      const at = { topic, partition: 0 }
      const batches = [await member.poll(at, 0, 30)]
      while (batches.at(-1)!.next < 81)
        batches.push(await member.poll(at, batches.at(-1)!.next, 30))
      const messages = batches.flatMap((batch) => batch.messages)
      expect(messages).toHaveLength(81)
      for (const [i, read] of messages.slice(0, 80).entries()) {
        expect(read.offset).toBe(BigInt(i))
        expect(read.timestamp).toBe(start + i)
        expect(Buffer.from(read.key!).toString()).toBe(`k${i}`)
        expect(Buffer.from(read.value!).toString()).toBe(`v${i}`)
        expect(read.headers.map(({ name, value }) => [name, `${Buffer.from(value!)}`])).toEqual([
          ['name', 'value'],
        ])
      }
      expect([messages[80]!.key, messages[80]!.value, messages[80]!.headers]).toEqual([
        null,
        null,
        [],
      ])
    },
  )

  it('goes beyond aborted transactions and control records, and not beyond open ones', async () => {
    const topic = await newTopic('transactions')
    await produceInTransaction(brokers, topic, values(3), 'abort')
    await produceInTransaction(brokers, topic, values(2, 0, 4), 'commit')
    await using member = await joined(topic)
    const at = { topic, partition: 0 }
    // 0-2 aborted, 3 its end, 4-5 committed, 6 its end.
    expect(await member.read(at, 0, 7)).toEqual(numbered(4, 6))
    await produceInTransaction(brokers, topic, values(1), 'abort')
    const gap = await member.poll(at, 7)
    expect(gap).toMatchObject({ messages: [], offsets: [], next: 9, end: 9 })
    const open = await openTransaction(brokers, topic, values(1, 0, 9))
    await produce(brokers, topic, values(1, 0, 10))
    const signal = AbortSignal.timeout(1_500)
    expect(await member.session.poll(at, { from: 9, maxMessages: 10, signal })).toBeNull()
    await open.commit()
    expect(await member.read(at, 9, 12)).toEqual(numbered(9, 11))
  })

  it('goes back and forth, and a poll that waits hears of a new message', async () => {
    const topic = await newTopic('seek')
    await produce(brokers, topic, values(20))
    await using member = await joined(topic)
    const at = { topic, partition: 0 }
    expect((await member.poll(at, 0, 5)).offsets).toEqual([0, 1, 2, 3, 4])
    expect((await member.poll(at, 5, 5)).offsets).toEqual([5, 6, 7, 8, 9])
    expect((await member.poll(at, 2, 5)).offsets).toEqual([2, 3, 4, 5, 6])
    expect(await member.read(at, 18, 20)).toEqual(numbered(18, 20))
    const waiting = member.poll(at, 20)
    await produce(brokers, topic, values(1, 0, 20))
    expect((await waiting).offsets).toEqual([20])
    expect((await member.poll(at, 0, 1)).offsets).toEqual([0])
  })

  it('begins at the end with `latest`, and fails with `fail`', async () => {
    const topic = await newTopic('start')
    await produce(brokers, topic, values(3))
    await using member = await joined(topic, 'latest')
    expect(member.owned.get(`${topic}#0`)!.position).toBe(3)
    const group = newGroup()
    await using failing = await TestMember.join(brokers, {
      group,
      topics: [topic],
      startFrom: 'fail',
    })
    await failing.until(() => failing.events('failed').length > 0)
    expect(failing.events('failed')[0]!.error).toMatchObject({
      category: 'broker',
      code: 'broker.no-committed-offset',
    })
    expect(failing.events('assigned')).toEqual([])
  })

  it('goes on at the start of the log where the position was deleted, and tells', async () => {
    const topic = await newTopic('range')
    await produce(brokers, topic, values(10))
    await deleteRecordsBelow(brokers, topic, 0, 6n)
    const group = newGroup()
    await admin.commitOffsets(group, [committed(topic, 0, 2)])
    await using member = await TestMember.join(brokers, { group, topics: [topic] })
    await member.owns(1)
    expect(member.owned.get(`${topic}#0`)!.position).toBe(2)
    expect(await member.poll({ topic, partition: 0 }, 2)).toMatchObject({ messages: [], next: 6 })
    expect(await member.read({ topic, partition: 0 }, 6, 10)).toEqual(numbered(6, 10))
    expect(member.events('problem').map(({ error }) => error)).toMatchObject([
      { code: 'broker.offset-out-of-range' },
    ])
  })

  it('tells of a topic that is not there, and reads it once it is', async () => {
    const name = uniqueName('later')
    const group = newGroup()
    const options = { metadataIntervalMs: 200 }
    await using member = await TestMember.join(brokers, { group, topics: [name] }, options)
    await member.until(() => member.events('problem').length > 0)
    expect(member.events('problem')[0]!.error).toMatchObject({ code: 'broker.unknown-topic' })
    await produceTo(name)
    await member.owns(1)
    expect(await member.read({ topic: name, partition: 0 }, 0, 2)).toEqual(numbered(0, 2))
  })
})

async function produceTo(name: string): Promise<void> {
  await withAdmin(brokers, (client) =>
    client.createTopics({ topics: [name], partitions: 1, replicas: 1 }),
  )
  topics.push(name)
  await produce(brokers, name, values(2))
}

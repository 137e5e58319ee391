import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  openKafkaGroupAdmin,
  parseKafkaClusterUri,
} from '../../src/adapters/kafka/groups/kafka-group-admin.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { inState, joinByKafkajs, joinGroup, joinShare } from '../support/kafka/group-members.ts'
import { kafkajs, openTransaction, produce } from '../support/kafka/produce.ts'
import { describeOffsetsByTool } from '../support/kafka/tools.ts'
import {
  createTopic,
  deleteRecordsBelow,
  deleteTopics,
  OWN_GROUP,
  uniqueName,
} from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const newGroup = () => uniqueName(OWN_GROUP)
let admin: GroupAdmin
let topic: string

beforeAll(async () => {
  admin = openGroups(brokers)
  topic = await createTopic(brokers, 'groups', { partitions: 3 })
  await coordinatorsReady(admin)
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, topic)
})

const codes = (outcomes: readonly { readonly problem: { readonly code: string } | null }[]) =>
  outcomes.map(({ problem }) => problem?.code ?? 'done')

async function setByKafkajs(group: string, partition: number, offset: string): Promise<void> {
  const other = kafkajs(brokers).admin()
  await other.connect()
  await other.setOffsets({ groupId: group, topic, partitions: [{ partition, offset }] })
  await other.disconnect()
}

describe('what others committed, and what others read', () => {
  it('reads what kafkajs set, null metadata as none', async () => {
    const group = newGroup()
    await setByKafkajs(group, 1, '42')
    expect(await admin.fetchOffsets([group], [topic])).toEqual([
      { group, offsets: [committed(topic, 1, 42)], pending: [], problem: null },
    ])
    expect(await admin.describeGroups([group])).toEqual([
      { group, type: 'classic', state: 'empty', members: 0, problem: null },
    ])
  })

  it("is read by Kafka's own tool: offsets and leader epochs, 0 and unset apart", async () => {
    const group = newGroup()
    const offsets = [committed(topic, 0, 0), committed(topic, 2, 7, { leaderEpoch: 3 })]
    expect(codes(await admin.commitOffsets(group, offsets))).toEqual(['done', 'done'])
    expect(await describeOffsetsByTool(brokers, group)).toEqual([
      { topic, partition: 0, offset: 0n, leaderEpoch: null },
      { topic, partition: 2, offset: 7n, leaderEpoch: 3 },
    ])
    expect(codes(await admin.deleteOffsets(group, [{ topic, partition: 0 }]))).toEqual(['done'])
    expect(await describeOffsetsByTool(brokers, group)).toEqual([
      { topic, partition: 2, offset: 7n, leaderEpoch: 3 },
    ])
  })

  it('takes metadata of 4,096 bytes, and refuses one more', async () => {
    const group = newGroup()
    const fits = committed(topic, 0, 1, { metadata: 'm'.repeat(4096) })
    const longer = committed(topic, 1, 1, { metadata: 'm'.repeat(4097) })
    const outcomes = await admin.commitOffsets(group, [fits, longer])
    expect(codes(outcomes)).toEqual(['done', 'metadata-too-large'])
    expect(outcomes[1]!.problem!.message).toContain('4096')
    expect((await admin.fetchOffsets([group], [topic]))[0]!.offsets).toEqual([fits])
  })
})

describe('groups that are alive', () => {
  const offsets = () => [committed(topic, 0, 5), committed(topic, 1, 6)]
  const alive = ['group-alive', 'group-alive']

  it('of the classic protocol, by kafkajs', async () => {
    const group = newGroup()
    const leave = await joinByKafkajs(brokers, group, topic)
    await inState(admin, group, 'stable')
    expect(await admin.describeGroups([group])).toEqual([
      { group, type: 'classic', state: 'stable', members: 1, problem: null },
    ])
    expect(codes(await admin.commitOffsets(group, offsets()))).toEqual(alive)
    await leave()
    await inState(admin, group, 'empty')
    expect(codes(await admin.commitOffsets(group, offsets()))).toEqual(['done', 'done'])
  })

  it('of KIP-848: type, state and members are its own', async () => {
    const group = newGroup()
    const leaves = [await joinGroup(brokers, group, topic, 'consumer')]
    leaves.push(await joinGroup(brokers, group, topic, 'consumer'))
    await inState(admin, group, 'stable')
    expect(await admin.describeGroups([group])).toEqual([
      { group, type: 'consumer', state: 'stable', members: 2, problem: null },
    ])
    expect(await admin.listGroups()).toContainEqual({ group, type: 'consumer', state: 'stable' })
    expect(codes(await admin.commitOffsets(group, offsets()))).toEqual(alive)
    expect(codes(await admin.deleteOffsets(group, offsets()))).toEqual(alive)
    for (const leave of leaves) await leave()
    await inState(admin, group, 'empty')
    expect(codes(await admin.commitOffsets(group, offsets()))).toEqual(['done', 'done'])
    expect(await describeOffsetsByTool(brokers, group)).toHaveLength(2)
  })

  it('a share group owns its name: nothing is committed for it, alive or not', async () => {
    const group = newGroup()
    const leave = await joinShare(brokers, group, topic)
    expect(await admin.describeGroups([group])).toMatchObject([
      { group, type: 'share', members: 1, problem: null },
    ])
    expect(codes(await admin.commitOffsets(group, offsets()))).not.toContain('done')
    await leave()
    await inState(admin, group, 'empty')
    const outcomes = await admin.commitOffsets(group, offsets())
    expect(codes(outcomes)).toEqual(['wrong-group-type', 'wrong-group-type'])
    expect(outcomes[0]!.problem!.outcome).toBe('refused')
    expect(await admin.fetchOffsets([group], [topic])).toEqual([
      { group, offsets: [], pending: [], problem: null },
    ])
  })
})

describe('topics', () => {
  it('end at the end of the log, which a transaction does not hold back, and start where kept', async () => {
    const own = await createTopic(brokers, 'ranges', { partitions: 2 })
    const message = { key: null, value: 'v', partition: 0 }
    await produce(brokers, own, [message, message, message])
    const open = await openTransaction(brokers, own, [message])
    await deleteRecordsBelow(brokers, own, 0, 2n)
    const { topics } = await admin.describeTopics([own])
    expect(topics[0]!.partitions).toEqual([
      { partition: 0, start: 2n, end: 4n },
      { partition: 1, start: 0n, end: 0n },
    ])
    await open.abort()
    await deleteTopics(brokers, own)
  })

  it('leaves names out that no topic can have', async () => {
    const { topics, denied } = await admin.describeTopics(['not a name', topic, topic])
    expect(topics.map(({ name }) => name)).toEqual([topic])
    expect(denied).toEqual([])
    expect(await admin.topicNames()).not.toContain('__consumer_offsets')
  })
})

describe('requests', () => {
  const PARTITIONS = 1000
  const GROUPS = 16

  it(`grow with groups and brokers: ${GROUPS} groups on ${PARTITIONS} partitions`, async () => {
    const wide = await createTopic(brokers, 'wide', { partitions: PARTITIONS })
    const groups = Array.from({ length: GROUPS }, newGroup)
    const counts = new Map<string, number>()
    const counted = openKafkaGroupAdmin({
      ...parseKafkaClusterUri(`kafka://${brokers}`, {}),
      onRequest: ({ name, phase, address }) => {
        expect(address).toBe(brokers)
        if (phase === 'after') counts.set(name, (counts.get(name) ?? 0) + 1)
      },
    })
    const count = async <T>(ask: () => Promise<T>) => {
      counts.clear()
      const answer = await ask()
      return { answer, counts: Object.fromEntries(counts) }
    }
    const offsets = Array.from({ length: PARTITIONS }, (_, partition) =>
      committed(wide, partition, partition, { metadata: `of ${partition}` }),
    )
    const described = await count(() => counted.describeTopics([wide]))
    expect(described.answer.topics[0]!.partitions).toHaveLength(PARTITIONS)
    expect(described.counts).toEqual({ Metadata: 1, ListOffsets: 2 })

    const statuses = await count(() => counted.describeGroups(groups))
    expect(new Set(statuses.answer.map(({ state }) => state))).toEqual(new Set(['absent']))
    expect(statuses.counts).toEqual({ FindCoordinator: 1, ListGroups: 1, DescribeGroups: 1 })

    const written = await count(async () => {
      for (const group of groups) {
        const outcomes = await counted.commitOffsets(group, offsets)
        expect(outcomes.filter(({ problem }) => problem !== null)).toEqual([])
      }
    })
    expect(written.counts).toEqual({ OffsetCommit: GROUPS })

    const read = await count(() => counted.fetchOffsets(groups, [wide]))
    expect(read.answer.map(({ group }) => group)).toEqual(groups)
    for (const own of read.answer) expect(own.offsets).toEqual(offsets)
    expect(read.counts).toEqual({ Metadata: 1, OffsetFetch: 1 })
    await counted.close()
    await deleteTopics(brokers, wide)
  })

  it('are held up by the hook, which may end it all', async () => {
    const group = newGroup()
    const cut = openKafkaGroupAdmin({
      ...parseKafkaClusterUri(`kafka://${brokers}`, {}),
      onRequest: async ({ name, phase }) => {
        if (name === 'OffsetCommit' && phase === 'before') throw new Error('cut')
      },
    })
    await expect(cut.commitOffsets(group, [committed(topic, 0, 1)])).rejects.toThrow('cut')
    await cut.close()
    expect(await admin.describeGroups([group])).toMatchObject([{ state: 'absent' }])
  })
})

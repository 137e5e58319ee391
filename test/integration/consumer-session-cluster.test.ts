import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaCluster, startCluster } from '../support/kafka/cluster.ts'
import { TestMember } from '../support/kafka/consumer-member.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, OWN_GROUP, uniqueName } from '../support/kafka/topics.ts'
import { RuntimeTopics } from '../support/runtime/runtime-topics.ts'
import { RuntimesThroughRestarts } from '../support/runtime/through-restarts.ts'

/** So many that both brokers coordinate some. */
const GROUPS = 6
const PARTITIONS = [0, 1]

describe('sessions on a cluster of two brokers', () => {
  let cluster: KafkaCluster

  beforeAll(async () => {
    const overrides = { 'offsets.topic.replication.factor': '2' }
    cluster = await startCluster({ nodes: 2, overrides })
    const admin = openGroups(cluster.brokers)
    await coordinatorsReady(admin)
    await admin.close()
  })

  afterAll(async () => {
    await cluster.stop()
  })

  it('I1, I2: keep what they have, read and commit, and runtimes go on, when leaders and coordinators move', async () => {
    const { brokers } = cluster
    const replicas = [
      [2, 1],
      [1, 2],
    ]
    const topic = await createTopic(brokers, 'moving', { replicas })
    const write = (value: string) =>
      produce(
        brokers,
        topic,
        PARTITIONS.map((partition) => ({ key: null, value, partition })),
      )
    await write('before')
    const members = await Promise.all(
      Array.from({ length: GROUPS }, (_, i) =>
        TestMember.join(
          brokers,
          { group: uniqueName(OWN_GROUP), topics: [topic] },
          { protocol: i % 2 === 0 ? 'classic' : 'consumer', heartbeatIntervalMs: 500 },
        ),
      ),
    )
    /** Every member reads the message at the offset from each partition, and commits. */
    const readAll = async (at: number, value: string) => {
      for (const member of members) {
        for (const partition of PARTITIONS) {
          expect(await member.read({ topic, partition }, at, at + 1)).toEqual([[at, value]])
        }
        const offsets = PARTITIONS.map((partition) => committed(topic, partition, at + 1))
        const outcomes = await member.session.commit(offsets)
        expect(outcomes.map(({ problem }) => problem)).toEqual([null, null])
      }
    }
    await using world = await RuntimeTopics.on(brokers)
    const runtimes = new RuntimesThroughRestarts(
      world,
      await createTopic(brokers, 'consumed', { replicas }),
    )
    await runtimes.start(GROUPS)
    await runtimes.append()
    await Promise.all(members.map((member) => member.owns(2)))
    await readAll(0, 'before')
    await cluster.stopNode(2)
    await write('moved')
    await readAll(1, 'moved')
    await runtimes.append()
    await cluster.startNode(2)
    await write('back')
    await readAll(2, 'back')
    await runtimes.append()
    expect(await runtimes.finish()).toEqual([])
    for (const member of members) {
      expect([member.events('lost'), member.events('failed')]).toEqual([[], []])
      expect(member.events('assigned').flatMap(({ partitions }) => partitions)).toHaveLength(2)
      await member[Symbol.asyncDispose]()
    }
  })
})

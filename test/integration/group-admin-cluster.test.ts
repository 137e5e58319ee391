import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openKafkaGroupAdmin,
  parseKafkaClusterUri,
} from '../../src/adapters/kafka/groups/kafka-group-admin.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { type KafkaCluster, startCluster } from '../support/kafka/cluster.ts'
import { committed, coordinatorsReady } from '../support/kafka/group-admin.ts'
import { createTopic, OWN_GROUP } from '../support/kafka/topics.ts'

const GROUPS = Array.from({ length: 24 }, (_, i) => `${OWN_GROUP}-moving-${i}`)
const NODES = [1, 2, 3]

describe('groups of a cluster of several brokers', () => {
  let cluster: KafkaCluster
  let topic: string
  let asked: { name: string; address: string }[] = []

  const open = () =>
    openKafkaGroupAdmin({
      ...parseKafkaClusterUri(`kafka://${cluster.brokers}?timeout-ms=30000`, {}),
      onRequest: ({ name, phase, address }) => {
        if (phase === 'before') asked.push({ name, address })
      },
    })
  const addressOf = (node: number) => cluster.brokers.split(',')[node - 1]!
  const offset = (at: number) => committed(topic, 0, at)
  /** Who coordinates each group, as its commits were addressed. */
  const commitAll = async (admin: GroupAdmin, at: number) => {
    const coordinators = new Map<string, string>()
    for (const group of GROUPS) {
      asked = []
      expect(await admin.commitOffsets(group, [offset(at)])).toEqual([
        { topic, partition: 0, problem: null },
      ])
      coordinators.set(group, asked.findLast(({ name }) => name === 'OffsetCommit')!.address)
    }
    return coordinators
  }
  const expectAll = async (admin: GroupAdmin, at: number) => {
    const read = await admin.fetchOffsets(GROUPS, [topic])
    expect(read).toEqual(
      GROUPS.map((group) => ({ group, offsets: [offset(at)], pending: [], problem: null })),
    )
  }

  beforeAll(async () => {
    const replicated = { 'offsets.topic.replication.factor': '3' }
    cluster = await startCluster({ nodes: NODES.length, overrides: replicated })
    topic = await createTopic(cluster.brokers, 'moving', { replicas: [NODES] })
  })

  afterAll(async () => {
    await cluster.stop()
  })

  it('asks each coordinator once for all its groups, and finds those that moved', async () => {
    const [admin, bystander] = [open(), open()]
    await coordinatorsReady(admin)
    const before = await commitAll(admin, 1)
    await expectAll(bystander, 1)
    const coordinators = new Set(before.values())
    expect(coordinators.size).toBeGreaterThan(1)

    asked = []
    await expectAll(admin, 1)
    const fetches = asked.filter(({ name }) => name === 'OffsetFetch')
    expect(fetches.map(({ address }) => address).sort()).toEqual([...coordinators].sort())

    const node = NODES.find((id) => id > 1 && coordinators.has(addressOf(id)))!
    await cluster.stopNode(node)
    await expectAll(admin, 1)
    const after = await commitAll(admin, 2)
    expect([...after.values()]).not.toContain(addressOf(node))
    expect(await admin.listGroups()).toHaveLength(GROUPS.length)
    const statuses = await admin.describeGroups(GROUPS)
    expect(new Set(statuses.map(({ state }) => state))).toEqual(new Set(['empty']))

    // The node is back, and coordinates nothing: who knew it as a coordinator hears so from it.
    await cluster.startNode(node)
    const moved = GROUPS.find((group) => before.get(group) === addressOf(node))!
    const [stale] = await bystander.commitOffsets(moved, [offset(3)])
    if (stale!.problem !== null) {
      expect(stale!.problem.outcome).toBe('uncertain')
      await expectAll(bystander, 2)
    }
    await commitAll(bystander, 4)
    await expectAll(admin, 4)
    await Promise.all([admin.close(), bystander.close()])
  })
})

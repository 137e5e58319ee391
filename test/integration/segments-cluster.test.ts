import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OffsetResultDocument } from '../../src/domain/offsets/journal.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { documentOf } from '../support/cli.ts'
import { type KafkaCluster, startCluster } from '../support/kafka/cluster.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { produce } from '../support/kafka/produce.ts'
import { BrokerProxy, type Fate } from '../support/kafka/proxy.ts'
import { createTopic } from '../support/kafka/topics.ts'
import { KafkaRun } from '../support/segments/kafka-run.ts'

const NODES = [1, 2, 3]
const SEGMENTS = 8
const at = ['--groups', 'analytics', '--segments', String(SEGMENTS), '--quiet-window', '0']
const offsets = { user_events: { '0': { offset: 30, metadata: 'm', leaderEpoch: 2 } } }

describe('segments on a cluster of several brokers', () => {
  let cluster: KafkaCluster
  let admin: GroupAdmin
  let topic: string

  beforeAll(async () => {
    const replicated = { 'offsets.topic.replication.factor': '3' }
    cluster = await startCluster({ nodes: NODES.length, overrides: replicated })
    topic = await createTopic(cluster.brokers, 'cluster', { replicas: [NODES] })
    await produce(
      cluster.brokers,
      topic,
      Array.from({ length: 100 }, () => ({ key: null, value: 'v', partition: 0 })),
    )
    admin = openGroups(cluster.brokers, '?timeout-ms=30000')
    await coordinatorsReady(admin)
  })

  afterAll(async () => {
    await admin.close()
    await cluster.stop()
  })

  const groupsOn = (place: { brokers: string }) =>
    KafkaRun.of({ ...place, admin, topics: { user_events: topic } }, { analytics: offsets })
  const nodeOf = (address: string) => cluster.brokers.split(',').indexOf(address) + 1
  const written = (origin: object) => {
    const segments = Array.from({ length: SEGMENTS }, (_, id) => [
      `analytics-parallel-${id}`,
      origin,
    ])
    return { analytics: origin, ...Object.fromEntries(segments) }
  }

  it('coordinators that move between two writes are found anew, and every segment is written', async () => {
    await using run = await groupsOn(cluster)
    await using proxy = await BrokerProxy.before(cluster.brokers)
    let stopped = 0
    proxy.fateOf = async ({ name, broker }): Promise<Fate> => {
      // Node 1 is the controller; any other coordinator stops just before it would be written to.
      if (name !== 'OffsetCommit' || stopped > 0 || nodeOf(broker) === 1) return 'pass'
      stopped = nodeOf(broker)
      await cluster.stopNode(stopped)
      return 'pass'
    }
    const uri = `kafka://${proxy.brokers}?timeout-ms=60000`
    const args = ['segments', 'distribute', ...at, '--yes', '--json', '--cluster', uri]
    const result = await run.pstool(args)
    expect(stopped).toBeGreaterThan(1)
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    expect(documentOf<OffsetResultDocument>(result)).toMatchObject({
      state: 'done',
      written: SEGMENTS,
      differences: [],
    })
    const same = { 'user_events#0': { offset: '30', metadata: 'm', leaderEpoch: 2 } }
    expect(await run.groups()).toEqual(written(same))

    // With a node down from the start, whoever is named first: the others are asked.
    const gone = cluster.brokers.split(',')[stopped - 1]!
    const others = cluster.brokers.split(',').filter((address) => address !== gone)
    const named = `kafka://${[gone, ...others].join(',')}?timeout-ms=60000`
    const again = ['segments', 'reset', ...at, '--yes', '--json', '--cluster', named]
    const settled = await run.pstool(again)
    expect(settled).toMatchObject({ exitCode: 0, stderr: '' })
    expect(documentOf(settled)).toMatchObject({ state: 'nothing-to-do' })
  })
})

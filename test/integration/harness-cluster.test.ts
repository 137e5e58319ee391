import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaCluster, startCluster } from '../support/kafka/cluster.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, leadersOf } from '../support/kafka/topics.ts'

describe('a cluster of several brokers', () => {
  let cluster: KafkaCluster
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3 })
  })
  afterAll(async () => {
    await cluster.stop()
  })

  it('moves a partition when its leader stops, and has the node back when it starts', async () => {
    const topic = await createTopic(cluster.brokers, 'moving', {
      replicas: [
        [2, 3],
        [3, 2],
      ],
    })
    expect(await leadersOf(cluster.brokers, topic)).toEqual([2, 3])
    await cluster.stopNode(2)
    expect(await leadersOf(cluster.brokers, topic)).toEqual([3, 3])
    await produce(cluster.brokers, topic, [{ key: 'k', value: 'v', partition: 0 }])
    await cluster.startNode(2)
    await cluster.stopNode(3)
    expect(await leadersOf(cluster.brokers, topic)).toEqual([2, 2])
  })

  it('keeps its controller', async () => {
    await expect(cluster.stopNode(1)).rejects.toThrow(/controller/)
  })
})

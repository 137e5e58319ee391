import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaCluster, startCluster } from '../support/kafka/cluster.ts'
import { produce } from '../support/kafka/produce.ts'
import { openProducer } from '../support/kafka/producing.ts'
import { createTopic, leadersOf, moveLeader } from '../support/kafka/topics.ts'
import { openTopic, type ReadText, readTexts, readTopic } from '../support/kafka-reading.ts'

const PARTITIONS = [0, 1, 2, 3]
const PER_PARTITION = 120

describe('a cluster of several brokers', () => {
  let cluster: KafkaCluster
  let topic: string

  beforeAll(async () => {
    cluster = await startCluster({ nodes: 3 })
    topic = await createTopic(cluster.brokers, 'spread-out', {
      replicas: [
        [1, 2],
        [2, 3],
        [3, 1],
        [2, 1],
      ],
    })
    // Long enough that no partition fits into one response.
    const value = 'v'.repeat(50_000)
    for (let round = 0; round < PER_PARTITION / 10; round++) {
      const some = Array.from({ length: 10 }, (_, i) => `${round * 10 + i}`)
      const messages = PARTITIONS.flatMap((partition) =>
        some.map((key) => ({ key, value, partition })),
      )
      await produce(cluster.brokers, topic, messages)
    }
  })

  afterAll(async () => {
    await cluster.stop()
  })

  /** Every message once and in order. */
  const expectComplete = (read: readonly ReadText[]) => {
    for (const partition of PARTITIONS) {
      const own = read.filter((message) => message.partition === partition)
      expect(own.map(({ offset, key }) => [offset, key])).toEqual(
        Array.from({ length: PER_PARTITION }, (_, i) => [i, `${i}`]),
      )
    }
  }

  it('reads each partition from its leader', async () => {
    const source = openTopic(cluster.brokers.split(',')[0]!, topic)
    expectComplete(await readTexts(source))
    await source.close()
  })

  it('reads on from the new leader when one stops, in order and once', async () => {
    const source = openTopic(cluster.brokers, topic)
    let isStopped = false
    const read = await readTexts(source, {}, async () => {
      if (!isStopped) await cluster.stopNode(2)
      isStopped = true
    })
    expect(await leadersOf(cluster.brokers, topic)).not.toContain(2)
    expectComplete(read)
    expect(source.report()).toMatchObject({ skippedOffsets: 0 })
    await source.close()
    await cluster.startNode(2)
  })

  it('writes on to the new leader when another one takes over, in order and once', async () => {
    const written = await createTopic(cluster.brokers, 'written', { replicas: [[2]] })
    const producer = openProducer(cluster.brokers)
    const write = async (i: number) => {
      await producer.produce(written, { key: Buffer.from(`${i}`), value: null }, null)
    }
    let next = 0
    await write(next++)
    let isMoved = false
    const moving = moveLeader(cluster.brokers, written, 3).then(() => {
      isMoved = true
    })
    while (!isMoved) await Promise.all([write(next++), write(next++)])
    await moving
    await write(next++)
    await producer.close()
    const keys = (await readTopic(cluster.brokers, written)).messages.map(({ key }) => key)
    expect(keys).toEqual(Array.from({ length: next }, (_, i) => `${i}`))
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogStore, TopicStore } from '../../src/ports/cluster-store.ts'

type Cluster = TopicStore & LogStore

/** What the administrative side of a cluster promises. */
export function clusterStoreContract(
  name: string,
  make: () => Promise<{ readonly cluster: Cluster; close(): Promise<void> }>,
): void {
  let cluster: Cluster
  let close: () => Promise<void>

  beforeEach(async () => {
    const made = await make()
    cluster = made.cluster
    close = made.close
  })
  afterEach(() => close())

  const bytes = (text: string) => new TextEncoder().encode(text)
  const message = (partition: number) => ({ partition, key: null, value: bytes('v') })
  const ends = async () =>
    (await cluster.describe()).topics.map(({ partitions }) => partitions.map(({ end }) => end))

  describe(`${name}: topics`, () => {
    it('describes them by name, with empty logs at first', async () => {
      await cluster.createTopic('t2', 1)
      await cluster.createTopic('t1', 2)
      const { clusterId, topics } = await cluster.describe()
      expect(clusterId).not.toBe('')
      expect(topics.map((topic) => topic.name)).toEqual(['t1', 't2'])
      expect(topics[0]?.partitions).toEqual([
        { partition: 0, start: 0n, end: 0n },
        { partition: 1, start: 0n, end: 0n },
      ])
    })

    it('refuses a topic that exists, and names that none can have', async () => {
      await cluster.createTopic('t', 1)
      await expect(cluster.createTopic('t', 1)).rejects.toMatchObject({ category: 'refused' })
      for (const bad of ['', '..', 'a/b', 'ü', 'x'.repeat(250)]) {
        await expect(cluster.createTopic(bad, 1)).rejects.toMatchObject({ category: 'usage' })
      }
      await expect(cluster.createTopic('none', 0)).rejects.toMatchObject({ category: 'usage' })
    })

    it('gives a topic that is made anew another id, and an empty log', async () => {
      const first = await cluster.createTopic('t', 1)
      await cluster.append('t', [message(0)])
      await cluster.deleteTopic('t')
      const second = await cluster.createTopic('t', 1)
      expect(second.topicId).not.toBe(first.topicId)
      expect(second.partitions).toEqual([{ partition: 0, start: 0n, end: 0n }])
    })

    it('grows partitions, keeps what there is, and never shrinks', async () => {
      await cluster.createTopic('t', 1)
      await cluster.append('t', [message(0)])
      await cluster.addPartitions('t', 3)
      expect(await ends()).toEqual([[1n, 0n, 0n]])
      await expect(cluster.addPartitions('t', 2)).rejects.toMatchObject({ category: 'refused' })
    })

    it('answers an unknown topic with near names', async () => {
      await cluster.createTopic('user_events', 1)
      for (const wrong of [
        () => cluster.append('user_event', [message(0)]),
        () => cluster.deleteTopic('user_event'),
        () => cluster.addPartitions('user_event', 2),
        () => cluster.deleteRecords('user_event', 0, 1n),
      ]) {
        await expect(wrong()).rejects.toMatchObject({
          code: 'broker.unknown-topic',
          suggestions: expect.arrayContaining(['Did you mean user_events?']),
        })
      }
    })
  })

  describe(`${name}: appending`, () => {
    it('numbers messages per partition, across batches', async () => {
      await cluster.createTopic('t', 2)
      expect(await cluster.append('t', [message(0), message(1), message(0)])).toEqual([
        { partition: 0, offset: 0n },
        { partition: 1, offset: 0n },
        { partition: 0, offset: 1n },
      ])
      expect(await cluster.append('t', [message(0)])).toEqual([{ partition: 0, offset: 2n }])
    })

    it('appends nothing of a batch with an unknown partition', async () => {
      await cluster.createTopic('t', 2)
      const batch = [message(0), message(2)]
      const wrong = cluster.append('t', batch)
      await expect(wrong).rejects.toMatchObject({ code: 'broker.unknown-partition' })
      expect(await ends()).toEqual([[0n, 0n]])
    })

    it("places keys as Kafka's Java client does, and no key in turn", async () => {
      await cluster.createTopic('t', 6)
      // The places are those of kafkajs's default partitioner; half of the hashes exceed 2^31.
      const keys = ['0', '14', '5', '23', '10005', '日本', '']
      const keyed = keys.map((key) => ({ key: bytes(key), value: null }))
      const placed = await cluster.append('t', keyed)
      expect(placed.map(({ partition }) => partition)).toEqual([2, 1, 0, 0, 5, 3, 3])
      const keyless = Array.from({ length: 12 }, () => ({ key: null, value: null }))
      const [first, second] = [keyless.slice(0, 5), keyless.slice(5)]
      const turns = [...(await cluster.append('t', first)), ...(await cluster.append('t', second))]
      expect(turns.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
    })

    it('drops old messages: the log start moves on and never back', async () => {
      await cluster.createTopic('t', 1)
      await cluster.append('t', [message(0), message(0), message(0)])
      await cluster.deleteRecords('t', 0, 2n)
      await cluster.deleteRecords('t', 0, 1n)
      const range = async () => (await cluster.describe()).topics[0]?.partitions[0]
      expect(await range()).toEqual({ partition: 0, start: 2n, end: 3n })
      await cluster.deleteRecords('t', 0, 99n)
      expect(await range()).toEqual({ partition: 0, start: 3n, end: 3n })
      expect(await cluster.append('t', [message(0)])).toEqual([{ partition: 0, offset: 3n }])
    })
  })
}

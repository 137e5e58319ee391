import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommittedOffset } from '../../src/domain/model/cluster.ts'
import type { GroupStore, LogStore, TopicStore } from '../../src/ports/cluster-store.ts'

type Cluster = TopicStore & LogStore & GroupStore

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
  const offset = (partition: number, at: bigint, extra: Partial<CommittedOffset> = {}) => ({
    topic: 't',
    partition,
    offset: at,
    metadata: '',
    leaderEpoch: null,
    ...extra,
  })

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

    it('gives a topic that is made anew another id, an empty log and no offsets', async () => {
      const first = await cluster.createTopic('t', 1)
      await cluster.append('t', [message(0)])
      await cluster.commitOffsets('g', [offset(0, 1n)])
      await cluster.deleteTopic('t')
      const second = await cluster.createTopic('t', 1)
      expect(second.topicId).not.toBe(first.topicId)
      expect(second.partitions).toEqual([{ partition: 0, start: 0n, end: 0n }])
      expect(await cluster.fetchOffsets('g')).toEqual([])
      expect(await cluster.groups()).toEqual([])
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
        () => cluster.commitOffsets('g', [{ ...offset(0, 0n), topic: 'user_event' }]),
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

  describe(`${name}: committed offsets`, () => {
    beforeEach(() => cluster.createTopic('t', 3).then(() => {}))

    it('keeps unset, 0 and any offset apart, with metadata and leader epoch', async () => {
      await cluster.commitOffsets('g', [
        offset(2, 1000n, { metadata: 'now "here"\n', leaderEpoch: 0 }),
        offset(0, 0n),
      ])
      expect(await cluster.fetchOffsets('g')).toEqual([
        offset(0, 0n),
        offset(2, 1000n, { metadata: 'now "here"\n', leaderEpoch: 0 }),
      ])
      expect(await cluster.fetchOffsets('other')).toEqual([])
    })

    it('overwrites whole: metadata of an earlier commit does not stay', async () => {
      await cluster.commitOffsets('g', [offset(0, 5n, { metadata: 'old', leaderEpoch: 3 })])
      await cluster.commitOffsets('g', [offset(0, 4n)])
      expect(await cluster.fetchOffsets('g')).toEqual([offset(0, 4n)])
    })

    it('commits all or nothing', async () => {
      await cluster.commitOffsets('g', [offset(0, 5n)])
      const wrong = cluster.commitOffsets('g', [offset(0, 6n), offset(3, 1n)])
      await expect(wrong).rejects.toMatchObject({ code: 'broker.unknown-partition' })
      const negative = cluster.commitOffsets('g', [offset(0, 6n), offset(1, -1n)])
      await expect(negative).rejects.toMatchObject({ category: 'usage' })
      expect(await cluster.fetchOffsets('g')).toEqual([offset(0, 5n)])
    })

    it('deletes offsets one by one, and what is not there without complaint', async () => {
      await cluster.commitOffsets('g', [offset(0, 5n), offset(1, 6n)])
      await cluster.deleteOffsets('g', [
        { topic: 't', partition: 0 },
        { topic: 't', partition: 2 },
      ])
      expect(await cluster.fetchOffsets('g')).toEqual([offset(1, 6n)])
    })

    it('lists groups by name while they have offsets', async () => {
      await cluster.commitOffsets('b', [offset(0, 1n)])
      await cluster.commitOffsets('a-parallel-0', [offset(0, 1n)])
      const empty = { state: 'empty', members: [] }
      expect(await cluster.groups()).toEqual([
        { group: 'a-parallel-0', ...empty },
        { group: 'b', ...empty },
      ])
      await cluster.deleteOffsets('b', [{ topic: 't', partition: 0 }])
      expect((await cluster.groups()).map(({ group }) => group)).toEqual(['a-parallel-0'])
    })

    it('shows a group as alive while a member holds its lease', async () => {
      await cluster.commitOffsets('g', [offset(0, 1n)])
      const lease = { memberId: 'm', clientId: 'c', leaseMs: 60_000 }
      await cluster.joinGroup('g', lease)
      await cluster.joinGroup('new', lease)
      const members = [{ memberId: 'm', clientId: 'c' }]
      expect(await cluster.groups()).toEqual([
        { group: 'g', state: 'stable', members },
        { group: 'new', state: 'stable', members },
      ])
      await cluster.joinGroup('g', { ...lease, leaseMs: 0 })
      await cluster.leaveGroup('new', 'm')
      expect(await cluster.groups()).toEqual([{ group: 'g', state: 'empty', members: [] }])
    })
  })
}

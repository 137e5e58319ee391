import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, inject, it } from 'vitest'
import {
  type Codec,
  openTransaction,
  produce,
  produceInTransaction,
} from '../support/kafka/produce.ts'
import { produceByJava } from '../support/kafka/tools.ts'
import {
  COMPACT_SOON,
  createTopic,
  deleteRecordsBelow,
  deleteTopics,
  foreignGroups,
  type TopicOptions,
} from '../support/kafka/topics.ts'
import { openTopic, readTexts, readTopic } from '../support/kafka-reading.ts'
import { produceRaw } from '../support/raw-produce.ts'
import { recordBatch } from '../support/record-batches.ts'

const brokers = inject('kafkaBrokers')
const made: string[] = []

async function newTopic(purpose: string, options: TopicOptions = {}): Promise<string> {
  const topic = await createTopic(brokers, purpose, options)
  made.push(topic)
  return topic
}

const messages = (keys: readonly string[]) => keys.map((key) => ({ key, value: `value of ${key}` }))
const keysOf = (read: readonly { key: string | null }[]) => read.map(({ key }) => key)
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)

afterAll(async () => {
  await deleteTopics(brokers, ...made)
})

describe('codecs', () => {
  const long = Array.from({ length: 400 }, (_, i) => ({
    key: `key-${i % 7}`,
    value: `${i} ${'the same words again and again '.repeat(i % 20)}`,
  }))

  it('reads every codec, mixed in one partition, as it was written', async () => {
    const topic = await newTopic('codecs')
    const codecs: Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd', 'none', 'lz4']
    for (const codec of codecs) await produce(brokers, topic, long, codec)
    const { messages: read } = await readTopic(brokers, topic)
    const expected = codecs.flatMap(() => long)
    expect(read.map(({ key, value }) => ({ key, value }))).toEqual(expected)
  })

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])("reads the Java producer's %s", async (codec) => {
    const topic = await newTopic('java-codec')
    await produceByJava(brokers, topic, long, codec)
    const { messages: read } = await readTopic(brokers, topic)
    expect(read.map(({ key, value }) => ({ key, value }))).toEqual(long)
  })
})

describe('transactions', () => {
  it('gives what was committed and leaves out what was aborted', async () => {
    const topic = await newTopic('transactions')
    await produce(brokers, topic, messages(['plain']))
    await produceInTransaction(brokers, topic, messages(['kept 1', 'kept 2']), 'commit')
    await produceInTransaction(brokers, topic, messages(['gone 1', 'gone 2']), 'abort')
    await produce(brokers, topic, messages(['last']))
    const { messages: read, report } = await readTopic(brokers, topic)
    expect(read.map(({ offset, key }) => [offset, key])).toEqual([
      [0, 'plain'],
      [1, 'kept 1'],
      [2, 'kept 2'],
      [7, 'last'],
    ])
    expect(report).toMatchObject({ skippedOffsets: 4, available: 4 })
  })

  it('tells the batches of producers apart that wrote at the same time', async () => {
    const topic = await newTopic('interleaved')
    const kept = await openTransaction(brokers, topic, messages(['kept']))
    const gone = await openTransaction(brokers, topic, messages(['gone']))
    await produce(brokers, topic, messages(['plain']))
    await gone.abort()
    await kept.commit()
    const { messages: read } = await readTopic(brokers, topic)
    expect(keysOf(read)).toEqual(['kept', 'plain'])
  })

  it('ends before a transaction that is still open', async () => {
    const topic = await newTopic('open')
    await produce(brokers, topic, messages(['before']))
    const open = await openTransaction(brokers, topic, messages(['within']))
    await produce(brokers, topic, messages(['after']))
    const source = openTopic(brokers, topic)
    const { partitions } = await source.describe()
    expect(partitions).toEqual([{ partition: 0, start: 0n, end: 1n }])
    expect(keysOf(await readTexts(source))).toEqual(['before'])
    await open.commit()
    expect(keysOf(await readTexts(source))).toEqual(['before', 'within', 'after'])
    await source.close()
  })

  it('reads on past the ends of transactions until a limit is met', async () => {
    const topic = await newTopic('limit')
    for (const key of numbers(6)) {
      await produceInTransaction(brokers, topic, messages([key]), key === 'k1' ? 'abort' : 'commit')
    }
    const { messages: read } = await readTopic(brokers, topic, { limit: 4, sample: 'head' })
    expect(keysOf(read)).toEqual(['k0', 'k2', 'k3', 'k4'])
  })
})

describe('a log with gaps', () => {
  it('gives what compaction left, and counts the offsets that it took', async () => {
    const topic = await newTopic('compacted', { config: COMPACT_SOON })
    for (let round = 0; round < 4; round++) {
      await produce(brokers, topic, messages(['a', 'b', 'c']))
      await sleep(150)
    }
    const all = 12
    for (;;) {
      const { messages: read, report } = await readTopic(brokers, topic)
      expect(read.length + report.skippedOffsets).toBe(all)
      expect(read.slice(-3).map(({ offset, key }) => [offset, key])).toEqual([
        [9, 'a'],
        [10, 'b'],
        [11, 'c'],
      ])
      if (read.length < all) return
      await sleep(200)
    }
  })

  it('gives the other partitions the share that gaps take from one', async () => {
    const topic = await newTopic('shares', { partitions: 2 })
    const spec = (deltas: readonly number[]) =>
      recordBatch({
        records: deltas.map((delta) => ({ delta, key: Buffer.from(`${delta}`), value: null })),
        lastOffsetDelta: 39,
      })
    const dense = Array.from({ length: 40 }, (_, i) => i)
    await produceRaw(brokers, topic, new Map([[0, spec(dense)]]))
    await produceInTransaction(
      brokers,
      topic,
      numbers(39).map((key) => ({ key, value: null, partition: 1 })),
      'abort',
    )
    const { messages: read } = await readTopic(brokers, topic, { limit: 30, sample: 'head' })
    expect(read.map(({ offset }) => offset)).toEqual(dense.slice(0, 30))
  })

  it('goes on where the log starts now, when retention passes by', async () => {
    const topic = await newTopic('retention')
    const value = 'v'.repeat(100_000)
    for (let round = 0; round < 16; round++) {
      await produce(
        brokers,
        topic,
        Array.from({ length: 10 }, () => ({ key: 'k', value })),
      )
    }
    const source = openTopic(brokers, topic)
    let cut = false
    const read = await readTexts(source, {}, async () => {
      if (!cut) await deleteRecordsBelow(brokers, topic, 0, 150n)
      cut = true
    })
    expect(read.at(-1)?.offset).toBe(159)
    expect(read.length + source.report().skippedOffsets).toBe(160)
    expect(source.report().skippedOffsets).toBeGreaterThan(0)
    await source.close()
  })
})

describe('times', () => {
  it("takes the log's append time where the topic says so", async () => {
    const config = { 'message.timestamp.type': 'LogAppendTime' }
    const topic = await newTopic('append-time', { config })
    const before = Date.now()
    await produce(brokers, topic, [{ key: 'k', value: 'v', timestamp: 1000 }])
    const source = openTopic(brokers, topic)
    const from = { at: 'timestamp', timestampMs: before - 60_000 } as const
    for await (const batch of source.read({ ...READ, from })) {
      expect(batch.count).toBe(1)
      expect(batch.timestamp[0]).toBeGreaterThan(before - 60_000)
      expect(batch.message(0).timestamp).toBe(batch.timestamp[0])
    }
    await source.close()
  })
})

const READ = {
  partitions: null,
  from: { at: 'earliest' },
  until: { at: 'latest' },
  limit: null,
  sample: 'all',
  seed: 1,
  content: 'messages',
} as const

describe('what reading leaves behind', () => {
  it('makes no group and commits nothing', async () => {
    const topic = await newTopic('groups', { partitions: 3 })
    await produce(brokers, topic, messages(numbers(100)))
    const before = await foreignGroups(brokers)
    const { messages: read } = await readTopic(brokers, topic)
    expect(new Set(keysOf(read)).size).toBe(100)
    expect(await foreignGroups(brokers)).toEqual(before)
  })

  it('does not make the topic that it does not find', async () => {
    const topic = 'never-made-by-reading'
    await expect(readTopic(brokers, topic)).rejects.toMatchObject({ code: 'broker.unknown-topic' })
    await expect(readTopic(brokers, topic)).rejects.toMatchObject({ code: 'broker.unknown-topic' })
  })

  it('says so when the topic is deleted while it is read', async () => {
    const topic = await createTopic(brokers, 'deleted')
    const value = 'v'.repeat(100_000)
    for (let round = 0; round < 16; round++) {
      await produce(
        brokers,
        topic,
        Array.from({ length: 10 }, () => ({ key: 'k', value })),
      )
    }
    const source = openTopic(brokers, topic)
    let isDeleted = false
    const reading = readTexts(source, {}, async () => {
      if (!isDeleted) await deleteTopics(brokers, topic)
      isDeleted = true
    })
    await expect(reading).rejects.toMatchObject({ code: 'broker.unknown-topic' })
    await source.close()
  })
})

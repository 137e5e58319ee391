import { describe, expect, it } from 'vitest'
import type { PstoolConfig } from '../../../../src/cli/config/config.ts'
import { resolveSettings } from '../../../../src/cli/config/resolve-settings.ts'
import { consumeOrder } from '../../../../src/cli/consume/consume-order.ts'
import { loadConsumer } from '../../../../src/cli/consume/consumer-module.ts'
import { groupNames } from '../../../../src/cli/consume/groups.ts'
import { refuseIdleConsumeFlags } from '../../../../src/cli/consume/idle-consume-flags.ts'
import type { ConsumeFlags } from '../../../../src/cli/flags/consume-flags.ts'
import { Consumer } from '../../../../src/runtime/consumer.ts'

const eachMessage = () => {}
class Own extends Consumer {
  consume(): void {}
}
const reverse = (key: unknown) => key
const config: PstoolConfig = {
  clusters: { c: 'local:c.db', other: 'local:other.db' },
  sources: { s: 'local:c.db/events' },
  strategies: {
    both: { segments: 3, virtualPartitions: 4, partitioner: 'header:user', reducer: 'md5' },
    own: { virtualPartitions: 2, partitioner: 'module:own.ts#reverse', distribution: 'balanced' },
  },
  groups: { known: { segments: 2, mergeKey: '_', topics: ['a', 'b'], strategy: 'both' } },
  defaults: { cluster: 'c', source: 's', strategy: 'both' },
}

/** What is made of a default export and flags, as typed. */
async function orderOf(exported: unknown, typed: Partial<ConsumeFlags> = {}) {
  const flags = { threads: false, spawn: false, 'until-end': false, ...typed }
  const modules = { load: async () => ({ default: exported, reverse, Own }) }
  const file = await loadConsumer(modules, 'consumer.ts', '/folder')
  const settings = resolveSettings({ flags, env: {}, config })
  const order = await consumeOrder(file, flags, settings, { modules, folder: '/folder', env: {} })
  refuseIdleConsumeFlags(new Set(Object.keys(typed)), order)
  return order
}

describe('what is consumed', () => {
  it('is one topic of a source, by whatever the module exports', async () => {
    const flags = { group: 'g', source: 'local:c.db/t' }
    const { endpoint, settings } = await orderOf(Own, flags)
    expect(endpoint.uri).toBe('local:c.db/t')
    expect(settings).toEqual({ group: 'g', topics: [{ topic: 't', consumer: Own }] })
    expect((await orderOf({ eachMessage }, flags)).settings.topics).toEqual([
      { topic: 't', eachMessage },
    ])
    const eachBatch = () => {}
    const pause = { timeoutMs: 5 }
    expect((await orderOf({ eachBatch, pause }, flags)).settings.topics).toEqual([
      { topic: 't', eachBatch, pause },
    ])
  })

  it('is the source of the configuration where nothing names a topic', async () => {
    const { endpoint, settings } = await orderOf({ eachMessage }, { group: 'g' })
    expect(endpoint).toMatchObject({ name: 's', uri: 'local:c.db/events' })
    expect(settings.topics).toMatchObject([{ topic: 'events' }])
  })

  it('is topics of a cluster, each by the consumer with its name or pattern', async () => {
    const [one, other] = [() => {}, () => {}]
    const topics = [
      { topic: 'a', eachMessage: one },
      { topic: /^b/, eachMessage: other },
    ]
    const own = await orderOf({ group: 'g', topics })
    expect(own.endpoint.uri).toBe('local:c.db')
    expect(own.settings.topics).toEqual(topics)
    const flags = { cluster: 'other', topics: 'b2, a, b1, a' }
    const { endpoint, settings } = await orderOf({ group: 'g', topics }, flags)
    expect(endpoint.uri).toBe('local:other.db')
    expect(settings.topics).toEqual([
      ...[{ topic: 'b2', eachMessage: other }],
      ...[{ topic: 'a', eachMessage: one }],
      ...[{ topic: 'b1', eachMessage: other }],
    ])
  })

  it('is what the configuration has for the group, and not its default strategy', async () => {
    const { settings } = await orderOf({ eachMessage }, { group: 'known' })
    expect(settings.topics).toMatchObject([
      { topic: 'a', virtualPartitions: { maxPartitions: 4, partitioner: 'header:user' } },
      { topic: 'b', virtualPartitions: { maxPartitions: 4, reducer: 'md5' } },
    ])
    expect(settings.parallelSegments).toEqual({
      ...{ count: 2, mergeKey: '_', partitioner: 'header:user', reducer: 'md5' },
    })
    expect(groupNames(settings)).toEqual(['known_0', 'known_1'])
    expect((await orderOf({ eachMessage }, { group: 'g' })).settings).not.toHaveProperty(
      'parallelSegments',
    )
  })

  it('is what the module says, over what the configuration has', async () => {
    const virtualPartitions = { partitioner: 'partition-id:1' }
    const parallelSegments = { count: 5, segmentIds: [4, 0] }
    const topics = [{ topic: 'x', eachMessage, virtualPartitions }]
    const { settings } = await orderOf({ group: 'known', topics, parallelSegments })
    expect(settings).toEqual({ group: 'known', topics, parallelSegments })
    expect(groupNames(settings)).toEqual(['known-parallel-0', 'known-parallel-4'])
  })

  it('is what flags say, over all of it', async () => {
    const topics = [
      {
        ...{ topic: 'x', eachMessage, maxMessages: 7, deadLetterQueue: { topic: 'dead' } },
        virtualPartitions: { maxPartitions: 9, overlap: true },
      },
    ]
    const flags = {
      ...{ group: 'g', concurrency: 3, 'max-messages': 50, from: 'latest' as const },
      ...{ 'virtual-partitions': 2, segments: 4, 'segment-ids': '3,0-1', 'merge-key': '.' },
      ...{ reducer: 'md5', 'segment-reducer': 'crc32', partitioner: 'module:own.ts#reverse' },
      ...{ 'dead-letter-topic': 'lost', 'max-retries': 6, 'shutdown-timeout': '2s' },
    }
    const { settings } = await orderOf({ group: 'm', concurrency: 1, topics }, flags)
    expect(settings).toEqual({
      ...{ group: 'g', concurrency: 3, maxMessages: 50, startFrom: 'latest' },
      shutdownTimeoutMs: 2000,
      parallelSegments: {
        ...{ count: 4, segmentIds: [0, 1, 3], mergeKey: '.', partitioner: reverse },
        reducer: 'crc32',
      },
      topics: [
        {
          ...{ topic: 'x', eachMessage, maxMessages: 50 },
          deadLetterQueue: { topic: 'lost', maxRetries: 6 },
          virtualPartitions: {
            ...{ maxPartitions: 2, overlap: true, partitioner: reverse, reducer: 'md5' },
          },
        },
      ],
    })
    expect(groupNames(settings)).toEqual(['g.0', 'g.1', 'g.3'])
  })

  it('takes a strategy that was asked for, whose counts any other count replaces', async () => {
    const flags = { group: 'g', strategy: 'both' }
    const { settings } = await orderOf({ eachMessage }, flags)
    expect(settings.parallelSegments).toMatchObject({ count: 3, reducer: 'md5' })
    expect(settings.topics).toMatchObject([{ virtualPartitions: { maxPartitions: 4 } }])
    const counted = await orderOf({ eachMessage }, { ...flags, segments: 2 })
    expect(counted.settings.parallelSegments).toMatchObject({ count: 2, reducer: 'md5' })
    expect(counted.settings.topics[0]).not.toHaveProperty('virtualPartitions')
    const over = { 'segment-reducer': 'crc32', 'virtual-partition-reducer': 'murmur2' }
    const mixed = await orderOf({ eachMessage }, { ...flags, ...over })
    expect(mixed.settings.parallelSegments).toMatchObject({ count: 3, reducer: 'crc32' })
    expect(mixed.settings.topics).toMatchObject([{ virtualPartitions: { reducer: 'murmur2' } }])
    const own = await orderOf({ eachMessage }, { group: 'g', strategy: 'own' })
    expect(own.settings.topics).toMatchObject([
      { virtualPartitions: { partitioner: reverse, distribution: 'balanced' } },
    ])
  })

  it('has no segments with --segments 1, whoever has some', async () => {
    const parallelSegments = { count: 5 }
    const topics = [{ topic: 'x', eachMessage }]
    const { settings } = await orderOf({ group: 'g', topics, parallelSegments }, { segments: 1 })
    expect(settings).not.toHaveProperty('parallelSegments')
    expect(groupNames(settings)).toEqual(['g'])
  })

  it('commits often until the end, unless the module says how often', async () => {
    const flags = { group: 'g', 'until-end': true }
    expect((await orderOf({ eachMessage }, flags)).settings.commitIntervalMs).toBe(200)
    const topics = [{ topic: 'x', eachMessage }]
    const own = await orderOf({ topics, commitIntervalMs: 3000 }, flags)
    expect(own.settings.commitIntervalMs).toBe(3000)
  })

  it('runs in threads by what the module exports', async () => {
    const topics = [
      { topic: 'x', consumer: Own, execution: 'threads' },
      { topic: 'y', eachMessage },
    ]
    const { settings } = await orderOf({ group: 'g', topics })
    const module = { file: '/folder/consumer.ts', export: 'Own' }
    expect(settings.topics).toEqual([
      { topic: 'x', execution: 'threads', module },
      { topic: 'y', eachMessage },
    ])
    const whole = await orderOf({ eachMessage }, { group: 'g', threads: true })
    expect(whole.settings.topics).toMatchObject([{ module: { export: 'default' } }])
  })
})

const group = 'g'
/** A default export, flags, the code of the error, and what it names. */
const refused: readonly (readonly [unknown, Partial<ConsumeFlags>, string, RegExp])[] = [
  [undefined, { group }, 'consume.no-consumer', /default export .* is no consumer/],
  [42, { group }, 'consume.no-consumer', /is no consumer/],
  [class {}, { group }, 'consume.no-consumer', /is no consumer/],
  [{ group: '', topics: [] }, {}, 'consume.no-group', /which consumer group/],
  [{ eachMessage }, { group, cluster: 'c' }, 'consume.no-topics', /which topics/],
  [{ eachMessage }, { group, source: 'local:c.db' }, 'consume.no-topics', /which topics/],
  [{ eachMessage }, { group, source: 'a.ndjson' }, 'consume.no-cluster', /a\.ndjson/],
  [{ eachMessage }, { group, topics: 'a,,b' }, 'flags.bad-value', /--topics/],
  [{ eachMessage }, { group, strategy: 'bth' }, 'config.unknown-strategy', /bth/],
  [
    { topics: [{ topic: 'a' }, { topic: 'b' }] },
    { group, topics: 'c' },
    'consume.unknown-topic',
    /no consumer for c/,
  ],
  [
    { topics: [{ topic: 'a', eachMessage }] },
    { group, threads: true },
    'consume.not-exported',
    /exports no consumer/,
  ],
  [
    { eachMessage, deserializer: eachMessage },
    { group, threads: true },
    'consume.not-exported',
    /exports no deserializer/,
  ],
  [{ eachMessage }, { group, 'segment-ids': '0' }, 'flags.no-effect', /--segment-ids/],
  [{ eachMessage }, { group, 'merge-key': '.' }, 'flags.no-effect', /--merge-key/],
  [{ eachMessage }, { group, 'segment-reducer': 'md5' }, 'flags.no-effect', /--segment-reducer/],
  [{ eachMessage }, { group, spawn: true }, 'flags.no-effect', /--spawn/],
  [{ eachMessage }, { group, segments: 2, 'segment-ids': '1-2' }, 'flags.bad-value', /0 to 1/],
  [{ eachMessage }, { group, distribution: 'balanced' }, 'flags.no-effect', /--distribution/],
  [
    { eachMessage },
    { group, 'virtual-partition-reducer': 'md5' },
    'flags.no-effect',
    /--virtual-partition-reducer/,
  ],
  [{ eachMessage }, { group, partitioner: 'key' }, 'flags.no-effect', /--partitioner/],
  [{ eachMessage }, { group, reducer: 'md5' }, 'flags.no-effect', /--reducer/],
  [{ eachMessage }, { group, 'max-retries': 2 }, 'flags.no-effect', /--max-retries/],
  [{ eachMessage }, { group, protocol: 'classic' }, 'flags.no-effect', /--protocol/],
  [{ eachMessage }, { group, 'instance-id': 'a' }, 'flags.no-effect', /--instance-id/],
  [{ eachMessage }, { group, source: 's', topics: 'a' }, 'flags.no-effect', /--topics/],
  [{ eachMessage }, { group, segments: 2, spawn: true, limit: '3' }, 'flags.no-effect', /--limit/],
  [{ eachMessage }, { group, 'shutdown-timeout': '5' }, 'flags.bad-value', /--shutdown-timeout/],
]

it.each(refused)('refuses %j with %j', async (exported, flags, code, says) => {
  await expect(orderOf(exported, flags)).rejects.toMatchObject({
    ...{ category: 'usage', code, message: expect.stringMatching(says) },
  })
})

import { describe, expect, it } from 'vitest'
import { KeyProfiler, mergeProfiles } from '../../../../src/domain/keys/profile.ts'
import { ColumnBatch } from '../../../../src/domain/model/column-batch.ts'
import { bytesOf } from '../../../../src/domain/model/key-text.ts'
import { UNKNOWN } from '../../../../src/domain/model/message-batch.ts'
import { customPartitioner } from '../../../../src/domain/routing/partitioners.ts'
import { InputError, RoutingError } from '../../../../src/errors.ts'
import { context, documentOf, lane, MINUTE, options, profilerOf, repeated } from './streams.ts'

describe('a key profile', () => {
  const stream = [
    { key: 'a', partition: 1, value: 100 },
    { key: 'b', partition: 0, value: -1 },
    { key: null, partition: 1, value: 40 },
    { key: '', partition: 1, value: 0 },
    { key: Uint8Array.of(0xff), partition: 0, value: 1000 },
    { key: 'a', partition: 1, value: 5 },
  ]

  it('counts messages, keys, and what is missing', () => {
    expect(documentOf(stream)).toMatchObject({
      kind: 'key-profile',
      version: 1,
      messages: 6,
      exact: true,
      keys: {
        distinct: 4,
        distinctBounds: { lower: 4, upper: 4 },
        nullMessages: 1,
        emptyMessages: 1,
        binaryMessages: 1,
        tombstones: 1,
        partitionerErrors: 0,
      },
      topKeysMaxError: 0,
    })
  })

  it('calls nothing a tombstone where the source has no values', () => {
    const keysOnly = stream.map((row) => ({ ...row, value: UNKNOWN }))
    const { keys, sizes } = documentOf(keysOnly)
    expect(keys.tombstones).toBe(0)
    expect(sizes.value).toEqual(
      documentOf(stream.map((row) => ({ ...row, value: -1 }))).sizes.value,
    )
  })

  it('lists top keys with their share, ties by bytes', () => {
    const { topKeys } = documentOf(stream, { top: 3 })
    expect(topKeys.map(({ key, messages }) => [key, messages])).toEqual([
      ['a', 2],
      ['', 1],
      ['b', 1],
    ])
    expect(topKeys[0]).toMatchObject({
      bounds: { lower: 2, upper: 2 },
      share: 2 / 6,
      shareInterval: null,
    })
  })

  it('lists every key with 0.1 % or more where no length was given, and at least 20', () => {
    const rare = Array.from({ length: 50 }, (_, i) => ({ key: `rare-${i}` }))
    const notable = Array.from({ length: 60_000 }, (_, i) => ({ key: `notable-${i % 30}` }))
    const { topKeys } = documentOf([...rare, ...notable], { top: null })
    expect(topKeys.map(({ share }) => share >= 0.001)).toEqual(Array(30).fill(true))
    const few = Array.from({ length: 30_000 }, () => ({ key: 'one' }))
    expect(documentOf([...rare, ...few], { top: null }).topKeys).toHaveLength(20)
  })

  it('adds up bytes of keys and values', () => {
    const { sizes } = documentOf(stream)
    // Keys: 1, 1, 0, 1, 1 bytes. Values: 0, 5, 40, 100, 1000, in buckets 1/16 wide.
    expect(sizes.key).toEqual({ total: 4, p50: 1, p99: 1, max: 1 })
    expect(sizes.value).toEqual({ total: 1145, p50: 41, p99: 1000, max: 1000 })
  })

  it('says what the partitions hold, and nothing where there are none', () => {
    expect(documentOf(stream).partitions).toEqual([
      { partition: 0, messages: 2, bytes: 1002, share: 2 / 6, nullMessages: 0 },
      { partition: 1, messages: 4, bytes: 147, share: 4 / 6, nullMessages: 1 },
    ])
    const unplaced = documentOf([{ key: 'a', partition: -1 }])
    expect([unplaced.partitions, unplaced.placement]).toEqual([[], null])
  })

  it('has a document of nothing', () => {
    const nothing = documentOf([], { lanes: [lane('segment', 2, 'md5')] })
    expect(nothing).toMatchObject({ messages: 0, topKeys: [], findings: [], placement: null })
    expect(JSON.stringify(nothing)).not.toMatch(/NaN|null,"upper/)
    expect(nothing.skew).toMatchObject({ gini: 0, effectiveKeys: 0 })
  })

  it('measures what virtual partitions can use of S2’s batch: 800 of one key, 200 of another', () => {
    const rows = [...repeated(800, { key: '123' }), ...repeated(200, { key: '456' })]
    const document = documentOf(rows, {
      maxMessages: 1000,
      lanes: [lane('virtualPartition', 5, 'byte-sum')],
    })
    expect(document.batches).toEqual({
      maxMessages: 1000,
      batches: 1,
      messagesPerKey: { p50: 200, p99: 800, max: 800 },
      keysPerBatch: { p50: 2, p99: 2, max: 2 },
      parallelism: { p50: 1.25, p99: 1.25, max: 1.25 },
    })
    const finding = document.findings.find((f) => f.code === 'virtual-partitions-unsuitable')
    expect(finding?.advice).toContain('segments')
  })

  it('cuts batches per partition, the last one short', () => {
    const rows = ['a', 'b', 'a', 'c', 'a'].flatMap((key) => [
      { key, partition: 0 },
      { key: 'z', partition: 1 },
    ])
    const { batches } = documentOf(rows, { maxMessages: 4 })
    // Partition 0: a b a c | a; partition 1: z z z z | z
    expect(batches).toMatchObject({
      batches: 4,
      messagesPerKey: { p50: 1, max: 4 },
      keysPerBatch: { p50: 1, max: 3 },
      parallelism: { p50: 1, max: 2 },
    })
  })

  it('reads only what the reading asked for: whole messages for other partitioners', () => {
    const partitioner = customPartitioner('tenant', ({ value }) => {
      if (value === null) throw new RangeError('no tenant')
      return value.length > 2 ? null : value.length
    })
    const batch = new ColumnBatch('orders')
    for (const value of ['x', 'y', 'zz', 'long', null]) {
      batch.addMessage({
        topic: 'orders',
        partition: 0,
        offset: 0n,
        key: bytesOf('ignored'),
        value: value === null ? null : bytesOf(value),
        headers: [],
        timestamp: null,
      })
    }
    const lanes = [lane('segment', 2, 'byte-sum'), lane('partition', 2, 'byte-sum')]
    const profiler = new KeyProfiler(options({ partitioner, lanes }))
    profiler.add(batch)
    const document = profiler.document(context())
    expect(document.topKeys.map(({ key, messages }) => [key, messages])).toEqual([
      ['1', 2],
      ['2', 1],
    ])
    expect(document.keys).toMatchObject({ nullMessages: 1, partitionerErrors: 1, distinct: 2 })
    // "1" is 49, "2" is 50; no key and the refused message are in segment 0 (R2, P4).
    expect(document.refused).toEqual([
      {
        error: 'partitioner tenant: no tenant',
        ...{ topic: 'orders', partition: 0, offset: '0', line: null },
      },
    ])
    const finding = document.findings.find(({ code }) => code === 'partitioner-errors')
    expect(finding?.message).toContain(
      'refused 1 of 5 messages: "partitioner tenant: no tenant" (orders partition 0 offset 0).',
    )
    // It is no error of the reducer, which was not asked.
    expect(document.findings.map(({ code }) => code)).not.toContain('reducer-errors')
    const merged = mergeProfiles([profiler.state()], options({ partitioner, lanes }))
    expect(merged.document(context())).toEqual(document)
    expect(document.lanes[0]).toMatchObject({
      errors: 0,
      messages: 5,
      slots: [{ messages: 3 }, { messages: 2 }],
    })
    expect(document.lanes[1]).toMatchObject({ errors: 0, messages: 3 })
    expect(document.placement).toBeNull()
  })

  it('does not hide what is no routing error', () => {
    const broken = {
      ...customPartitioner('broken', () => 'a'),
      keyOf: () => {
        throw new TypeError('a bug')
      },
    }
    const batch = new ColumnBatch('orders')
    batch.addMessage({
      topic: 'orders',
      partition: 0,
      offset: null,
      key: null,
      value: null,
      headers: [],
      timestamp: null,
    })
    expect(() => new KeyProfiler(options({ partitioner: broken })).add(batch)).toThrow(TypeError)
    expect(RoutingError.name).toBe('RoutingError')
  })
})

describe('time windows', () => {
  it('finds a key that is hot for a minute only', () => {
    const steady = Array.from({ length: 3000 }, (_, i) => ({
      key: `k${i % 100}`,
      timestamp: (i % 10) * MINUTE + 1,
    }))
    const rows = [...steady, ...repeated(120, { key: 'flash', timestamp: 4 * MINUTE + 7 })]
    const { bursts } = documentOf(rows)
    expect(bursts).toEqual({
      windowMs: MINUTE,
      windows: 10,
      peakToMean: (420 * 10) / 3120,
      keys: [
        {
          key: 'flash',
          window: '1970-01-01T00:04:00.000Z',
          messages: 120,
          shareOfWindow: 120 / 420,
          share: 120 / 3120,
        },
      ],
    })
  })

  it('finds it too when the key was first seen in another window', () => {
    const steady = Array.from({ length: 3000 }, (_, i) => ({
      key: `k${i % 100}`,
      timestamp: (i % 10) * MINUTE,
    }))
    const rows = [...steady, ...repeated(120, { key: 'k7', timestamp: 4 * MINUTE })]
    expect(documentOf(rows).bursts.keys).toMatchObject([{ key: 'k7', messages: 120 }])
  })

  it('still counts windows right after keys were forgotten in the middle of one', () => {
    const passing = (from: number, to: number, minute: number) =>
      Array.from({ length: to - from }, (_, i) => ({
        key: `passing ${from + i}`,
        timestamp: minute * MINUTE,
      }))
    const rows = [
      ...repeated(300, { key: 'flash', timestamp: 0 }),
      ...Array.from({ length: 29 }, (_, i) => passing(i * 300, i * 300 + 300, i + 1)).flat(),
      ...passing(8650, 8700, 30),
      ...passing(9000, 9600, 30).flatMap((row) => [row, { key: 'flash', timestamp: 30 * MINUTE }]),
    ]
    const document = documentOf(rows, { maxMemoryBytes: 0 })
    expect(document.exact).toBe(false)
    expect(document.bursts.keys).toMatchObject([
      { key: 'flash', messages: 600, shareOfWindow: 600 / 1250 },
    ])
  })

  it('counts empty windows between the first and the last, and messages without time nowhere', () => {
    const rows = [{ key: 'a', timestamp: 0 }, { key: 'b' }, { key: 'c', timestamp: 3 * MINUTE }]
    expect(documentOf(rows).bursts).toMatchObject({ windows: 4, peakToMean: 2 })
    expect(documentOf([{ key: 'b' }]).bursts).toEqual({
      windowMs: null,
      windows: 0,
      peakToMean: 0,
      keys: [],
    })
  })

  it('makes windows as wide as it takes to keep at most 65,536', () => {
    const rows = Array.from({ length: 65_537 }, (_, i) => ({ key: 'a', timestamp: i * MINUTE }))
    const wide = profilerOf(rows)
    const { bursts } = wide.document(context())
    expect(bursts).toMatchObject({
      windowMs: 2 * MINUTE,
      windows: 32_769,
      peakToMean: 2 / (65_537 / 32_769),
    })
    const more = repeated(5, { key: 'a', timestamp: 60_000 * MINUTE, partition: 1 })
    for (const states of [
      [wide.state(), profilerOf(more).state()],
      [profilerOf(more).state(), wide.state()],
    ]) {
      expect(mergeProfiles(states, options()).document(context()).bursts).toMatchObject({
        windowMs: 2 * MINUTE,
        windows: 32_769,
        peakToMean: (7 * 32_769) / 65_542,
      })
    }
  })
})

describe('merging', () => {
  const run = (rows: Parameters<typeof profilerOf>[0], changes = {}) =>
    profilerOf(rows, changes).state()

  it('spreads the keys of exact profiles over any lanes', () => {
    const states = [run(repeated(3, { key: '14' })), run([{ key: '23' }, { key: '14' }])]
    const lanes = [lane('segment', 5, 'byte-sum')]
    const [figures] = mergeProfiles(states, options({ lanes })).document(context()).lanes
    expect(figures?.slots[1]).toMatchObject({ messages: 5, keys: 2 })
  })

  it('refuses other lanes where keys were forgotten', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ key: `k${i}` }))
    const state = run(rows, { maxMemoryBytes: 0, lanes: [lane('segment', 5, 'md5')] })
    expect(state.forgotten).not.toBeNull()
    const merge = (count: number) =>
      mergeProfiles([state], options({ lanes: [lane('segment', count, 'md5')] }))
    expect(merge(5).document(context()).lanes[0]?.messages).toBe(1000)
    expect(() => merge(4)).toThrow(InputError)
    expect(() => merge(4)).toThrow('segment 4 md5')
  })

  it.each([
    ['maxMessages', { maxMessages: 50 }],
    ['windowMs', { windowMs: 1000 }],
    ['partitioner', { partitioner: customPartitioner('other', () => 'a') }],
  ])('refuses another %s', (_, changes) => {
    expect(() => mergeProfiles([run([])], options(changes))).toThrow(InputError)
  })

  it('refuses what is no profile', () => {
    const other = { ...run([]), version: 2 as never }
    expect(() => mergeProfiles([other], options())).toThrow('no key profile')
  })

  it('takes the largest partition count of the runs', () => {
    const states = [run([{ key: 'a' }], { partitionCount: 6 }), run([{ key: 'b' }])]
    const { placement } = mergeProfiles(states, options()).document(context())
    expect(placement?.partitionCount).toBe(6)
  })
})

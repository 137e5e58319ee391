import { describe, expect, it } from 'vitest'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { route } from '../../../../src/domain/routing/route.ts'
import { segmentGroups } from '../../../../src/domain/routing/segment-names.ts'
import { lanesOf, type Strategy, stacksOf } from '../../../../src/domain/routing/strategy.ts'
import { RoutingError, UsageError } from '../../../../src/errors.ts'
import { segmentVectors } from '../../../support/vectors.ts'

const strategy = (fields: Partial<Strategy>): Strategy => ({
  name: 'test',
  partitioner: partitionerNamed('key', { seed: 1 }),
  counts: {},
  reducers: {},
  ...fields,
})
const written = (lanes: ReturnType<typeof lanesOf>) =>
  lanes.map(({ layer, count, reducer }) => `${layer} ${count} ${reducer.name}`)

describe('route', () => {
  const lanes = lanesOf(
    strategy({ counts: { partition: [6], segment: [5], virtualPartition: [3] } }),
  )

  it('gives the slot of every layer with its arithmetic', () => {
    expect(route('14', lanes, { origin: 'analytics' })).toEqual({
      key: '14',
      // Kafka's murmur2 of "14" is what its own producer uses; see the integration tests.
      partition: reducerNamed('murmur2').slotOf('14', 6),
      segment: 1,
      segmentGroup: 'analytics-parallel-1',
      virtualPartition: 2,
      counts: { partitions: 6, segments: 5, virtualPartitions: 3 },
      arithmetic: {
        partition: reducerNamed('murmur2').explain('14', 6),
        segment: 'byte-sum: 49+52 = 101 -> 101 mod 5 = 1',
        virtualPartition: 'byte-sum: 49+52 = 101 -> 101 mod 3 = 2',
      },
    })
  })

  it('leaves the partition of a null key to the producer, and puts it in slot 0 elsewhere', () => {
    const { partition, segment, virtualPartition, key, counts } = route(null, lanes)
    expect({ partition, segment, virtualPartition, key }).toEqual({
      ...{ key: null, partition: undefined, segment: 0, virtualPartition: 0 },
    })
    expect(counts.partitions).toBe(6)
    expect(route('', lanes).partition).toBe(reducerNamed('murmur2').slotOf('', 6))
  })

  it('leaves out the layers that were not asked for', () => {
    expect(route(Uint8Array.of(255), lanesOf(strategy({ counts: { segment: [2] } })))).toEqual({
      key: { base64: '/w==' },
      segment: 1,
      counts: { segments: 2 },
      arithmetic: { segment: 'byte-sum: 255 -> 255 mod 2 = 1' },
    })
  })

  it('lets the reducer refuse a key', () => {
    const identity = [reducerNamed('identity')]
    const integers = lanesOf(
      strategy({ counts: { segment: [2] }, reducers: { segment: identity } }),
    )
    expect(() => route('a', integers)).toThrow(RoutingError)
  })
})

describe('lanesOf', () => {
  it('takes the documented default reducers', () => {
    const lanes = lanesOf(
      strategy({ counts: { virtualPartition: [4], segment: [3], partition: [2] } }),
    )
    expect(written(lanes)).toEqual([
      'partition 2 murmur2',
      'segment 3 byte-sum',
      'virtualPartition 4 byte-sum',
    ])
  })

  it('compares every count with every reducer', () => {
    const reducers = [reducerNamed('md5'), reducerNamed('crc32')]
    const lanes = lanesOf(
      strategy({ counts: { segment: [3, 5] }, reducers: { segment: reducers } }),
    )
    expect(written(lanes)).toEqual([
      'segment 3 md5',
      'segment 3 crc32',
      'segment 5 md5',
      'segment 5 crc32',
    ])
  })

  it('lets a partitioner of slots bring identity, unless told (R5)', () => {
    const partitioner = partitionerNamed('round-robin', { seed: 1, slots: 4 })
    const counts = { partition: [6], segment: [2], virtualPartition: [4] }
    expect(written(lanesOf(strategy({ partitioner, counts })))).toEqual([
      'partition 6 murmur2',
      'segment 2 identity',
      'virtualPartition 4 identity',
    ])
    const reducers = { segment: [reducerNamed('md5')] }
    expect(written(lanesOf(strategy({ partitioner, counts, reducers })))[1]).toBe('segment 2 md5')
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s slots', (count) => {
    expect(() => lanesOf(strategy({ counts: { segment: [count] } }))).toThrow(UsageError)
  })

  it('stacks one lane of each layer, every combination', () => {
    const counts = { segment: [3, 5], virtualPartition: [2, 4] }
    expect(stacksOf(lanesOf(strategy({ counts }))).map(written)).toEqual([
      ['segment 3 byte-sum', 'virtualPartition 2 byte-sum'],
      ['segment 3 byte-sum', 'virtualPartition 4 byte-sum'],
      ['segment 5 byte-sum', 'virtualPartition 2 byte-sum'],
      ['segment 5 byte-sum', 'virtualPartition 4 byte-sum'],
    ])
    expect(stacksOf([])).toEqual([[]])
  })
})

describe('segmentGroups', () => {
  it.each(segmentVectors.names)('names the $count segments of $group', (vector) => {
    const mergeKey = vector.merge_key ?? undefined
    expect(segmentGroups({ origin: vector.group, count: vector.count, mergeKey })).toEqual(
      vector.names,
    )
  })

  it('is the origin alone when segments are off', () => {
    expect(segmentGroups({ origin: 'analytics', count: 1 })).toEqual(['analytics'])
  })

  it('refuses a segment as the origin, and says which group may be meant', () => {
    expect(() => segmentGroups({ origin: 'analytics-parallel-0', count: 3 })).toThrow(
      expect.objectContaining({
        code: 'segments.origin-is-segment',
        suggestions: ['Name the origin group, perhaps analytics.'],
      }),
    )
    expect(() => segmentGroups({ origin: 'a.b', count: 1, mergeKey: '.' })).toThrow(UsageError)
  })

  it.each([0, -2, 2.5])('refuses %s segments', (count) => {
    expect(() => segmentGroups({ origin: 'g', count })).toThrow(UsageError)
  })

  it('refuses an empty merge key', () => {
    expect(() => segmentGroups({ origin: 'g', count: 2, mergeKey: '' })).toThrow(UsageError)
  })
})

import { describe, expect, it } from 'vitest'
import { customPartitioner, partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { Simulator } from '../../../../src/domain/simulation/simulator.ts'
import { UsageError } from '../../../../src/errors.ts'
import {
  batchOf,
  defaults,
  type Layers,
  type Row,
  read,
  simulated,
  strategyOf,
} from './messages.ts'

const keyed = (...keys: (string | null)[]): Row[] => keys.map((key) => [key])
const repeated = (key: string, times: number, partition = -1) =>
  Array.from({ length: times }, (): Row => [key, partition])

describe('lanes', () => {
  it('puts the example keys of the documentation into segments 3, 3, 1, 1', () => {
    const [lane] = simulated({ segment: 5 }, keyed('0', '5', '14', '23')).lanes
    expect(lane!.slots.map(({ messages }) => messages)).toEqual([0, 2, 0, 2, 0])
    expect(lane!.emptySlots).toBe(3)
    expect(lane!.collisions.map(({ slot, keys }) => [slot, keys])).toEqual(
      expect.arrayContaining([
        [1, ['14', '23']],
        [3, ['0', '5']],
      ]),
    )
  })

  it('counts messages, keys and bytes (keys and values) per slot', () => {
    const rows: Row[] = [
      ['0', 0, 10],
      ['14', 0, 100],
      ['0', 1, 5],
      [null, 1, 7],
      ['14', 1],
    ]
    const [lane] = simulated({ segment: 5 }, rows).lanes
    expect(lane).toMatchObject({ layer: 'segment', count: 5, reducer: 'byte-sum', messages: 5 })
    expect(lane!.slots.map(({ messages, keys }) => [messages, keys])).toEqual([
      ...[[1, 0] as const, [2, 1] as const, [0, 0] as const, [2, 1] as const, [0, 0] as const],
    ])
    expect(lane!.bytes).toEqual([7, 104, 0, 17, 0])
  })

  it('leaves keyless messages out of physical partitions (R7)', () => {
    const { lanes } = simulated({ partition: 3, segment: 3 }, keyed('a', null, null))
    expect(lanes.map(({ layer, messages }) => [layer, messages])).toEqual([
      ['partition', 1],
      ['segment', 3],
    ])
  })

  it('counts what a reducer refuses in slot 0 and as errors (R4)', () => {
    const [lane] = simulated({ segment: 3, reducer: 'identity' }, keyed('1', 'x', 'x', null)).lanes
    expect(lane!.slots.map(({ messages }) => messages)).toEqual([3, 1, 0])
    expect(lane!.errors).toBe(3)
  })
})

describe('batches', () => {
  it('says what two keys of 800 and 200 messages leave to five VPs', () => {
    const rows = [...repeated('a', 800), ...repeated('b', 200)]
    const [strategy] = simulated({ virtualPartition: 5 }, rows, { maxMessages: 1000 }).strategies
    expect(strategy!.batches).toEqual({
      maxMessages: 1000,
      virtualPartitions: 5,
      distribution: 'consistent',
      batches: 1,
      dropped: 0,
      busy: { mean: 2, p50: 2, p1: 2 },
      parallelEfficiency: 1000 / (5 * 800),
      busyHistogram: [0, 0, 1, 0, 0, 0],
    })
  })

  it('cuts each partition into batches of its own, the last one as it is', () => {
    // VP of a and c is 1, of b and d 0.
    const rows: Row[] = [
      ...([['a', 0] as const, ['b', 1] as const, ['a', 0] as const] as Row[]),
      ...([['b', 0] as const, ['d', 1] as const, ['c', 0] as const] as Row[]),
      ['b', 0],
    ]
    const options = { maxMessages: 2 }
    const { batches } = simulated({ virtualPartition: 2 }, rows, options).strategies[0]!
    // Partition 0: aa, bc, b; partition 1: bd.
    expect(batches).toMatchObject({ batches: 4, busyHistogram: [0, 3, 1] })
    expect(batches!.busy).toEqual({ mean: 5 / 4, p50: 1, p1: 1 })
    expect(batches!.parallelEfficiency).toBe(7 / (2 * (2 + 1 + 1 + 2)))
  })

  it('filters by segment first: what a poll gave is split over what is left (P5)', () => {
    // Segments by byte-sum mod 2: a, c are 1; b is 0. One poll of four messages.
    const options = { maxMessages: 4 }
    const rows = keyed('a', 'c', 'b', 'a')
    const { batches, traffic } = simulated({ segment: 2, virtualPartition: 3 }, rows, options)
      .strategies[0]!
    // Segment 0 has b (VP 2); segment 1 has a, a (VP 1) and c (VP 0).
    expect(batches).toMatchObject({ batches: 2, busyHistogram: [0, 1, 1, 0] })
    expect(batches!.parallelEfficiency).toBe(4 / (3 * (1 + 2)))
    expect(traffic).toEqual({ segments: 2, messagesRead: 8, bytesRead: 8, factor: 2 })
  })

  it('has no batch where a segment drops all that a poll gave, and says how often (P3)', () => {
    // a is in segment 1 and VP 1, b in segment 0 and VP 0; a poll of both, then two of a alone.
    const options = { maxMessages: 2 }
    const rows = keyed('a', 'b', 'a', 'a', 'a')
    const { batches } = simulated({ segment: 2, virtualPartition: 2 }, rows, options).strategies[0]!
    expect(batches).toMatchObject({ batches: 4, dropped: 2, busyHistogram: [0, 4, 0] })
    expect(batches!.busy).toEqual({ mean: 1, p50: 1, p1: 1 })
  })

  it('balances by the size of the keys when asked to (V3)', () => {
    // By byte-sum mod 2 all four keys share VP 1.
    const rows = keyed('a', 'a', 'a', 'c', 'c', 'e', 'e', 'g')
    const balanced = simulated({ virtualPartition: 2 }, rows, { distribution: 'balanced' })
    // a to VP 0, c to VP 1, e to VP 1 (2 < 3), g to VP 0 (3 < 4).
    expect(balanced.strategies[0]!.batches).toMatchObject({
      distribution: 'balanced',
      busyHistogram: [0, 0, 1],
      parallelEfficiency: 1,
    })
    const consistent = simulated({ virtualPartition: 2 }, rows)
    expect(consistent.strategies[0]!.batches).toMatchObject({
      busyHistogram: [0, 1, 0],
      parallelEfficiency: 0.5,
    })
  })

  it.each(['consistent', 'balanced'] as const)(
    'runs a batch with a partitioner error in VP 0 whole (V2), %s',
    (distribution) => {
      const partitioner = customPartitioner('picky', ({ key }) => {
        if (String(key) === 'x') throw new Error('no')
        return key
      })
      const options = { maxMessages: 4, distribution }
      const rows = keyed('a', 'b', 'x', 'c', 'a', 'b', 'c', 'd')
      const document = simulated({ virtualPartition: 2, partitioner }, rows, options)
      expect(document.strategies[0]!.batches!.busyHistogram).toEqual([0, 1, 1])
      expect(document.lanes[0]!.errors).toBe(0)
      expect(document.partitionerErrors).toEqual([
        {
          partitioner: 'picky',
          messages: 1,
          refused: [
            {
              error: 'partitioner picky: no',
              ...{ topic: 'orders', partition: -1, offset: '2', line: null },
            },
          ],
        },
      ])
    },
  )

  it('sends a message alone to segment 0 when its partitioner throws (P4)', () => {
    const partitioner = customPartitioner('picky', ({ key }) => {
      if (String(key) === 'x') throw new Error('no')
      return key
    })
    const layers = { segment: 2, virtualPartition: 3, partitioner }
    const { lanes, strategies } = simulated(layers, keyed('x', 'a', 'c', 'b'))
    expect(lanes[0]!.slots.map(({ messages }) => messages)).toEqual([2, 2])
    expect(lanes[0]!.bytes).toEqual([2, 2])
    // No packing moves the refused message: it is a key of its own for the floor.
    expect(lanes[0]).toMatchObject({ errors: 0, floor: 1 })
    // Segment 0 is collapsed, with b too; a and c in segment 1 are not touched by the error.
    expect(strategies[0]!.layers.stacked).toMatchObject({ workers: 6, busyWorkers: 3 })
  })

  it('leaves messages that the partitioner refused out of partitions, like those without a key', () => {
    const partitioner = customPartitioner('refusing', () => {
      throw new Error('no')
    })
    const { lanes } = simulated({ partition: 2, segment: 2, partitioner }, keyed('a', 'b'))
    expect(lanes[0]).toMatchObject({ layer: 'partition', messages: 0, errors: 0, floor: 0 })
    expect(lanes[1]).toMatchObject({ layer: 'segment', messages: 2, errors: 0, floor: 2 })
  })

  it('runs a batch with a reducer error in VP 0 whole, that segment and that batch alone', () => {
    const strategy = {
      ...strategyOf({ segment: 2, virtualPartition: 10 }),
      reducers: { virtualPartition: [reducerNamed('identity')] },
    }
    // Even digits are in segment 0, odd ones in 1; b is in 0 and a in 1, and no VP can take them.
    const rows = keyed('b', '2', '4', '1', '3', ...['a', '1', '2', '4', '6'])
    const options = { strategies: [strategy], maxMessages: 5 }
    const { batches } = simulated({}, rows, options).strategies[0]!
    // First 0: collapsed, 1: two VPs; then 0: three VPs, 1: collapsed.
    expect(batches!.busyHistogram.slice(0, 4)).toEqual([0, 2, 1, 1])
  })

  it('has nothing to say without virtual partitions', () => {
    expect(simulated({ segment: 5 }, keyed('a')).strategies[0]!.batches).toBeNull()
  })
})

describe('layers', () => {
  const numbers = (count: number) => keyed(...Array.from({ length: count }, (_, i) => `k${i}`))

  it('shows how many VPs a segment can reach when both reduce the same key alike (P5)', () => {
    const { correlation, stacked } = simulated(
      { segment: 4, virtualPartition: 6, reducer: 'md5' },
      numbers(500),
    ).layers
    expect(correlation).toEqual([
      {
        ...{ outer: 'segment', inner: 'virtualPartition', outerCount: 4, innerCount: 6 },
        ...{ gcd: 2, reachable: 3, observed: 3 },
        fix:
          '4 segments and 6 virtual partitions share the divisor 2: use 5 or 7 virtual partitions, ' +
          'or another reducer for them: --virtual-partition-reducer murmur3.',
      },
    ])
    expect(stacked).toMatchObject({ workers: 24, busyWorkers: 12 })
  })

  it('keeps its advice: the counts that it names reach everything', () => {
    for (const virtualPartition of [5, 7]) {
      const layers = { segment: 4, virtualPartition, reducer: 'md5' }
      const { correlation, stacked } = simulated(layers, numbers(2000)).layers
      expect(correlation[0]).toMatchObject({ gcd: 1, observed: virtualPartition })
      expect(correlation[0]!.fix).toContain('Nothing to change')
      expect(stacked!.busyWorkers).toBe(4 * virtualPartition)
    }
  })

  describe('on the partitions where messages were found', () => {
    const names = Array.from({ length: 500 }, (_, i) => `k${i}`)
    const produced = (reducer: string, partitions: number, strangers = 0): Row[] =>
      names.map((key, i) => [
        key,
        i < strangers ? i % partitions : reducerNamed(reducer).slotOf(key, partitions),
      ])
    const pairsOf = (rows: Row[], counts: Layers, topicPartitions: number | null = 6) =>
      simulated(counts, rows, { topicPartitions }).layers.correlation

    it('shows what a reducer that equals the hash of the producers can reach', () => {
      const [pair, ...others] = pairsOf(produced('murmur2', 6), { segment: 3, reducer: 'murmur2' })
      expect(pair).toEqual({
        ...{ outer: 'partition', inner: 'segment', outerCount: 6, innerCount: 3 },
        ...{ gcd: 3, reachable: 1, observed: 1 },
        fix:
          'The producers place keys by murmur2 too. 6 partitions and 3 segments share the divisor 3: ' +
          'use 5 segments, or another reducer for them: --segment-reducer md5.',
      })
      expect(others).toEqual([])
    })

    it('counts the partitions that were found where the source tells no count', () => {
      const rows = produced('crc32', 4)
      expect(pairsOf(rows, { virtualPartition: 6, reducer: 'crc32' }, null)).toMatchObject([
        { outerCount: 4, inner: 'virtualPartition', gcd: 2, reachable: 3, observed: 3 },
      ])
    })

    it('says nothing of another hash, of producers that disagree, and of too few keys', () => {
      expect(pairsOf(produced('murmur2', 6), { segment: 3, reducer: 'crc32' })).toEqual([])
      expect(pairsOf(produced('murmur2', 6, 30), { segment: 3, reducer: 'murmur2' })).toEqual([])
      const few = produced('murmur2', 6).slice(0, 3)
      expect(pairsOf(few, { segment: 3, reducer: 'murmur2' })).toEqual([])
      const single = produced('murmur2', 1)
      expect(pairsOf(single, { segment: 3, reducer: 'murmur2' }, 1)).toEqual([])
      const unknown = produced('murmur2', 6).map(([key]): Row => [key])
      expect(pairsOf(unknown, { segment: 3, reducer: 'murmur2' }, null)).toEqual([])
    })

    it('sees a key that went elsewhere later', () => {
      const rows = [...produced('murmur2', 6), ...produced('murmur2', 6).map(next)]
      expect(pairsOf(rows, { segment: 3, reducer: 'murmur2' })).toEqual([])
    })
    const next = ([key, partition]: Row): Row => [key, (partition! + 1) % 6]

    describe('with more keys than memory holds', () => {
      const many = Array.from({ length: 4000 }, (_, i) => `k${i}`)
      const placed = (partitions: number, move: (i: number) => number): Row[] =>
        many.map((key, i) => [
          key,
          (reducerNamed('murmur2').slotOf(key, partitions) + move(i)) % partitions,
        ])
      const judged = (rows: Row[]) => {
        const layers = { segment: 3, reducer: 'murmur2' }
        const little = { topicPartitions: 6, maxMemoryBytes: 0 }
        const document = simulated(layers, rows, little)
        expect(document.exact).toBe(false)
        return document.layers.correlation
      }

      it('still shows what producers and a reducer share', () => {
        expect(judged(placed(6, () => 0))).toMatchObject([
          { outer: 'partition', outerCount: 6, inner: 'segment', reachable: 1, observed: 1 },
        ])
      })

      it('follows each key to its new place in memory, and says nothing of other hashes', () => {
        expect(judged(placed(6, (i) => Number(i % 50 === 0)))).toEqual([])
        const twice = placed(6, () => 0).flatMap((row) => [row, row])
        expect(judged(twice)).toHaveLength(1)
        expect(
          judged(twice.map((row, i) => (i % 2 === 1 && i % 25 === 0 ? next(row) : row))),
        ).toEqual([])
      })

      it('sees a frequent key that producers put elsewhere', () => {
        const hot = placed(6, () => 0).flatMap((row): Row[] => [row, ['hot', 0], ['hot', 1]])
        expect(judged(hot)).toEqual([])
      })
    })

    it('leaves it to the partitions that are predicted, where they are', () => {
      const counts = { partition: 4, segment: 3, reducer: 'murmur2' }
      expect(pairsOf(produced('murmur2', 6), counts)).toMatchObject([{ outerCount: 4, gcd: 1 }])
    })
  })

  it('compares all three layers, and only those that share a reducer', () => {
    const counts = { partition: 6, segment: 3, virtualPartition: 4 }
    const pairs = (document: ReturnType<typeof simulated>) =>
      document.layers.correlation.map(({ outer, inner, reachable }) => [outer, inner, reachable])
    expect(pairs(simulated({ ...counts, reducer: 'crc32' }, numbers(100)))).toEqual([
      ['partition', 'segment', 1],
      ['partition', 'virtualPartition', 2],
      ['segment', 'virtualPartition', 4],
    ])
    expect(pairs(simulated(counts, numbers(100)))).toEqual([['segment', 'virtualPartition', 4]])
  })

  it('advises no count below two, and sees nothing in keys that are nowhere', () => {
    const layers = { partition: 2, segment: 2, reducer: 'identity' }
    const [pair] = simulated(layers, keyed('x', null)).layers.correlation
    expect(pair!.observed).toBe(0)
    expect(pair!.fix).toContain('use 3 segments')
  })

  it('does not claim the arithmetic of remainders for a reducer that takes none', () => {
    const high = customReducer('high-bits', (key, count) => {
      return Math.floor((reducerNamed('md5').slotOf(key, 1000) * count) / 1000)
    })
    const strategy = {
      ...strategyOf({ segment: 2, virtualPartition: 12 }),
      reducers: { segment: [high], virtualPartition: [high] },
    }
    const found = simulated({}, numbers(500), { strategies: [strategy] }).layers.correlation
    expect(found).toEqual([expect.objectContaining({ reachable: 6, observed: 6 })])
    const uneven = { ...strategy, counts: { segment: [4], virtualPartition: [6] } }
    expect(simulated({}, numbers(500), { strategies: [uneven] }).layers.correlation).toEqual([
      expect.objectContaining({ reachable: 3, observed: 2 }),
    ])
    const spread = customReducer('salted', (key, count) =>
      reducerNamed('md5').slotOf(`${count}${key}`, count),
    )
    const salted = { ...uneven, reducers: { segment: [spread], virtualPartition: [spread] } }
    expect(simulated({}, numbers(500), { strategies: [salted] }).layers.correlation).toEqual([])
  })

  it('stacks on the partitions where messages were found, when none are predicted', () => {
    const rows: Row[] = [
      ['a', 0],
      ['a', 2],
      ['b', 2],
      ['b', 2],
    ]
    const { stacked } = simulated({ virtualPartition: 2 }, rows, { topicPartitions: 4 }).layers
    expect(stacked).toEqual({ workers: 8, busyWorkers: 3, imbalance: 2 / (4 / 8) })
  })

  it('stacks on the partitions that are read, where some of the log are selected', () => {
    const rows: Row[] = [
      ['a', 0],
      ['a', 2],
    ]
    const selected = { topicPartitions: 4, selectedPartitions: [0, 2, 3] }
    const stackedOf = (layers: Layers) => simulated(layers, rows, selected).layers.stacked
    expect(stackedOf({ virtualPartition: 2 })).toMatchObject({ workers: 6, imbalance: 3 })
    expect(stackedOf({ partition: 4, virtualPartition: 2 })).toMatchObject({ workers: 8 })
  })

  it('finds the busiest worker among more partitions than a call takes arguments', () => {
    const rows = Array.from({ length: 200_000 }, (_, partition): Row => ['a', partition])
    const { stacked } = simulated({ segment: 2 }, [...rows, ['a', 7]]).layers
    expect(stacked).toMatchObject({ busyWorkers: 200_000, imbalance: (2 * 400_000) / 200_001 })
  })

  it('stacks nothing where there is one layer alone', () => {
    expect(simulated({ segment: 5 }, keyed('a', 'b')).layers.stacked).toBeNull()
    expect(simulated({ partition: 5 }, [['a', 1]]).layers.stacked).toBeNull()
  })
})

describe('members', () => {
  const spread = Array.from({ length: 8 }, (_, partition) => repeated('a', partition, partition))

  it('leaves members without a partition idle: eight on six', () => {
    const rows = spread.slice(0, 6).flat()
    const options = { members: 8, topicPartitions: 6 }
    expect(simulated({ segment: 2 }, rows, options).strategies[0]!.members).toEqual({
      ...{ members: 8, partitions: 6, idleMembers: 2 },
      messages: [0, 1, 2, 3, 4, 5, 0, 0],
      imbalance: 5 / (15 / 8),
    })
  })

  it('deals contiguous ranges, one more to the first ones', () => {
    const options = { members: 3, topicPartitions: 8 }
    // Partitions 0-2, 3-5, 6-7.
    const { members } = simulated({ segment: 2 }, spread.flat(), options).strategies[0]!
    expect(members!.messages).toEqual([3, 12, 13])
  })

  it('takes predicted partitions before found ones, keyless messages in turn', () => {
    const rows: Row[] = [...repeated('a', 4, 7), [null, 7], [null, 7], [null, 7]]
    const options = { members: 3, topicPartitions: 8 }
    const { members } = simulated({ partition: 3 }, rows, options).strategies[0]!
    const own = reducerNamed('murmur2').slotOf('a', 3)
    expect(members!.messages).toEqual([0, 1, 2].map((slot) => (slot === own ? 5 : 1)))
  })

  it('takes the partitions that were found, in order, where the source tells no count', () => {
    const rows = [...repeated('a', 3, 7), ...repeated('a', 1, 2), ...repeated('a', 2, 5)]
    const { members } = simulated({ segment: 2 }, rows, { members: 2 }).strategies[0]!
    expect(members).toMatchObject({ partitions: 3, messages: [1 + 2, 3] })
  })

  it('counts a partition that was added during the read', () => {
    const options = { members: 3, topicPartitions: 2 }
    const { members } = simulated({ segment: 2 }, repeated('a', 5, 2), options).strategies[0]!
    expect(members).toMatchObject({ partitions: 3, messages: [0, 0, 5] })
  })

  it('refuses messages of no partition, unless a partition is predicted for them', () => {
    const rows: Row[] = [['a', 0], ['b']]
    const run = (layers: Layers) => simulated(layers, rows, { members: 3 }).strategies[0]!.members
    expect(() => run({ segment: 2 })).toThrow(UsageError)
    expect(run({ partition: 2 })).toMatchObject({ members: 3, partitions: 2, idleMembers: 1 })
  })

  it('refuses partitions of which some are not read, unless partitions are predicted', () => {
    const options = { members: 3, topicPartitions: 4, selectedPartitions: [0, 2] }
    const run = (layers: Layers) => simulated(layers, [['a', 0]], options).strategies[0]!.members
    expect(() => run({ segment: 2 })).toThrow('members share all partitions')
    expect(run({ partition: 2 })).toMatchObject({ partitions: 2, idleMembers: 1 })
  })

  it('says nothing where nothing was read', () => {
    expect(simulated({ segment: 2 }, [], { members: 3 }).strategies[0]!.members).toBeNull()
  })
})

describe('Simulator', () => {
  it('plays several strategies side by side, each with its own partitioner', () => {
    const strategies = [
      strategyOf({ segment: 16 }, 'key'),
      strategyOf(
        { segment: 16, partitioner: partitionerNamed('round-robin', { seed: 0, slots: 16 }) },
        'dealt',
      ),
    ]
    const document = simulated({}, repeated('a', 160), { strategies })
    expect(document.strategies.map(({ name, lanes }) => [name, lanes[0]!.emptySlots])).toEqual([
      ['key', 15],
      ['dealt', 0],
    ])
    expect(document.lanes).toEqual(document.strategies.flatMap(({ lanes }) => lanes))
  })

  it('makes a run of every combination of counts and reducers, and names it', () => {
    const strategy = { ...strategyOf({}), counts: { segment: [2, 3], virtualPartition: [4] } }
    const document = simulated({}, keyed('a'), { strategies: [strategy] })
    expect(document.strategies.map(({ name }) => name)).toEqual([
      'test, 2 segments by byte-sum, 4 VPs by byte-sum',
      'test, 3 segments by byte-sum, 4 VPs by byte-sum',
    ])
    expect(document.lanes.map(({ count }) => count)).toEqual([2, 3, 4])
  })

  it('can be asked in between, and goes on as if it had not been', () => {
    const rows = [...repeated('a', 70, 0), ...repeated('b', 60, 0)]
    const strategies = [strategyOf({ segment: 2, virtualPartition: 3 })]
    const simulator = new Simulator({ ...defaults, strategies, members: 2 })
    const documentNow = () => simulator.document({ generatedBy: 'pstool test' }, read)
    simulator.add(batchOf(rows.slice(0, 30)))
    expect(documentNow()).toEqual(documentNow())
    expect(documentNow().messages).toBe(30)
    simulator.add(batchOf(rows.slice(30)))
    expect(documentNow()).toEqual(simulated({}, rows, { strategies, members: 2 }))
  })

  it('remembers where each key belongs, however many come', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `user-${i}`)
    const strategies = [strategyOf({ partition: 4 })]
    const simulator = new Simulator({ ...defaults, strategies, members: 4 })
    simulator.add(batchOf(keyed(...names.slice(0, 1000))))
    simulator.add(batchOf(keyed(...names)))
    const { members, lanes } = simulator.document({ generatedBy: '' }, read).strategies[0]!
    expect(members!.messages).toEqual(lanes[0]!.slots.map(({ messages }) => messages))
  })

  it('says zeros, not NaN, of no messages at all', () => {
    const layers = { partition: 2, segment: 3, virtualPartition: 4 }
    const text = JSON.stringify(simulated(layers, [], { members: 2 }))
    // JSON writes NaN and infinities as null.
    const nothing = ['"partitions":null', '"available":null', '"timing":null', '"timing":null']
    expect(text.match(/"[a-zA-Z0-9]+":null/g)).toEqual(nothing)
  })

  it.each([
    { maxMessages: 0 },
    { members: 1.5 },
    { strategies: [] },
    { strategies: [strategyOf({ segment: 1001, virtualPartition: 1000 })] },
    { strategies: [strategyOf({ segment: 1001 })], topicPartitions: 1000 },
  ])('refuses %o', (options) => {
    expect(() => simulated({ segment: 2 }, [], options)).toThrow(UsageError)
  })

  it('refuses more workers than it can keep apart once it has met their partitions', () => {
    const run = (rows: Row[]) => simulated({ segment: 1000, virtualPartition: 500 }, rows)
    expect(
      run([
        ['a', 0],
        ['a', 1],
      ]).layers.stacked!.workers,
    ).toBe(1_000_000)
    expect(() =>
      run([
        ['a', 0],
        ['a', 1],
        ['a', 2],
      ]),
    ).toThrow('3 x 1000 x 500')
  })

  it('refuses lists that combine to more stacks than can be told apart', () => {
    const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1)
    const strategy = strategyOf({ segment: 2 })
    const counts = { segment: upTo(32), virtualPartition: upTo(32) }
    const strategies = [{ ...strategy, counts }]
    expect(() => simulated({}, [], { strategies })).toThrow('1024 ways')
  })
})

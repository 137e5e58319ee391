import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyProfiler, mergeProfiles } from '../../src/domain/keys/profile.ts'
import { reducerNamed } from '../../src/domain/routing/reducers.ts'
import {
  batchesOf,
  context,
  lane,
  MINUTE,
  options,
  profilerOf,
  type Row,
} from '../unit/domain/keys/streams.ts'

const key = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => `k${n ** 2}`) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, '', 'K1', 'k1', ' k4', '42', Uint8Array.of(42, 0, 0, 0)),
  },
)
const row: fc.Arbitrary<Row> = fc.record({
  key,
  partition: fc.integer({ min: 0, max: 3 }),
  timestamp: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => n * 0.4 * MINUTE) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  value: fc.integer({ min: -1, max: 300 }),
})
const rows = fc.array(row, { maxLength: 400 })
const lanes = [
  lane('partition', 4, 'murmur2'),
  lane('segment', 5, 'byte-sum'),
  lane('virtualPartition', 3, 'identity'),
]
const small = { lanes, maxMessages: 7, top: 20 }

/** The same messages, in order within each partition, partitions taken turn by turn otherwise. */
function interleaved(stream: readonly Row[], turns: readonly number[]): Row[] {
  const queues = [0, 1, 2, 3].map((partition) => stream.filter((r) => r.partition === partition))
  const order = [...turns, 0, 1, 2, 3]
  const taken: Row[] = []
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
    const next = queues[order[turn % order.length]!]!.shift()
    if (next !== undefined) taken.push(next)
  }
  return taken
}

const documentText = (profiler: KeyProfiler) => JSON.stringify(profiler.document(context()))
const saved = (profiler: KeyProfiler) => JSON.parse(JSON.stringify(profiler.state()))

describe('an exact key profile', () => {
  it('does not depend on the order across partitions', () => {
    const turns = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 })
    fc.assert(
      fc.property(rows, turns, (stream, order) => {
        const one = profilerOf(interleaved(stream, order), small)
        expect(documentText(one)).toBe(documentText(profilerOf(interleaved(stream, []), small)))
      }),
      { numRuns: 60 },
    )
  })

  it('equals what is merged from runs over its partitions', () => {
    const owners = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 2 })))
    fc.assert(
      fc.property(rows, owners, (stream, owner) => {
        const runs = [0, 1, 2].map((run) =>
          saved(
            profilerOf(
              stream.filter((r) => owner[r.partition!] === run),
              small,
            ),
          ),
        )
        const whole = profilerOf(stream, small)
        expect(documentText(mergeProfiles(runs, options(small)))).toBe(documentText(whole))
        expect(documentText(mergeProfiles(runs.toReversed(), options(small)))).toBe(
          documentText(whole),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('has counts that add up', () => {
    fc.assert(
      fc.property(rows, (stream) => {
        const document = profilerOf(stream, small).document(context())
        const keyed = stream.filter((r) => r.key !== null).length
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
        expect(document.messages).toBe(stream.length)
        expect(document.keys.nullMessages).toBe(stream.length - keyed)
        expect(sum(document.partitions.map((p) => p.messages))).toBe(stream.length)
        expect(sum(document.encodings.shapes.map((s) => s.messages))).toBe(keyed)
        for (const { layer, slots, messages, emptySlots } of document.lanes) {
          expect(messages).toBe(layer === 'partition' ? keyed : stream.length)
          expect(sum(slots.map((slot) => slot.messages))).toBe(messages)
          expect(sum(slots.map((slot) => slot.keys))).toBe(document.keys.distinct)
          expect(slots.filter((slot) => slot.messages === 0)).toHaveLength(emptySlots)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('counts every key as a plain map does', () => {
    fc.assert(
      fc.property(rows, (stream) => {
        const counts = new Map<string, number>()
        for (const { key: bytes } of stream) {
          if (bytes === null) continue
          const name = Buffer.from(bytes as string).toString('hex')
          counts.set(name, (counts.get(name) ?? 0) + 1)
        }
        const document = profilerOf(stream, { ...small, top: 1000 }).document(context())
        const found = document.topKeys.map(({ key: name, messages }) => {
          const bytes =
            typeof name === 'string' ? Buffer.from(name) : Buffer.from(name!.base64, 'base64')
          return [bytes.toString('hex'), messages] as const
        })
        expect(new Map(found)).toEqual(counts)
        expect(document.exact).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

/** Many more keys than 16 KiB hold, a few of them frequent. */
const crowd = fc
  .record({
    seed: fc.integer(),
    distinct: fc.integer({ min: 600, max: 3000 }),
    hot: fc.integer({ min: 2, max: 20 }),
  })
  .map(({ seed, distinct, hot }) => {
    let state = seed | 0
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return ((Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 4) % below) | 0
    }
    return Array.from({ length: 4000 }, (): Row => {
      const id = random(3) === 0 ? random(hot) : hot + random(distinct)
      const name = `customer-${id}`
      const bytes = Buffer.from(name)
      return {
        key: name,
        partition: reducerNamed('crc32').slotOfBytes(bytes, 0, bytes.length, 4),
        timestamp: random(40) * MINUTE,
      }
    })
  })

const tight = { ...small, maxMemoryBytes: 0, maxMessages: 50, top: 100_000, partitionCount: 4 }

/** What must hold of a profile that had to forget keys. */
function checkBounds(profiler: KeyProfiler, stream: readonly Row[]) {
  const counts = Map.groupBy(stream, ({ key: name }) => name as string)
  const exact = profilerOf(stream, { ...tight, maxMemoryBytes: 2 ** 24 }).document(context())
  const document = profiler.document(context())
  expect(document.exact).toBe(false)
  const actual = (name: unknown) => counts.get(name as string)!.length
  const wrong = document.topKeys.filter(
    ({ key: name, bounds, messages }) =>
      bounds.lower > actual(name) || bounds.upper < actual(name) || messages !== bounds.lower,
  )
  expect(wrong).toEqual([])
  const listed = new Set(document.topKeys.map(({ key: name }) => name))
  const frequent = [...counts.keys()].filter((name) => actual(name) > document.topKeysMaxError)
  expect(frequent.filter((name) => !listed.has(name))).toEqual([])
  expect(document.keys.distinctBounds.lower).toBeLessThanOrEqual(counts.size)
  expect(document.keys.distinctBounds.upper).toBeGreaterThanOrEqual(counts.size)
  const loads = (lanes_: typeof document.lanes) =>
    lanes_.map(({ slots, errors }) => [errors, ...slots.map(({ messages }) => messages)])
  expect(loads(document.lanes)).toEqual(loads(exact.lanes))
  expect(document.sizes).toEqual(exact.sizes)
  expect(document.partitions).toEqual(exact.partitions)
  expect(document.placement).toMatchObject({ reducer: 'crc32', verdict: 'consistent' })
  return { document, exact }
}

describe('a key profile that had to forget keys', () => {
  it('keeps its bounds, its sums, and every frequent key', () => {
    fc.assert(
      fc.property(crowd, (stream) => {
        const profiler = profilerOf(stream, tight)
        const { document, exact } = checkBounds(profiler, stream)
        expect(document.batches).toEqual(exact.batches)
        // Space-Saving: the table holds about 190 keys, so none above 4 / 190 is ever missed.
        expect(profiler.document(context()).topKeysMaxError).toBeLessThanOrEqual(
          (4 * stream.length) / 190,
        )
      }),
      { numRuns: 6 },
    )
  })

  it('keeps them when it is merged', () => {
    fc.assert(
      fc.property(crowd, fc.boolean(), (stream, oneIsExact) => {
        const runs = [0, 1].map((run) => {
          const part = stream.filter(({ partition }) => partition! % 2 === run)
          const memory = run === 0 && oneIsExact ? 2 ** 24 : 0
          return saved(profilerOf(part, { ...tight, maxMemoryBytes: memory }))
        })
        const { document, exact } = checkBounds(mergeProfiles(runs, options(tight)), stream)
        expect(document.batches).toEqual(exact.batches)
        checkBounds(mergeProfiles(runs.toReversed(), options(tight)), stream)
      }),
      { numRuns: 4 },
    )
  })

  it('keeps them when runs share their keys', () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 1000, max: 3000 }), (stream, at) => {
        const runs = [stream.slice(0, at), stream.slice(at)].map((part) =>
          saved(profilerOf(part, tight)),
        )
        for (const maxMemoryBytes of [0, 2 ** 24]) {
          checkBounds(mergeProfiles(runs, options({ ...tight, maxMemoryBytes })), stream)
        }
      }),
      { numRuns: 4 },
    )
  })

  it('says the same of the same messages', () => {
    fc.assert(
      fc.property(crowd, fc.integer({ min: 1, max: 999 }), (stream, size) => {
        const profiler = new KeyProfiler(options(tight))
        for (const batch of batchesOf(stream, size)) profiler.add(batch)
        expect(documentText(profiler)).toBe(documentText(profilerOf(stream, tight)))
      }),
      { numRuns: 3 },
    )
  })
})

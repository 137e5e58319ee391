import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedKeys } from '../../src/domain/keys/bounded-keys.ts'
import { bytesOf } from '../../src/domain/model/key-text.ts'
import { customPartitioner, partitionerNamed } from '../../src/domain/routing/partitioners.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { type SimulationOptions, Simulator } from '../../src/domain/simulation/simulator.ts'
import { RoutingError } from '../../src/errors.ts'
import {
  batchOf,
  defaults,
  type Row,
  read,
  strategyOf,
} from '../unit/domain/simulation/messages.ts'

const MESSAGES = 1500
/** The least that is taken: 16 KiB, enough for some 120 keys. */
const LITTLE = 0
const AMPLE = 2 ** 22

/** Many more keys than little memory holds, a few of them frequent, some messages without one. */
const crowd: fc.Arbitrary<Row[]> = fc
  .record({
    seed: fc.integer(),
    distinct: fc.integer({ min: 300, max: 1200 }),
    hot: fc.integer({ min: 2, max: 20 }),
  })
  .map(({ seed, distinct, hot }) => {
    let state = seed | 0
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return ((Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 4) % below) | 0
    }
    return Array.from({ length: MESSAGES }, (): Row => {
      const id = random(3) === 0 ? random(hot) : hot + random(distinct)
      return [random(50) === 0 ? null : `customer-${id}`, random(3), random(90)]
    })
  })

/** Refuses some messages, and groups the others' keys. */
const grouping = customPartitioner('grouping', ({ key }) => {
  if (key === null) throw new RoutingError('test.no-key', 'no key')
  const text = new TextDecoder().decode(key)
  return text.endsWith('7') ? null : `${text}${text.length}`
})
const key = partitionerNamed('key', { seed: 1 })
const strategies = [
  strategyOf({ segment: 4, virtualPartition: 6, partitioner: key }, 'correlated'),
  strategyOf({ partition: 5, segment: 7, virtualPartition: 64, reducer: 'md5', partitioner: key }),
  strategyOf({ partition: 2, virtualPartition: 4, partitioner: grouping }, 'grouped'),
]
const options = fc.record({
  maxMessages: fc.integer({ min: 1, max: 60 }),
  distribution: fc.constantFrom('consistent' as const, 'balanced' as const),
  members: fc.integer({ min: 1, max: 6 }),
  topicPartitions: fc.constantFrom(null, 4),
})

function played(
  parts: readonly (readonly Row[])[],
  given: Partial<SimulationOptions>,
): SimulationDocument {
  const simulator = new Simulator({ ...defaults, strategies, ...given })
  let offset = 0
  for (const rows of parts) {
    simulator.add(batchOf(rows, offset))
    offset += rows.length
  }
  return simulator.document({ generatedBy: 'pstool test' }, read)
}

const ESTIMATES = new Set(['exact', 'keys', 'topKeysMaxError', 'collisions'])
const FACTORS = new Set(['floor', 'avoidable', 'randomHash'])

/** The document without the figures that may be estimates. */
function countsOf(document: SimulationDocument): unknown {
  const isCount = (name: string) => !ESTIMATES.has(name) && !FACTORS.has(name)
  const text = JSON.stringify(document, (name, value) => (isCount(name) ? value : undefined))
  return JSON.parse(text)
}

describe('a simulation in little memory', () => {
  it('says the same as with ample memory, but for figures about keys', () => {
    fc.assert(
      fc.property(crowd, options, (rows, given) => {
        const exact = played([rows], { ...given, maxMemoryBytes: AMPLE })
        const document = played([rows], { ...given, maxMemoryBytes: LITTLE })
        expect([exact.exact, document.exact]).toEqual([true, false])
        expect(countsOf(document)).toEqual(countsOf(exact))
      }),
      { numRuns: 6 },
    )
  })

  it('bounds the number of keys, and says how good the other figures about them are', () => {
    fc.assert(
      fc.property(crowd, options, (rows, given) => {
        const exact = played([rows], { ...given, maxMemoryBytes: AMPLE })
        const document = played([rows], { ...given, maxMemoryBytes: LITTLE })
        for (const [at, strategy] of document.strategies.entries()) {
          const actual = exact.strategies[at]!
          const { distinct } = actual.keys
          expect(strategy.keys.distinctBounds.lower).toBeLessThanOrEqual(distinct)
          expect(strategy.keys.distinctBounds.upper).toBeGreaterThanOrEqual(distinct)
          expect(actual).toMatchObject({ exact: true, topKeysMaxError: 0 })
          expect(actual.keys.distinctBounds).toEqual({ lower: distinct, upper: distinct })
          expect(strategy.topKeysMaxError).toBeGreaterThan(0)
          expect(Math.min(...strategy.lanes.map(({ floor }) => floor))).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 6 },
    )
  })

  it('does not depend on how the messages were cut into batches', () => {
    const memory = fc.constantFrom(LITTLE, 60_000, AMPLE)
    fc.assert(
      fc.property(crowd, options, memory, fc.nat(MESSAGES), (rows, given, maxMemoryBytes, cut) => {
        const whole = played([rows], { ...given, maxMemoryBytes })
        const parts = [rows.slice(0, cut), rows.slice(cut)]
        expect(played(parts, { ...given, maxMemoryBytes })).toEqual(whole)
      }),
      { numRuns: 6 },
    )
  })

  it('keeps every key of a poll, however many', () => {
    fc.assert(
      fc.property(crowd, (rows) => {
        const given = { maxMessages: MESSAGES, distribution: 'balanced' } as const
        const document = played([rows], { ...given, maxMemoryBytes: LITTLE })
        expect(countsOf(document)).toEqual(
          countsOf(played([rows], { ...given, maxMemoryBytes: AMPLE })),
        )
      }),
      { numRuns: 3 },
    )
  })
})

describe('keys in bounded memory', () => {
  it('have counts within their bounds, and none above the error is missing', () => {
    fc.assert(
      fc.property(crowd, (rows) => {
        const sums = { messages: 0, add: () => {} }
        const keys = new BoundedKeys(LITTLE, () => sums)
        const { table } = keys
        const actual = new Map<string, number>()
        for (const [name] of rows) {
          if (name === null) continue
          actual.set(name, (actual.get(name) ?? 0) + 1)
          const { size } = table
          const bytes = bytesOf(name)
          const index = table.intern(bytes, 0, bytes.length)
          if (index === size) keys.settle(index)
          table.count(index, 1, bytes.length)
          keys.makeRoomAsNeeded({ mark: () => {}, renumber: () => {} })
          expect(table.neededBytes).toBeLessThanOrEqual(10_240)
        }
        const { maxMessages } = keys.forgotten!
        for (let index = 0; index < table.size; index++) {
          const name = new TextDecoder().decode(table.keyAt(index))
          const [least, missed] = [table.messagesOf(index), table.missedOf(index)]
          expect(missed).toBeLessThanOrEqual(maxMessages)
          expect(actual.get(name)).toBeGreaterThanOrEqual(least)
          expect(actual.get(name)).toBeLessThanOrEqual(least + missed)
          actual.delete(name)
        }
        expect(Math.max(...actual.values())).toBeLessThanOrEqual(maxMessages)
      }),
      { numRuns: 6 },
    )
  })
})

it('estimates keys per slot even of keys so long that none is left as a sample', () => {
  const lengths = fc.integer({ min: 2600, max: 6000 })
  fc.assert(
    fc.property(lengths, fc.integer({ min: 9, max: 20 }), (length, distinct) => {
      const rows = Array.from({ length: distinct }, (_, id): Row => [`k${id}`.padEnd(length)])
      const document = played([rows], { maxMessages: 1, maxMemoryBytes: LITTLE })
      expect(document.exact).toBe(false)
      for (const { slots } of document.lanes) {
        for (const { keys, messages } of slots) {
          // As many messages as keys: none of either is a slot's, or at least one of both.
          expect(keys).toBeLessThanOrEqual(messages)
          expect(keys > 0).toBe(messages > 0)
        }
      }
    }),
  )
})

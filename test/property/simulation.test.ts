import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reducerNamed } from '../../src/domain/routing/reducers.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { Simulator } from '../../src/domain/simulation/simulator.ts'
import { balancedSlots } from '../../src/domain/virtual/balanced.ts'
import {
  batchOf,
  defaults,
  type Layers,
  type Row,
  read,
  simulated,
  strategyOf,
} from '../unit/domain/simulation/messages.ts'

const anyKey: fc.Arbitrary<string | null> = fc.option(
  fc.nat(12).map((id) => `k${id}`),
  { nil: null },
)
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(anyKey, fc.integer({ min: 0, max: 3 }), fc.nat(50)),
  { maxLength: 120 },
)
const layers = fc.record(
  {
    partition: fc.integer({ min: 1, max: 6 }),
    segment: fc.integer({ min: 1, max: 6 }),
    virtualPartition: fc.integer({ min: 1, max: 8 }),
    reducer: fc.constantFrom('byte-sum', 'md5', 'murmur2'),
  },
  { requiredKeys: ['virtualPartition', 'reducer'] },
) as fc.Arbitrary<Layers & { readonly virtualPartition: number; readonly reducer: string }>
const options = fc.record({
  maxMessages: fc.integer({ min: 1, max: 40 }),
  distribution: fc.constantFrom('consistent' as const, 'balanced' as const),
  members: fc.integer({ min: 1, max: 6 }),
  topicPartitions: fc.constantFrom(null, 4),
})
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Batches of one strategy as a plain reading of V1-V5 and P5 gives them: messages per busy VP. */
function plainBatches(
  { partition, segment = 1, virtualPartition, reducer }: Parameters<typeof strategyOf>[0],
  messages: readonly Row[],
  maxMessages: number,
): number[][] {
  const slotOf = (key: string | null, count: number) => reducerNamed(reducer!).slotOf(key, count)
  let dealt = 0
  const partitionOf = ([key, found]: Row) => {
    if (partition === undefined) return found
    return key === null ? dealt++ % partition : slotOf(key, partition)
  }
  const logs = Map.groupBy(messages, partitionOf)
  return [...logs.values()].flatMap((log) => {
    const polls = Array.from({ length: Math.ceil(log.length / maxMessages) }, (_, poll) =>
      log.slice(poll * maxMessages, (poll + 1) * maxMessages),
    )
    return polls.flatMap((poll) =>
      Array.from({ length: segment }, (_, id) => {
        const kept = poll.filter(([key]) => slotOf(key, segment) === id)
        const vps = Map.groupBy(kept, ([key]) => slotOf(key, virtualPartition!))
        return [...vps.values()].map(({ length }) => length)
      }),
    )
  })
}

describe('simulation', () => {
  it('keeps every message: lanes, batches, members and traffic add up', () => {
    fc.assert(
      fc.property(rows, layers, options, (messages, strategy, given) => {
        const document = simulated(strategy, messages, given)
        const keyless = messages.filter(([key]) => key === null).length
        for (const lane of document.lanes) {
          const expected = messages.length - (lane.layer === 'partition' ? keyless : 0)
          expect(sum(lane.slots.map((slot) => slot.messages))).toBe(expected)
          if (lane.layer === 'partition') continue
          const bytes = messages.map(([key, , value]) => (key?.length ?? 0) + (value ?? 0))
          expect(sum(lane.bytes)).toBe(sum(bytes))
        }
        const { members, traffic } = document.strategies[0]!
        if (members !== null) expect(sum(members.messages)).toBe(messages.length)
        expect(traffic.messagesRead).toBe(messages.length * (strategy.segment ?? 1))
      }),
    )
  })

  it('fills VPs as a plain reading of the rules does', () => {
    fc.assert(
      fc.property(rows, layers, options, (messages, strategy, given) => {
        const document = simulated(strategy, messages, { ...given, distribution: 'consistent' })
        const polls = plainBatches(strategy, messages, given.maxMessages)
        const batches = polls.filter((vps) => vps.length > 0)
        const found = document.strategies[0]!.batches!
        expect(found.batches).toBe(batches.length)
        expect(found.dropped).toBe(polls.length - batches.length)
        for (const [busy, count] of found.busyHistogram.entries()) {
          expect(count).toBe(batches.filter(({ length }) => length === busy).length)
        }
        const fullest = sum(batches.map((vps) => Math.max(0, ...vps)))
        expect(found.parallelEfficiency).toBe(
          fullest === 0 ? 0 : messages.length / (strategy.virtualPartition * fullest),
        )
        const sorted = batches.map(({ length }) => length).sort((a, b) => a - b)
        expect(found.busy.p50).toBe(sorted[Math.ceil(sorted.length * 0.5) - 1] ?? 0)
        expect(found.busy.p1).toBe(sorted[Math.ceil(sorted.length * 0.01) - 1] ?? 0)
      }),
    )
  })

  it('does not depend on how the messages were cut into batches', () => {
    fc.assert(
      fc.property(rows, layers, options, fc.nat(120), (messages, strategy, given, cut) => {
        const whole = simulated(strategy, messages, given)
        const strategies = [strategyOf(strategy)]
        const simulator = new Simulator({ ...defaults, ...given, strategies })
        simulator.add(batchOf(messages.slice(0, cut)))
        simulator.add(batchOf(messages.slice(cut)))
        expect(simulator.document({ generatedBy: 'pstool test' }, read)).toEqual(whole)
      }),
    )
  })

  it('reaches no more inner slots than the arithmetic allows, nor more VPs than keys', () => {
    fc.assert(
      fc.property(rows, layers, options, (messages, strategy, given) => {
        const document = simulated(strategy, messages, given)
        for (const pair of document.layers.correlation) {
          expect(pair.reachable * pair.gcd).toBe(pair.innerCount)
          expect(pair.observed).toBeLessThanOrEqual(pair.reachable)
          expect(workersBusy(document)).toBeLessThanOrEqual(document.layers.stacked!.workers)
        }
        const distinct = new Set(messages.map(([key]) => key)).size
        const busiest = document.strategies[0]!.batches!.busyHistogram.findLastIndex((n) => n > 0)
        expect(busiest).toBeLessThanOrEqual(Math.min(distinct, strategy.virtualPartition))
      }),
    )
  })

  it('is never less efficient balanced than one VP alone would be, nor above 1', () => {
    fc.assert(
      fc.property(rows, layers, options, (messages, strategy, given) => {
        const { batches } = simulated(strategy, messages, given).strategies[0]!
        if (messages.length === 0) return
        const least = 1 / strategy.virtualPartition
        expect(batches!.parallelEfficiency).toBeGreaterThanOrEqual(least - 1e-12)
        expect(batches!.parallelEfficiency).toBeLessThanOrEqual(1)
      }),
    )
  })
})

function workersBusy(document: SimulationDocument): number {
  return document.layers.stacked?.busyWorkers ?? 0
}

describe('balancedSlots', () => {
  const groups = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 })
  const count = fc.integer({ min: 1, max: 10 })
  const loadsOf = (sizes: readonly number[], slots: readonly number[], n: number) =>
    Array.from({ length: n }, (_, slot) => sum(sizes.filter((_, group) => slots[group] === slot)))

  it('gives each key one slot and leaves none empty that a key could fill', () => {
    fc.assert(
      fc.property(groups, count, (sizes, n) => {
        const slots = balancedSlots(sizes, n)
        expect(slots).toHaveLength(sizes.length)
        expect(slots.every((slot) => Number.isInteger(slot) && slot >= 0 && slot < n)).toBe(true)
        expect(new Set(slots).size).toBe(Math.min(n, sizes.length))
      }),
    )
  })

  it('places largest first: without its last group no slot is fuller than any other', () => {
    fc.assert(
      fc.property(groups, count, (sizes, n) => {
        const slots = balancedSlots(sizes, n)
        const loads = loadsOf(sizes, slots, n)
        for (const [slot, load] of loads.entries()) {
          const own = sizes.filter((_, group) => slots[group] === slot)
          expect(load - Math.min(...own, load)).toBeLessThanOrEqual(Math.min(...loads))
        }
      }),
    )
  })
})

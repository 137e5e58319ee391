import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionerNamed } from '../../src/domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../../src/domain/routing/reducers.ts'
import { balancedSlots } from '../../src/domain/virtual/balanced.ts'
import { splitBatch } from '../../src/domain/virtual/split-batch.ts'
import { messagesOf } from '../support/virtual/messages.ts'

const keys = fc.array(fc.option(fc.string({ maxLength: 2 })), { maxLength: 60 })
const splitting = fc.record({
  maxPartitions: fc.integer({ min: 1, max: 9 }),
  distribution: fc.constantFrom<'consistent' | 'balanced'>('consistent', 'balanced'),
  reducer: fc.constantFrom('byte-sum', 'murmur2', 'md5', 'xxh32').map(reducerNamed),
})
const partitioner = partitionerNamed('key', { seed: 0 })

describe('splitting', () => {
  it('V3: is total, in range, and equal keys are in one slot', () => {
    fc.assert(
      fc.property(keys, splitting, (all, how) => {
        const { slots, error } = splitBatch(messagesOf(all), { ...how, partitioner })
        expect(error).toBe(null)
        expect(slots).toHaveLength(all.length)
        const slotOf = new Map<string, number>()
        for (const [index, key] of all.entries()) {
          const slot = slots[index]!
          expect(slot >= 0 && slot < how.maxPartitions && Number.isInteger(slot)).toBe(true)
          expect(slotOf.get(key ?? '') ?? slot).toBe(slot)
          slotOf.set(key ?? '', slot)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('V3: consistent gives a key the same slot in every batch', () => {
    fc.assert(
      fc.property(keys, keys, splitting, (some, others, how) => {
        const consistent = { ...how, distribution: 'consistent', partitioner } as const
        const whole = splitBatch(messagesOf([...some, ...others]), consistent).slots
        const parts = [some, others].flatMap(
          (each) => splitBatch(messagesOf(each), consistent).slots,
        )
        expect(parts).toEqual(whole)
      }),
      { numRuns: 100 },
    )
  })

  it('V2: one bad slot of any message puts the whole batch into VP 0', () => {
    const bad = fc.constantFrom(-1, 9, 0.5, Number.NaN, Number.POSITIVE_INFINITY)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), bad, (size, at, slot) => {
        let calls = 0
        const reducer = customReducer('bad', () => (calls++ === at % size ? slot : 1))
        const all = Array.from({ length: size }, () => 'key')
        const how = { maxPartitions: 9, distribution: 'consistent', partitioner, reducer } as const
        const split = splitBatch(messagesOf(all), how)
        expect(split.slots).toEqual(all.map(() => 0))
        expect(split.error).toBeInstanceOf(Error)
      }),
      { numRuns: 100 },
    )
  })

  it('V3: balanced leaves no slot heavier than the lightest by more than its last group', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), (all, count) => {
        const slots = balancedSlots(all, count)
        const loads = new Array<number>(count).fill(0)
        for (const [group, slot] of slots.entries()) loads[slot]! += all[group]!
        for (const [slot, load] of loads.entries()) {
          const smallest = Math.min(...all.filter((_, group) => slots[group] === slot))
          if (load > 0) expect(load - smallest).toBeLessThanOrEqual(Math.min(...loads))
        }
      }),
      { numRuns: 200 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { customPartitioner, partitionerNamed } from '../../src/domain/routing/partitioners.ts'
import { REDUCER_NAMES, reducerNamed } from '../../src/domain/routing/reducers.ts'
import { filters, handedOut, keyed } from '../unit/runtime/filters/filtering.ts'

const keys = fc.array(fc.option(fc.oneof(fc.nat({ max: 50 }).map(String), fc.string())), {
  maxLength: 60,
})
const picky = customPartitioner('picky', ({ key }) => {
  if (key !== null && key.length % 3 === 2) throw new Error('no')
  return key
})
const routing = fc.record({
  partitioner: fc.constantFrom(partitionerNamed('key', { seed: 1 }), picky),
  // `identity` cannot place most texts, so that P4 is among what is tried.
  reducer: fc.constantFrom(...REDUCER_NAMES.map(reducerNamed)),
})
const onPartitionerError = () => {}
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)
const ascending = (a: number, b: number) => a - b

describe('segments', () => {
  it('I7, P4: each message is in exactly one segment', () => {
    fc.assert(
      fc.property(keys, routing, fc.integer({ min: 1, max: 7 }), (given, by, count) => {
        const messages = keyed(given)
        const kept = numbers(count).flatMap((id) => {
          const segment = { id, count, ...by }
          return handedOut(filters({ segment, onPartitionerError }), messages).offsets
        })
        expect(kept.sort(ascending)).toEqual(numbers(messages.length))
      }),
    )
  })

  it('M12: after a rescale each message was processed by one old segment or is by one new one', () => {
    const committed = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(
        keys,
        routing,
        routing,
        committed,
        fc.integer({ min: 1, max: 5 }),
        (given, old, by, reached, count) => {
          const messages = keyed(given)
          const start = Math.min(...reached)
          const before = reached.flatMap((end, id) => {
            const segment = { id, count: reached.length, ...old }
            const own = handedOut(filters({ segment, onPartitionerError }), messages).offsets
            return own.filter((offset) => offset < end)
          })
          const ranges = reached.map((to, segment) => ({
            ...{ topic: 'orders', partition: 0, segment, segments: reached.length },
            ...{ from: start, to },
          }))
          const after = numbers(count).flatMap((id) => {
            const segment = { id, count, ...by }
            const exclusions = { ...old, ranges }
            const one = filters({ segment, exclusions, onPartitionerError })
            return handedOut(one, messages.slice(start)).offsets
          })
          expect([...before, ...after].sort(ascending)).toEqual(numbers(messages.length))
        },
      ),
    )
  })
})

describe('throttle', () => {
  /** How long after each look the next one comes, and how far back it fetches. */
  const looks = fc.array(fc.tuple(fc.nat({ max: 90 }), fc.nat({ max: 9 })), { maxLength: 40 })

  it('L7: no interval has more than the limit, nothing waits in vain, everything goes', () => {
    fc.assert(
      fc.property(
        looks,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 60 }),
        (given, limit, intervalMs) => {
          const slow = filters({ throttle: { limit, intervalMs } })
          const messages = keyed(numbers(50).map(String))
          const wentAt: number[] = []
          let now = 0
          const look = (from: number) => {
            const { take, hold } = handedOut(slow, messages.slice(from), now)
            for (let at = wentAt.length; at < from + take; at++) wentAt.push(now)
            if (hold === null) return 0
            const recent = wentAt.filter((at) => at > now - intervalMs)
            expect(recent).toHaveLength(limit)
            expect(hold).toEqual({ waitMs: recent[0]! + intervalMs - now, reason: 'throttle' })
            return hold.waitMs
          }
          for (const [after, back] of given) {
            look(Math.max(0, wentAt.length - back))
            now += after
          }
          // From here on as a runtime does it: each wait lets at least one message go.
          for (let left = 50 - wentAt.length; left >= 0; left--) now += look(wentAt.length)
          expect(wentAt).toHaveLength(50)
          for (const [i, at] of wentAt.entries()) {
            expect((wentAt[i + limit] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(
              intervalMs,
            )
          }
        },
      ),
    )
  })
})

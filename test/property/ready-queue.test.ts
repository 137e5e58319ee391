import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadyPartition, ReadyQueue } from '../../src/domain/virtual/ready-queue.ts'

type Ready = ReadyPartition<string>

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ arrival: fc.nat(50), partition: fc.constantFrom('a', 'b') }),
  },
  { weight: 1, arbitrary: fc.constant('take' as const) },
  { weight: 1, arbitrary: fc.constantFrom('take a' as const, 'take b' as const) },
)

function oldest(list: readonly Ready[], isFit: (ready: Ready) => boolean): number | undefined {
  const arrivals = list.filter(isFit).map(({ arrival }) => arrival)
  return arrivals.length === 0 ? undefined : Math.min(...arrivals)
}

describe('the ready queue', () => {
  it('V8: always gives the oldest, of all or of those that fit, as a sorted list would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ReadyQueue<string>()
        const list: Ready[] = []
        for (const [index, each] of steps.entries()) {
          if (typeof each === 'object') {
            const ready = { ...each, virtualPartition: index }
            queue.add(ready)
            list.push(ready)
          } else {
            const only = each === 'take' ? null : each.slice(-1)
            const isFit = (ready: Ready) => only === null || ready.partition === only
            const expected = oldest(list, isFit)
            const taken = only === null ? queue.take() : queue.takeWhere(isFit)
            expect(taken?.arrival).toBe(expected)
            if (taken !== undefined) {
              expect(isFit(taken)).toBe(true)
              expect(list).toContain(taken)
              list.splice(list.indexOf(taken), 1)
            }
          }
          expect(queue.size).toBe(list.length)
        }
        const rest = list.map(() => queue.take()!.arrival)
        expect(rest).toEqual(list.map(({ arrival }) => arrival).sort((a, b) => a - b))
        expect(queue.take()).toBe(undefined)
      }),
      { numRuns: 300 },
    )
  })
})

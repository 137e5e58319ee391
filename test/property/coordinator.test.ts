import { serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoordinationOptions } from '../../src/domain/virtual/coordination.ts'
import { type Faults, World, type WorldOptions } from '../support/virtual/world.ts'

const share = (most: number) =>
  fc.oneof(fc.constant(0), fc.double({ min: 0, max: most, noNaN: true }))

const faults: fc.Arbitrary<Faults> = fc.record({
  failure: share(0.4),
  poison: share(0.15),
  mark: share(0.5),
  pause: share(0.15),
  seek: share(0.05),
  collapse: share(0.1),
  revocation: share(0.02),
  dispatchFailure: share(0.5),
  dropped: share(0.3),
  splitFailure: share(0.2),
})

const coordination: fc.Arbitrary<CoordinationOptions> = fc.record({
  isVirtual: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  overlap: fc.boolean(),
  maxInFlight: fc.integer({ min: 1, max: 20 }),
  runAhead: fc.integer({ min: 0, max: 20 }),
  maxMessages: fc.integer({ min: 1, max: 8 }),
  manualOffsets: fc.boolean(),
  metadataStrategy: fc.constantFrom('exact', 'current'),
  backOff: fc.constant({ timeoutMs: 1, maxTimeoutMs: 8, exponential: true }),
  deadLetters: fc.option(
    fc.record({
      maxRetries: fc.integer({ min: 0, max: 3 }),
      independent: fc.boolean(),
      markAfterDispatch: fc.boolean(),
    }),
  ),
})

const worlds: fc.Arbitrary<WorldOptions> = fc.record({
  seed: fc.nat(),
  messages: fc.integer({ min: 1, max: 40 }),
  virtualPartitions: fc.integer({ min: 1, max: 5 }),
  workers: fc.integer({ min: 1, max: 4 }),
  steps: fc.integer({ min: 0, max: 300 }),
  faults,
  coordination,
})

const NO_FAULTS: Faults = {
  failure: 0,
  poison: 0,
  mark: 0,
  pause: 0,
  seek: 0,
  collapse: 0,
  revocation: 0,
  dispatchFailure: 0,
  dropped: 0,
  splitFailure: 0,
}

describe('the coordinator under any schedule', () => {
  it('I1, I2, I3, I4, I5, I6: loses nothing, keeps order, passes nothing, repeats nothing marked, comes to an end', () => {
    fc.assert(
      fc.property(worlds, (options) => {
        const world = new World(options)
        expect(world.run()).toBe(true)
        expect(world.ledger.undone()).toEqual([])
        const { manualOffsets, deadLetters } = options.coordination
        const isLeftToUser = manualOffsets || deadLetters?.markAfterDispatch === false
        if (!isLeftToUser && options.faults.pause === 0) {
          expect(world.ledger.stored).toBeGreaterThanOrEqual(world.end)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('E5: endless failures keep the state as small as it was', () => {
    const sizes = [60, 3000].map((steps) => {
      const world = new World({
        seed: 7,
        messages: 30,
        virtualPartitions: 4,
        workers: 3,
        steps,
        faults: { ...NO_FAULTS, failure: 1, mark: 0 },
        coordination: {
          ...fc.sample(coordination, { numRuns: 1, seed: 1 })[0]!,
          deadLetters: null,
        },
      })
      world.chaos()
      return serialize(world.state).byteLength
    })
    expect(sizes[1]).toBeLessThan(sizes[0]! + 2000)
  })
})

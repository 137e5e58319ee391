import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SampleMode } from '../../src/domain/model/selection.ts'
import { stretchesOf } from '../../src/domain/model/stretches.ts'

describe('stretches of a limited read', () => {
  it('hold exactly the limit or everything, ascending, apart, and inside the log', () => {
    const mode = fc.constantFrom<SampleMode>('all', 'head', 'tail', 'spread')
    const lengths = fc.array(fc.oneof(fc.nat(20), fc.nat(5000)), { maxLength: 6 })
    fc.assert(
      fc.property(lengths, fc.nat(8000), mode, fc.maxSafeNat(), (lengths, limit, sample, seed) => {
        const sizes = lengths.map((size, partition) => ({ partition, size }))
        const stretches = stretchesOf(sizes, limit, sample, seed)
        const total = lengths.reduce((sum, size) => sum + size, 0)
        const taken = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
        expect(taken).toBe(Math.min(limit, total))
        let end = { partition: -1, to: 0 }
        for (const { partition, from, to } of stretches) {
          expect(from).toBeGreaterThanOrEqual(partition === end.partition ? end.to : 0)
          expect(partition).toBeGreaterThanOrEqual(end.partition)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(lengths[partition]!)
          end = { partition, to }
        }
      }),
      { numRuns: 300 },
    )
  })
})

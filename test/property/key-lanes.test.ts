import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpectrumBuilder } from '../../src/domain/keys/count-spectrum.ts'
import { packedMaximum } from '../../src/domain/keys/packing.ts'
import { skewFigures } from '../../src/domain/keys/skew.ts'

/** Few different counts, so that many keys are equal and are packed together. */
const counts = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }))
  .chain(([size, most]) =>
    fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: size * 3 }),
  )

function spectrumOf(messages: readonly number[]) {
  const builder = new SpectrumBuilder()
  for (const count of messages) builder.add(count)
  return builder.build()
}

function packedOneByOne(messages: readonly number[], slots: number): number {
  const loads = new Array<number>(slots).fill(0)
  for (const count of messages.toSorted((a, b) => b - a)) {
    const emptiest = loads.indexOf(Math.min(...loads))
    loads[emptiest]! += count
  }
  return Math.max(...loads)
}

describe('largest-first packing', () => {
  it('is the same in groups as one by one', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), (messages, slots) => {
        expect(packedMaximum(spectrumOf(messages), slots)).toBe(packedOneByOne(messages, slots))
      }),
      { numRuns: 150 },
    )
  })

  it('is never below the largest key or the mean, nor above their sum', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), (messages, slots) => {
        const most = packedMaximum(spectrumOf(messages), slots)
        const mean = messages.reduce((sum, count) => sum + count, 0) / slots
        expect(most).toBeGreaterThanOrEqual(Math.max(mean, ...messages))
        expect(most).toBeLessThanOrEqual(mean + Math.max(...messages))
      }),
      { numRuns: 100 },
    )
  })
})

describe('skew', () => {
  it('stays in range and is not changed by scale', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 50 }), (messages, times) => {
        const skew = skewFigures(spectrumOf(messages))
        const scaled = skewFigures(spectrumOf(messages.map((count) => count * times)))
        const { top1Share, top10Share, gini, normalizedEntropy, effectiveKeys } = skew
        for (const part of [top1Share, top10Share, gini, normalizedEntropy]) {
          expect(part).toBeGreaterThanOrEqual(0)
          expect(part).toBeLessThanOrEqual(1)
        }
        expect(effectiveKeys).toBeLessThanOrEqual(messages.length * (1 + 1e-9))
        expect(scaled.gini).toBeCloseTo(gini, 9)
        expect(scaled.effectiveKeys).toBeCloseTo(effectiveKeys, 6)
        expect(scaled.cv).toBeCloseTo(skew.cv, 9)
      }),
      { numRuns: 60 },
    )
  })
})

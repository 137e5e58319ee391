import { describe, expect, it } from 'vitest'
import { plannedStretches } from '../../../../src/adapters/kafka/selected-ranges.ts'

const ALL = Number.POSITIVE_INFINITY
const RANGES = [
  { partition: 0, from: 100, stop: 200 },
  { partition: 1, from: 0, stop: 4 },
  { partition: 2, from: 9, stop: 9 },
]

describe('stretches of a read', () => {
  it('without a limit are the whole ranges', () => {
    for (const sample of ['all', 'head', 'tail', 'spread'] as const) {
      const planned = plannedStretches(RANGES, { limit: null, sample, seed: 1 })
      expect(planned.get(0)).toEqual([{ from: 100, stop: 200, quota: ALL }])
      expect(planned.get(2)).toEqual([])
    }
  })

  it('of a head reach to the end, so that gaps cost no message', () => {
    const planned = plannedStretches(RANGES, { limit: 20, sample: 'head', seed: 1 })
    expect(planned.get(0)).toEqual([{ from: 100, stop: 200, quota: 16 }])
    expect(planned.get(1)).toEqual([{ from: 0, stop: 4, quota: ALL }])
  })

  it('of a tail are the last offsets', () => {
    const planned = plannedStretches(RANGES, { limit: 20, sample: 'tail', seed: 1 })
    expect(planned.get(0)).toEqual([{ from: 184, stop: 200, quota: ALL }])
  })

  it('of a spread reach to the next one, and together want the limit', () => {
    const planned = plannedStretches(RANGES, { limit: 30, sample: 'spread', seed: 7 })
    const spread = planned.get(0)!
    expect(spread.length).toBeGreaterThan(4)
    expect(spread.reduce((sum, { quota }) => sum + quota, 0)).toBe(26)
    spread.forEach(({ from, stop, quota }, i) => {
      expect(stop).toBe(spread[i + 1]?.from ?? 200)
      expect(from + quota).toBeLessThanOrEqual(stop)
    })
  })
})

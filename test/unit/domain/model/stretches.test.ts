import { describe, expect, it } from 'vitest'
import { stretchesOf } from '../../../../src/domain/model/stretches.ts'

const sizes = (...list: number[]) => list.map((size, partition) => ({ partition, size }))
const lengths = (stretches: readonly { from: number; to: number }[]) =>
  stretches.map(({ from, to }) => to - from)

describe('stretchesOf', () => {
  it('takes everything without a limit, and nothing of an empty partition', () => {
    expect(stretchesOf(sizes(3, 0, 2), null, 'spread', 1)).toEqual([
      { partition: 0, from: 0, to: 3 },
      { partition: 2, from: 0, to: 2 },
    ])
  })

  it('shares a limit evenly; what a short partition leaves goes to the longer ones', () => {
    expect(lengths(stretchesOf(sizes(100, 2, 100), 52, 'head', 1))).toEqual([25, 2, 25])
    expect(lengths(stretchesOf(sizes(10, 10, 10), 10, 'head', 1))).toEqual([3, 3, 4])
    expect(stretchesOf(sizes(5, 5), 0, 'head', 1)).toEqual([])
  })

  it('takes the last ones as tail', () => {
    expect(stretchesOf(sizes(10, 4), 6, 'tail', 1)).toEqual([
      { partition: 0, from: 7, to: 10 },
      { partition: 1, from: 1, to: 4 },
    ])
  })

  it('gives each part of the log its stretch when it spreads', () => {
    const stretches = stretchesOf(sizes(100_000), 1000, 'spread', 7)
    expect(stretches).toHaveLength(16)
    stretches.forEach(({ from, to }, part) => {
      expect(from).toBeGreaterThanOrEqual(Math.floor((part * 99_000) / 16))
      expect(to).toBeLessThanOrEqual(Math.ceil(((part + 1) * 100_000) / 16))
    })
  })

  it('places stretches by seed and partition, not alike in all partitions', () => {
    const places = (seed: number) =>
      Map.groupBy(
        stretchesOf(sizes(10_000, 10_000), 400, 'spread', seed),
        ({ partition }) => partition,
      )
    const starts = (seed: number, partition: number) =>
      places(seed)
        .get(partition)!
        .map(({ from }) => from)
    expect(starts(1, 0)).toEqual(starts(1, 0))
    expect(starts(1, 0)).not.toEqual(starts(2, 0))
    expect(starts(1, 0)).not.toEqual(starts(2 ** 32 + 1, 0))
    expect(starts(1, 0)).not.toEqual(starts(1, 1))
  })
})

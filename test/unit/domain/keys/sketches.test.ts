import { describe, expect, it } from 'vitest'
import { addDistinct } from '../../../../src/domain/keys/forgotten-keys.ts'
import { HyperLogLog } from '../../../../src/domain/keys/hyper-log-log.ts'
import { KeyTable } from '../../../../src/domain/keys/key-table.ts'
import { valueAtRank } from '../../../../src/domain/keys/rank.ts'
import { SizeHistogram } from '../../../../src/domain/keys/size-histogram.ts'
import { bytesOfText, typedArrayText } from '../../../../src/domain/keys/typed-array-text.ts'

/** Counts `user-0`, `user-1`, .. as the profile does. */
function counted(from: number, to: number): HyperLogLog {
  const counter = new HyperLogLog()
  const table = new KeyTable()
  const key = new Uint8Array(12)
  for (let id = from; id < to; id++) {
    for (let i = 0, rest = id; i < 8; i++, rest = Math.floor(rest / 10))
      key[11 - i] = 48 + (rest % 10)
    if (table.size === 10_000) table.clear()
    addDistinct(counter, table, table.intern(key, 0, key.length))
  }
  return counter
}

describe('HyperLogLog', () => {
  it.each([1, 10, 100, 1000, 10_000, 100_000])('counts %i distinct keys within 2 %', (keys) => {
    const counter = counted(0, keys)
    const estimate = counter.estimate()
    expect(Math.abs(estimate / keys - 1)).toBeLessThan(0.02)
    const { lower, upper } = counter.bounds(estimate)
    expect([lower <= keys, upper >= keys, upper / lower < 1.025]).toEqual([true, true, true])
  })

  it('counts a million within 2 %, and the same when two halves that overlap are merged', () => {
    const both = counted(0, 600_000)
    both.merge(counted(400_000, 1_000_000))
    expect(Math.abs(both.estimate() / 1e6 - 1)).toBeLessThan(0.02)
  })

  it('says 0 of nothing, and does not change when a key comes again', () => {
    const counter = new HyperLogLog()
    expect(counter.estimate()).toBe(0)
    counter.add(1, 2)
    const once = counter.estimate()
    counter.add(1, 2)
    expect([counter.estimate(), Math.round(once)]).toEqual([once, 1])
  })
})

describe('SizeHistogram', () => {
  it.each([0, 1, 31, 32, 33, 63, 64, 100, 1023, 1024, 5_000_000, 2 ** 31 - 1])(
    'keeps %i within 1/16',
    (size) => {
      const sizes = new SizeHistogram()
      sizes.add(size, 3)
      sizes.add(2 ** 31 - 1, 1)
      const { p50, p99, max, total } = sizes.figures()
      expect(p50).toBeGreaterThanOrEqual(size)
      expect(p50).toBeLessThanOrEqual(size * (1 + 1 / 16))
      expect([p99, max, total]).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 3 * size + 2 ** 31 - 1])
    },
  )
})

describe('valueAtRank', () => {
  it('is what sorting says', () => {
    const values = Array.from({ length: 501 }, (_, i) => (i * 7919) % 97)
    const descending = values.toSorted((a, b) => b - a)
    const found = values.map((_, rank) => valueAtRank(Float64Array.from(values), rank))
    expect(found).toEqual(descending)
  })
})

describe('typedArrayText', () => {
  it('gives back every byte, also across chunks', () => {
    const values = Float64Array.from({ length: 10_001 }, (_, i) => i * Math.PI)
    expect(new Float64Array(bytesOfText(typedArrayText(values)).buffer)).toEqual(values)
    expect(typedArrayText(Uint8Array.of(77, 97))).toBe('TWE=')
  })
})

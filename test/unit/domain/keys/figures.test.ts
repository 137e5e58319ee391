import { describe, expect, it } from 'vitest'
import { SpectrumBuilder, withMore } from '../../../../src/domain/keys/count-spectrum.ts'
import { packedMaximum } from '../../../../src/domain/keys/packing.ts'
import { randomHashImbalance } from '../../../../src/domain/keys/random-hash.ts'
import { samplingFigures, shareInterval } from '../../../../src/domain/keys/sampling.ts'
import { skewFigures } from '../../../../src/domain/keys/skew.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { context, documentOf, lane, MINUTE, profilerOf, type Row, repeated } from './streams.ts'

function spectrum(...counts: number[]) {
  const builder = new SpectrumBuilder()
  for (const count of counts) builder.add(count)
  return builder.build()
}

describe('skewFigures', () => {
  it('are what the definitions say for 4, 2, 1, 1 messages', () => {
    const skew = skewFigures(spectrum(4, 2, 1, 1))
    // H = 1/2 x 1 + 1/4 x 2 + 2 x 1/8 x 3 = 1.75 bits; Gini: (2 x (1+2+6+16)) / (4 x 8) - 5/4
    expect(skew).toEqual({
      top1Share: 0.5,
      top10Share: 1,
      top1PercentShare: 0.5,
      cv: Math.sqrt(1.5) / 2,
      gini: 0.3125,
      normalizedEntropy: 0.875,
      effectiveKeys: 2 ** 1.75,
    })
  })

  it('are even for equal keys, also for a single one', () => {
    const even = { cv: 0, gini: 0, normalizedEntropy: 1 }
    expect(skewFigures(spectrum(...Array(64).fill(3)))).toMatchObject({
      ...even,
      effectiveKeys: 64,
    })
    expect(skewFigures(spectrum(9))).toMatchObject({ ...even, effectiveKeys: 1, top1Share: 1 })
  })

  it('takes the most frequent 1 % of the keys, rounded up', () => {
    const { top1PercentShare, top10Share } = skewFigures(spectrum(50, 40, ...Array(110).fill(1)))
    expect(top1PercentShare).toBe(90 / 200)
    expect(top10Share).toBe(98 / 200)
  })
})

describe('withMore', () => {
  it('moves one key up', () => {
    const { counts, keys, distinct, messages } = withMore(spectrum(5, 2, 2), 2, 10)
    expect([[...counts], [...keys], distinct, messages]).toEqual([[12, 5, 2], [1, 1, 1], 3, 19])
    expect(withMore(spectrum(5), 0, 4).distinct).toBe(2)
  })
})

describe('packedMaximum', () => {
  it('packs many equal keys evenly, and a rest on top', () => {
    expect(packedMaximum(spectrum(...Array(1000).fill(3)), 5)).toBe(600)
    expect(packedMaximum(spectrum(...Array(1001).fill(3)), 5)).toBe(603)
    expect(packedMaximum(spectrum(10_000, ...Array(1000).fill(3)), 5)).toBe(10_000)
    expect(packedMaximum(spectrum(), 5)).toBe(0)
  })
})

describe('randomHashImbalance', () => {
  it('is close to what is known of throwing balls into bins', () => {
    // One ball into 4 bins; two balls into 2 bins: 2 with chance 1/2, else 1.
    expect(randomHashImbalance(spectrum(7), 4)).toBe(4)
    expect(randomHashImbalance(spectrum(1, 1), 2)).toBeCloseTo(1.5, 1)
    // Many equal keys: mean + expected maximum of 2 normals, 1/sqrt(pi) deviations apart.
    const many = new SpectrumBuilder()
    many.add(1, 1_000_000)
    expect((randomHashImbalance(many.build(), 2) - 1) * 1000).toBeCloseTo(0.798, 1)
    expect(randomHashImbalance(spectrum(1, 5), 1)).toBe(1)
  })

  it('stays close with very many slots, which are thrown less often', () => {
    // 10^8 equal keys into 10^4 slots: mean 10^4, deviation 100, expected maximum 3.85 of those.
    const many = new SpectrumBuilder()
    many.add(1, 1e8)
    expect((randomHashImbalance(many.build(), 10_000) - 1) * 100).toBeCloseTo(3.85, 1)
  })
})

describe('sampling', () => {
  const read = (changes: object) => context(changes).read

  it('says nothing when everything was read', () => {
    expect(samplingFigures(read({ available: 8 }), 8, spectrum(4, 4))).toBeNull()
    expect(samplingFigures(read({ available: null }), 8, spectrum(4, 4))).toBeNull()
  })

  it('says how much the sample covers: Good-Turing and Chao1', () => {
    const figures = samplingFigures(
      read({ sample: 'spread', available: 100 }),
      10,
      spectrum(3, 2, 2, 1, 1, 1),
    )
    // 3 keys once, 2 keys twice: 3 x 2 / (2 x 3) = 1 more at least; 3 of 10 messages were new.
    expect(figures).toMatchObject({ fraction: 0.1, coverage: 0.7, distinctAtLeast: 7 })
    expect(figures?.notes.join(' ')).toContain('Stretches')
  })

  it('adds no more keys than there are messages left', () => {
    const figures = samplingFigures(read({ available: 12 }), 10, spectrum(...Array(10).fill(1)))
    expect(figures).toMatchObject({ coverage: 0, distinctAtLeast: 12 })
  })

  it('tells of a length that nobody knows, and of an interruption', () => {
    const figures = samplingFigures(read({ interrupted: true }), 10, spectrum(10))
    expect(figures?.fraction).toBeNull()
    expect(figures?.notes.join(' ')).toContain('interrupted')
  })

  it('gives Wilson intervals, narrower the more was read', () => {
    // The textbook's 20 of 100: 0.1334 .. 0.2888
    const { lower, upper } = shareInterval(20, 100, null)
    expect([lower.toFixed(4), upper.toFixed(4)]).toEqual(['0.1334', '0.2888'])
    const half = shareInterval(20, 100, 200)
    expect(half.upper - half.lower).toBeLessThan(upper - lower)
    expect(shareInterval(20, 100, 100)).toEqual({ lower: 0.2, upper: 0.2 })
  })
})

describe('findings', () => {
  const codes = (...args: Parameters<typeof documentOf>) =>
    documentOf(...args).findings.map(({ code }) => code)
  const even = Array.from({ length: 1000 }, (_, i) => ({ key: `k${i % 500}`, partition: -1 }))

  it('are none where there is nothing to do', () => {
    expect(codes(even, { lanes: [lane('segment', 2, 'md5')] })).toEqual([])
  })

  it('name the better reducer of those compared', () => {
    const rows = ['0', '5', '14', '23'].map((key) => ({ key, partition: -1 }))
    const lanes = ['byte-sum', 'crc32', 'md5', 'murmur2'].map((name) => lane('segment', 4, name))
    const { findings, lanes: figures } = documentOf(rows, { lanes })
    const [first] = figures
    const best = figures.toSorted((a, b) => a.imbalance - b.imbalance)[0]!
    const finding = findings.find(({ code }) => code === 'avoidable-skew')!
    expect(best.imbalance).toBeLessThan(first!.imbalance)
    expect(finding.advice).toContain(`Use ${best.reducer}`)
    expect(finding.message).toContain(`${first!.imbalance.toFixed(2)} times the mean`)
  })

  it('see a hot key, too few keys, and refused keys', () => {
    const lanes = [lane('segment', 5, 'identity')]
    expect(codes([...repeated(9, { key: '1' }), { key: 'x' }], { lanes })).toEqual([
      'reducer-errors',
      'hot-key',
      'fewer-keys-than-slots',
      'virtual-partitions-unsuitable',
    ])
  })

  it('count in words that fit one and several', () => {
    const said = (rows: Row[], count: number, name = 'byte-sum') =>
      documentOf(rows, { lanes: [lane('segment', count, name)] })
        .findings.map(({ message, advice }) => `${message} ${advice}`)
        .join(' ')
    const [one, two] = [repeated(9, { key: '0' }), repeated(9, { key: '1' })]
    expect(said(one, 2)).toContain('1 distinct key cannot fill 2 segments: 1 is idle. Use a single')
    expect(said([...one, ...two], 4)).toContain(
      '2 distinct keys cannot fill 4 segments: 2 are idle. Use at most 2 slots,',
    )
    expect(said([...one, { key: 'x' }], 2, 'identity')).toContain('the keys of 1 message, which')
    expect(said([...one, { key: '0', partition: 1 }], 2)).toContain('1 key is in more than one')
    const moved = [...one, ...two].flatMap((row) => [row, { ...row, partition: 1 }])
    expect(said(moved, 2)).toMatch(/2 keys are in (more than one|several) partition/)
  })

  it('advise no number of slots where no message has a key', () => {
    const lanes = [lane('segment', 5, 'byte-sum')]
    const found = codes(repeated(9, { key: null }), { lanes })
    expect(found).toContain('null-keys')
    expect(found).not.toContain('fewer-keys-than-slots')
  })

  it('count the keys that are hot for a while', () => {
    const steady = even.map(({ key }, i) => ({ key, partition: -1, timestamp: i * 1000 }))
    const burst = (key: string, minute: number) =>
      repeated(60, { key, partition: -1, timestamp: minute * MINUTE })
    const said = (rows: readonly Row[]) =>
      documentOf([...steady, ...rows]).findings.find(({ code }) => code === 'burst')?.message
    expect(said(burst('a', 3))).toMatch(/; no other key is like it\.$/)
    expect(said([...burst('a', 3), ...burst('b', 9)])).toMatch(/; 2 such keys\.$/)
  })

  it('see idle slots though there are keys enough', () => {
    const rows = Array.from({ length: 8 }, (_, i) => ({ key: `${i * 2}`, partition: -1 }))
    const lanes = [lane('segment', 4, 'identity')]
    expect(codes(rows, { lanes })).toEqual(['avoidable-skew', 'idle-slots'])
  })

  it('see missing keys and an overfull partition', () => {
    const rows = even.map(({ key }, i) => ({
      key: i % 10 === 0 ? null : key,
      partition: i % 3 && 0,
    }))
    expect(codes(rows, { partitionCount: 4 })).toContain('null-keys')
    expect(codes(rows, { partitionCount: 4 })).toContain('partition-skew')
  })

  describe('of selected partitions', () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `k${(i * 7) % 301}`)
    const rows = keys.map((key) => ({ key, partition: reducerNamed('murmur2').slotOf(key, 3) }))
    const partitionLane = lane('partition', 3, 'murmur2')
    const of = (selected: number[]) =>
      profilerOf(
        rows.filter(({ partition }) => selected.includes(partition)),
        { partitionCount: 3, lanes: [partitionLane] },
      ).document(context({ partitions: selected }))

    it('have no skew against those that were not read', () => {
      const one = of([1])
      expect(one.partitions.map(({ partition, share }) => [partition, share])).toEqual([[1, 1]])
      expect(one.findings).toEqual([])
      // The producers still had three to choose from.
      expect(one.placement).toMatchObject({ partitionCount: 3, verdict: 'consistent' })
    })

    it('have skew among themselves, and the finding says so', () => {
      const found = profilerOf([...repeated(90, { key: 'a', partition: 2 }), { key: 'b' }], {
        partitionCount: 9,
      }).document(context({ partitions: [0, 2] }))
      const finding = found.findings.find(({ code }) => code === 'partition-skew')
      expect(finding?.message).toMatch(/1\.98 times the mean of the 2 partitions selected/)
    })

    it('are all that there are when all were asked for', () => {
      expect(of([0, 1, 2]).partitions).toHaveLength(3)
    })
  })

  it('count partitions that hold nothing', () => {
    const found = documentOf(repeated(10, { key: 'a', partition: 1 }), { partitionCount: 4 })
    expect(found.partitions.map(({ messages }) => messages)).toEqual([0, 10, 0, 0])
    const skew = found.findings.find(({ code }) => code === 'partition-skew')
    expect(skew?.message).toContain('4.00 times the mean of 4 partitions')
  })
})

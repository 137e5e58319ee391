import { serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type MetadataStrategy,
  type OffsetRun,
  OffsetTracker,
} from '../../src/domain/virtual/offset-tracker.ts'
import { NaiveTracker } from '../support/virtual/naive-tracker.ts'

const WHAT = [
  ...(['deliver', 'deliver', 'deliver', 'begin', 'begin', 'mark', 'mark', 'mark', 'mark'] as const),
  ...(['one', 'range', 'pass', 'seek', 'jump'] as const),
]

const step = fc.record({
  what: fc.constantFrom(...WHAT),
  place: fc.nat(40),
  size: fc.nat(8),
  gaps: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
  dropped: fc.array(
    fc.nat(5).map((n) => n === 0),
    { minLength: 9, maxLength: 9 },
  ),
  metadata: fc.option(fc.string({ maxLength: 2 }), { nil: undefined }),
})

function offsetsFrom(from: number, size: number, gaps: readonly number[]): number[] {
  const offsets: number[] = []
  for (let i = 0, at = from + (gaps[7] ?? 0); i < size; i++, at += 1 + (gaps[i] ?? 0)) {
    offsets.push(at)
  }
  return offsets
}

const strategies = fc.constantFrom<MetadataStrategy>('exact', 'current')

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** The tracker and the sets, told the same. */
class Pair {
  private readonly tracker: OffsetTracker
  private readonly naive: NaiveTracker
  private readonly runs = new Map<number, OffsetRun>()
  private from = 5

  constructor(strategy: MetadataStrategy) {
    this.tracker = new OffsetTracker(5, strategy)
    this.naive = new NaiveTracker(5, strategy)
  }

  deliver({ size, gaps, dropped }: Step): void {
    const offsets = offsetsFrom(this.from, size, gaps)
    const next = (offsets[offsets.length - 1] ?? this.from) + 1 + gaps[6]!
    const flags = Uint8Array.from(offsets, (_, index) => Number(dropped[index]))
    const given = this.tracker.deliver(this.from, offsets, flags, next)
    expect(given).toEqual(this.naive.deliver(this.from, offsets, dropped, next))
    this.from = next
  }

  begin({ size }: Step): void {
    const offsets = this.naive.unmarked.filter((_, index) => index % (size + 1) === 0)
    const run = { virtualPartition: size, offsets, marked: 0 }
    for (const each of offsets) this.runs.set(each, run)
    this.tracker.begin(run)
    this.naive.begin(offsets)
  }

  mark(each: Step): void {
    const offset = this.offsetOf(each)
    const by = this.runs.get(offset) ?? { virtualPartition: 0, offsets: [], marked: 0 }
    this.tracker.mark(by, offset, each.metadata)
    this.naive.mark(offset, each.metadata)
  }

  one(each: Step): void {
    if (this.naive.unmarked.length === 0) return
    this.tracker.markOne(this.offsetOf(each))
    this.naive.markOne(this.offsetOf(each))
  }

  range(each: Step): void {
    const first = this.offsetOf(each)
    this.tracker.markRange(first, first + each.size)
    this.naive.markRange(first, first + each.size)
  }

  pass(each: Step): void {
    this.tracker.pass(this.offsetOf(each))
    this.naive.pass(this.offsetOf(each))
  }

  /** The next delivery is of what was delivered before, or of what comes later. */
  jump({ size }: Step): void {
    this.from = Math.max(0, this.naive.position + size - 4)
  }

  seek({ place }: Step): void {
    this.from = place
    this.runs.clear()
    this.tracker.seek(place)
    this.naive.seek(place)
  }

  compare(size: number): void {
    const { tracker, naive } = this
    expect(tracker.position).toBe(naive.position)
    expect(tracker.metadata).toBe(naive.metadata)
    const left = naive.unmarked
    const one = left[size % Math.max(1, left.length)]
    if (one !== undefined) expect(tracker.positionAfter(one)).toBe(naive.positionAfter(one))
    const marked = Array.from({ length: 40 }, (_, place) => naive.position + place)
    expect(marked.filter((each) => !tracker.isMarked(each))).toEqual(
      marked.filter((each) => left.includes(each)),
    )
  }

  private offsetOf({ place }: Step): number {
    const { unmarked } = this.naive
    return unmarked[place % Math.max(1, unmarked.length)] ?? place
  }
}

describe('the offset tracker against sets', () => {
  it('O1, O2, O3, O5, O6, O7: gives out, materialises and remembers as the rules say', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), strategies, (steps, strategy) => {
        const pair = new Pair(strategy)
        for (const each of steps) {
          pair[each.what](each)
          pair.compare(each.size)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('O8: 200 000 messages marked from the back cost no more than a walk', () => {
    const count = 200_000
    const tracker = new OffsetTracker(0)
    const offsets = Array.from({ length: count }, (_, offset) => offset)
    tracker.deliver(0, offsets, null, count)
    for (let slot = 0; slot < 1000; slot++) {
      const own = Array.from({ length: count / 1000 }, (_, index) => slot + index * 1000)
      const run = { virtualPartition: slot, offsets: own, marked: 0 }
      tracker.begin(run)
      if (slot > 0) for (const offset of own) tracker.mark(run, offset)
    }
    expect(tracker.position).toBe(0)
    expect(tracker.outstanding).toBe(count)
    tracker.markRange(0, count)
    expect(tracker.position).toBe(count)
    expect(tracker.outstanding).toBe(0)
  })

  it('E5: what is settled is forgotten, however long it goes on', () => {
    const tracker = new OffsetTracker(0)
    for (let from = 0; from < 200_000; from += 500) {
      const offsets = Array.from({ length: 500 }, (_, index) => from + index)
      tracker.deliver(from, offsets, null, from + 500)
      const run = { virtualPartition: 0, offsets, marked: 0 }
      tracker.begin(run)
      for (const offset of offsets) tracker.mark(run, offset, 'metadata')
    }
    expect(serialize(tracker).byteLength).toBeLessThan(200_000)
  })
})

import { serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type MetadataStrategy,
  type OffsetRun,
  OffsetTracker,
} from '../../src/domain/virtual/offset-tracker.ts'

/** The rules as they are written, with sets, and as slow as that is. */
class NaiveTracker {
  private readonly strategy: MetadataStrategy
  private start: number
  private end: number
  private delivered = new Set<number>()
  private marked = new Set<number>()
  private passed = new Set<number>()
  private runs = new Map<number, number[]>()
  private given = new Map<number, string>()
  private recent = ''
  position: number

  constructor(position: number, strategy: MetadataStrategy) {
    this.position = position
    this.start = position
    this.end = position
    this.strategy = strategy
  }

  get metadata(): string {
    if (this.position === this.start) return ''
    if (this.strategy === 'current') return this.recent
    const materialised = this.known.findLast((offset) => offset < this.position)
    return materialised === undefined ? '' : (this.given.get(materialised) ?? '')
  }

  get unmarked(): number[] {
    return this.known.filter((offset) => !this.marked.has(offset))
  }

  private get known(): number[] {
    return [...this.delivered].sort((a, b) => a - b)
  }

  deliver(from: number, offsets: readonly number[], dropped: readonly boolean[], next: number) {
    const handedOut: number[] = []
    for (const offset of this.known) {
      const isGone = offset >= from && offset < next && !offsets.includes(offset)
      if (isGone) this.marked.add(offset)
    }
    for (const [index, offset] of offsets.entries()) {
      if (offset < this.position) continue
      this.delivered.add(offset)
      if (dropped[index]) this.marked.add(offset)
      if (!this.marked.has(offset) && !this.passed.has(offset)) handedOut.push(index)
    }
    this.end = Math.max(this.end, next)
    this.settle()
    return handedOut
  }

  begin(offsets: readonly number[]): void {
    for (const offset of offsets) this.runs.set(offset, [...offsets])
  }

  mark(offset: number, metadata: string | undefined): void {
    if (!this.delivered.has(offset) || offset < this.position) return
    if (metadata !== undefined) {
      this.recent = metadata
      this.given.set(offset, metadata)
    }
    for (const each of this.runs.get(offset) ?? [offset]) if (each <= offset) this.marked.add(each)
    this.cover(offset)
  }

  markOne(offset: number): void {
    this.marked.add(offset)
    this.settle()
  }

  markRange(first: number, last: number): void {
    for (const each of this.delivered) if (each >= first && each <= last) this.marked.add(each)
    this.cover(last)
  }

  pass(offset: number): void {
    if (this.delivered.has(offset) && !this.marked.has(offset)) this.passed.add(offset)
  }

  positionAfter(offset: number): number {
    const first = this.unmarked.find((each) => each !== offset)
    return this.before(first)
  }

  seek(offset: number): void {
    this.delivered.clear()
    this.marked.clear()
    this.passed.clear()
    this.runs.clear()
    this.given.clear()
    this.start = offset
    this.end = offset
    this.position = offset
  }

  private cover(offset: number): void {
    for (const each of this.passed) if (each <= offset) this.marked.add(each)
    this.settle()
  }

  private settle(): void {
    this.position = Math.max(this.position, this.before(this.unmarked[0]))
  }

  /** Behind the last delivered one before the first that is not marked; behind all where none is. */
  private before(unmarked: number | undefined): number {
    if (unmarked === undefined) return Math.max(this.end, this.position)
    const last = this.known.findLast((offset) => offset < unmarked)
    return last === undefined ? this.position : Math.max(this.position, last + 1)
  }
}

const step = fc.record({
  what: fc.constantFrom(
    ...['deliver', 'deliver', 'deliver', 'begin', 'begin', 'mark', 'mark', 'mark', 'mark'],
    ...['one', 'range', 'pass', 'seek', 'jump'],
  ),
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

describe('the offset tracker against sets', () => {
  it('O1, O2, O3, O5, O6, O7: gives out, materialises and remembers as the rules say', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom<MetadataStrategy>('exact', 'current'),
        (steps, strategy) => {
          const tracker = new OffsetTracker(5, strategy)
          const naive = new NaiveTracker(5, strategy)
          let runs = new Map<number, OffsetRun>()
          let from = 5
          for (const { what, place, size, gaps, dropped, metadata } of steps) {
            const { unmarked } = naive
            const offset = unmarked[place % Math.max(1, unmarked.length)] ?? place
            if (what === 'deliver') {
              const offsets = offsetsFrom(from, size, gaps)
              const next = (offsets[offsets.length - 1] ?? from) + 1 + gaps[6]!
              const flags = Uint8Array.from(offsets, (_, index) => Number(dropped[index]))
              expect(tracker.deliver(from, offsets, flags, next)).toEqual(
                naive.deliver(from, offsets, dropped, next),
              )
              from = next
            } else if (what === 'begin') {
              const offsets = unmarked.filter((_, index) => index % (size + 1) === 0)
              const run = { virtualPartition: size, offsets, marked: 0 }
              for (const each of offsets) runs.set(each, run)
              tracker.begin(run)
              naive.begin(offsets)
            } else if (what === 'mark') {
              const by = runs.get(offset) ?? { virtualPartition: 0, offsets: [], marked: 0 }
              tracker.mark(by, offset, metadata)
              naive.mark(offset, metadata)
            } else if (what === 'one' && unmarked.length > 0) {
              tracker.markOne(offset)
              naive.markOne(offset)
            } else if (what === 'range') {
              tracker.markRange(offset, offset + size)
              naive.markRange(offset, offset + size)
            } else if (what === 'pass') {
              tracker.pass(offset)
              naive.pass(offset)
            } else if (what === 'jump') {
              from = Math.max(0, naive.position + size - 4)
            } else if (what === 'seek') {
              from = place
              runs = new Map()
              tracker.seek(place)
              naive.seek(place)
            }
            expect(tracker.position).toBe(naive.position)
            expect(tracker.metadata).toBe(naive.metadata)
            const left = naive.unmarked
            if (left.length > 0) {
              const one = left[size % left.length]!
              expect(tracker.positionAfter(one)).toBe(naive.positionAfter(one))
            }
            for (let each = naive.position; each < from + 5; each++) {
              expect(tracker.isMarked(each)).toBe(!left.includes(each))
            }
          }
        },
      ),
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

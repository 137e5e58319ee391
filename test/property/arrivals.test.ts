import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Arrivals, type PartitionArrivals } from '../../src/domain/virtual/arrivals.ts'

/** Partitions that are read ahead as far as they are allowed, each message in the order of numbers. */
class Partitions {
  private readonly arrivals = new Arrivals()
  private readonly parts: PartitionArrivals[]
  private readonly lengths: number[]
  private readonly waiting: number[][]
  private readonly fetched: number[]
  private readonly poll: number

  constructor(lengths: readonly number[], { poll, ahead }: { poll: number; ahead: number }) {
    this.lengths = [...lengths]
    this.poll = poll
    this.parts = lengths.map(() => this.arrivals.open())
    this.waiting = lengths.map(() => [])
    this.fetched = lengths.map(() => 0)
    for (let read = 0; read < ahead; read += poll) for (const at of lengths.keys()) this.fetch(at)
  }

  /** More messages at the end of a partition. */
  append(at: number, messages: number): void {
    this.lengths[at]! += messages
    this.fetch(at)
  }

  /** The failed partition begins again at the offset. */
  goBack(at: number, to: number): void {
    this.waiting[at] = []
    this.fetched[at] = to
    this.fetch(at)
  }

  /** Hands out so many messages. @returns how many of each partition */
  handOut(messages: number): number[] {
    const counts = this.lengths.map(() => 0)
    for (let i = 0; i < messages; i++) {
      const heads = this.waiting.map(([first]) => first ?? Number.POSITIVE_INFINITY)
      const at = heads.indexOf(Math.min(...heads))
      const number = this.waiting[at]!.shift()
      if (number === undefined) break
      this.arrivals.reached(number)
      counts[at]!++
      if (this.waiting[at]!.length % this.poll === 0) this.fetch(at)
    }
    return counts
  }

  private fetch(at: number): void {
    const from = this.fetched[at]!
    const end = this.lengths[at]!
    const next = Math.min(end, from + this.poll)
    if (next === from) return
    const messages = next - from
    const { arrival, step } = this.arrivals.take(this.parts[at]!, { from, next, end, messages })
    for (let i = 0; i < messages; i++) this.waiting[at]!.push(arrival + i * step)
    this.fetched[at] = next
  }
}

const reading = fc.record({
  poll: fc.integer({ min: 1, max: 10 }),
  ahead: fc.integer({ min: 1, max: 200 }),
})

describe('the order of messages over partitions (V8)', () => {
  it('V8: partitions come to their ends together, when none is more than 4 times another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 200, max: 800 }), { minLength: 1, maxLength: 6 }),
        reading,
        fc.integer({ min: 1, max: 9 }),
        (lengths, how, tenths) => {
          const all = lengths.reduce((sum, length) => sum + length)
          const counts = new Partitions(lengths, how).handOut(Math.floor((all * tenths) / 10))
          for (const [at, count] of counts.entries()) {
            const share = (lengths[at]! * tenths) / 10
            expect(Math.abs(count - share)).toBeLessThan(20)
          }
        },
      ),
    )
  })

  it('V8: a partition gets at most 4 turns for one of another, whatever its backlog', () => {
    const partitions = new Partitions([1_000_000, 500], { poll: 10, ahead: 100 })
    const [long, short] = partitions.handOut(1000)
    expect(short).toBeGreaterThanOrEqual(195)
    expect(long! / short!).toBeGreaterThan(3.9)
  })

  it('V8: who was at its end is not behind what another has read ahead', () => {
    fc.assert(
      fc.property(reading, fc.nat(300), (how, before) => {
        const partitions = new Partitions([5000, 1], { ...how, ahead: 1000 })
        partitions.handOut(before + 5)
        partitions.append(1, 1)
        expect(partitions.handOut(6)[1]).toBe(1)
      }),
    )
  })

  it('V8: who was at its end has saved up no turns', () => {
    const partitions = new Partitions([5000, 1], { poll: 10, ahead: 100 })
    partitions.handOut(1000)
    partitions.append(1, 1000)
    const [long, short] = partitions.handOut(500)
    expect(long).toBeGreaterThanOrEqual(250)
    expect(short).toBeGreaterThanOrEqual(90)
  })

  it('V8, E1: what was read ahead and is fetched again has lost no turn', () => {
    const partitions = new Partitions([1000, 1000], { poll: 10, ahead: 500 })
    partitions.handOut(100)
    partitions.goBack(0, 50)
    const counts = partitions.handOut(100)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(48)
  })

  it('V8: one that has gone does not count any more', () => {
    const arrivals = new Arrivals()
    const [long, short] = [arrivals.open(), arrivals.open()]
    arrivals.take(long, { from: 0, next: 10, end: 1000, messages: 10 })
    const fetched = { from: 0, next: 10, end: 100, messages: 10 }
    expect(arrivals.take(short, fetched).step).toBe(4)
    arrivals.close(long)
    arrivals.close(long)
    expect(arrivals.take(short, fetched).step).toBe(1)
    arrivals.take(long, { from: 10, next: 20, end: 1000, messages: 10 })
    expect(arrivals.take(short, fetched).step).toBe(1)
  })
})

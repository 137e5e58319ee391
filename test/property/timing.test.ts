import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reducerNamed } from '../../src/domain/routing/reducers.ts'
import { memberUse, ownerOf } from '../../src/domain/simulation/member-use.ts'
import type { TimingOptions } from '../../src/domain/simulation/timing/timing.ts'
import { Arrivals, type PartitionArrivals } from '../../src/domain/virtual/arrivals.ts'
import type { Row } from '../unit/domain/simulation/messages.ts'
import { timed } from '../unit/domain/simulation/timing/timed.ts'

const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(
    fc.nat(9).map((id) => `k${id * id}`),
    fc.integer({ min: 0, max: 3 }),
  ),
  { minLength: 1, maxLength: 150 },
)
const layers = fc.record(
  {
    partition: fc.integer({ min: 1, max: 4 }),
    segment: fc.integer({ min: 1, max: 3 }),
    virtualPartition: fc.integer({ min: 1, max: 7 }),
    reducer: fc.constantFrom('byte-sum', 'murmur2'),
  },
  { requiredKeys: ['reducer'] },
)
const timing = fc.record({
  ioMs: fc.constantFrom(1, 2.5, 0.001),
  concurrency: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(1000),
  failRate: fc.constantFrom(0, 0, 0.01, 0.2, 0.5),
  overlap: fc.boolean(),
})
const options = fc.record({
  maxMessages: fc.integer({ min: 1, max: 40 }),
  distribution: fc.constantFrom('consistent' as const, 'balanced' as const),
})

/** What `--overlap` is refused without is not played either. */
const played = (given: TimingOptions, { virtualPartition }: { virtualPartition?: number }) => ({
  ...given,
  overlap: given.overlap && virtualPartition !== undefined,
})

interface Run {
  readonly partition: Partition
  readonly slot: number
  readonly end: number
}

interface Partition {
  /** The slot of each message. */
  readonly log: readonly number[]
  next: number
  readonly part: PartitionArrivals
  /** Per slot: numbers of what waits. */
  readonly waiting: Map<number, number[]>
}

/** A clock that ticks per message: how long draining takes by a plain reading of V5 to V8. */
function ticks(
  logs: readonly (readonly number[])[],
  { workers, most, overlap }: { workers: number; most: number; overlap: boolean },
): number {
  const arrivals = new Arrivals()
  let running: Run[] = []
  const partitions = logs.map(
    (log): Partition => ({
      log,
      next: 0,
      part: arrivals.open(),
      waiting: new Map(),
    }),
  )
  const fetch = (partition: Partition) => {
    const { log, next: from, part, waiting } = partition
    const batch = log.slice(from, from + most)
    if (batch.length === 0) return
    const next = from + batch.length
    const numbers = arrivals.take(part, { from, next, end: log.length, messages: batch.length })
    for (const [index, slot] of batch.entries()) {
      const own = waiting.get(slot) ?? []
      waiting.set(slot, [...own, numbers.arrival + index * numbers.step])
    }
    partition.next = next
  }
  const longest = Math.max(...logs.map(({ length }) => length))
  for (let at = 0; at < (overlap ? longest : 1); at += most) partitions.forEach(fetch)
  for (let now = 0; ; now++) {
    const ended = running.filter(({ end }) => end === now)
    running = running.filter(({ end }) => end > now)
    for (const { partition } of ended) {
      const isBusy = running.some((run) => run.partition === partition)
      if (!isBusy && partition.waiting.size === 0) fetch(partition)
    }
    while (running.length < workers) {
      const oldest = partitions
        .flatMap((partition) =>
          [...partition.waiting].map(([slot, own]) => ({ partition, slot, own })),
        )
        .filter(({ partition, slot }) =>
          running.every((run) => run.partition !== partition || run.slot !== slot),
        )
        .sort((a, b) => a.own[0]! - b.own[0]!)[0]
      if (oldest === undefined) break
      const { partition, slot, own } = oldest
      arrivals.reached(own[0]!)
      const until = own[0]! + (most * workers) / 4
      const taken = overlap ? own.filter((number) => number <= until).slice(0, most) : own
      partition.waiting.delete(slot)
      if (own.length > taken.length) partition.waiting.set(slot, own.slice(taken.length))
      running.push({ partition, slot, end: now + taken.length })
    }
    if (running.length === 0) return now
  }
}

describe('timing', () => {
  it('V5, V7, V8: takes as long as a clock that ticks per message says', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (messages, virtualPartition, workers, most, overlap) => {
          const reducer = reducerNamed('byte-sum')
          const logs = [0, 1, 2, 3].map((partition) =>
            messages
              .filter(([, found]) => found === partition)
              .map(([key]) => reducer.slotOf(key, virtualPartition)),
          )
          const found = timed(
            { virtualPartition },
            messages,
            { ioMs: 1000, concurrency: workers, overlap },
            { maxMessages: most },
          )
          expect(found.seconds).toBe(ticks(logs, { workers, most, overlap }))
        },
      ),
    )
  })

  it('undercuts none of its limits, plays every message, and is the same twice', () => {
    fc.assert(
      fc.property(rows, layers, timing, options, (messages, stack, given, assumed) => {
        const found = timed(stack, messages, played(given, stack), assumed)
        expect(found.messages).toBe(messages.length)
        for (const { seconds } of found.limits)
          expect(found.seconds).toBeGreaterThanOrEqual(seconds)
        expect(found.limit).toBe(found.limits[0])
        expect(found.utilization).toBeGreaterThan(0)
        expect(found.utilization).toBeLessThanOrEqual(1)
        expect(timed(stack, messages, played(given, stack), assumed)).toEqual(found)
        for (const { seconds, limit, utilization } of found.perProcess) {
          expect(seconds).toBeGreaterThanOrEqual(limit.seconds)
          expect(seconds).toBeLessThanOrEqual(found.seconds)
          expect(utilization).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('E1, E2: with one worker is the work, and with one partition the pauses on top of it', () => {
    fc.assert(
      fc.property(rows, fc.nat(7), timing, options, (messages, vps, given, assumed) => {
        const stack = vps === 0 ? {} : { virtualPartition: vps }
        const one = { ...played(given, stack), concurrency: 1, ioMs: 2 }
        const alone = messages.map(([key]): Row => [key, 0])
        const total = messages.length * 2000
        expect(timed(stack, messages, { ...one, failRate: 0 }, assumed).seconds).toBe(total / 1e6)
        const { seconds, failures } = timed(stack, alone, one, assumed)
        if (failures === null) return
        const work = total + failures.failed * 2000
        expect(Math.round(seconds * 1e6)).toBe(work + Math.round(failures.backOffSeconds * 1e6))
        expect(failures.secondsWithout).toBe(total / 1e6)
      }),
    )
  })

  it('E1, C1: fails only where it is to, and each failure is paid for', () => {
    fc.assert(
      fc.property(rows, layers, timing, options, (messages, stack, given, assumed) => {
        const { failures, seconds } = timed(stack, messages, played(given, stack), assumed)
        expect(failures === null).toBe(given.failRate === 0)
        if (failures === null) return
        expect(failures.retries).toBeLessThanOrEqual(failures.failed)
        expect(failures.retries > 0).toBe(failures.failed > 0)
        expect(failures.backOffSeconds).toBeGreaterThanOrEqual(failures.retries)
        if (failures.failed > 0) expect(seconds).toBeGreaterThan(1)
        else expect(seconds).toBe(failures.secondsWithout)
        if (stack.virtualPartition === undefined) expect(failures.collapsedBatches).toBe(0)
        else expect(failures.collapsedBatches).toBeGreaterThanOrEqual(failures.retries > 0 ? 1 : 0)
      }),
    )
  })

  it("keeps within Graham's bound with overlap: total / workers + longest chain x (1 - 1 / workers)", () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 7 }),
        timing,
        options,
        (messages, virtualPartition, given, { maxMessages }) => {
          const assumed = { ...given, failRate: 0, overlap: true, ioMs: 1000 }
          const found = timed({ virtualPartition }, messages, assumed, { maxMessages })
          const chain = found.limits.find(({ what }) => what === 'fullest virtual partition')!
          const workers = given.concurrency
          const bound = messages.length / workers + chain.seconds * (1 - 1 / workers)
          expect(found.seconds).toBeLessThanOrEqual(bound + 1e-9)
        },
      ),
    )
  })

  it('V7: with a worker for every VP is the fullest of each batch, or with overlap the fullest VP', () => {
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 7 }),
        options,
        (messages, virtualPartition, given) => {
          const enough = { concurrency: 28, ioMs: 3 }
          const stack = { virtualPartition }
          const found = timed(stack, messages, enough, given)
          const secondsOf = (name: string, { limits } = found) =>
            limits.find(({ what }) => what === name)!.seconds
          expect(found.seconds).toBe(secondsOf('fullest of each batch'))
          const consistent = { ...given, distribution: 'consistent' as const }
          const overlapping = timed(stack, messages, { ...enough, overlap: true }, consistent)
          expect(overlapping.seconds).toBe(secondsOf('fullest virtual partition', overlapping))
        },
      ),
    )
  })
})

it('the owner of a partition is the member whose messages it is counted to', () => {
  const few = fc.integer({ min: 1, max: 12 })
  fc.assert(
    fc.property(few, few, (members, partitions) => {
      const loads = Array.from({ length: partitions }, (_, place) => 2 ** place)
      const sums = new Array<number>(members).fill(0)
      for (const [place, load] of loads.entries())
        sums[ownerOf(members, partitions, place)]! += load
      expect(memberUse(members, loads).messages).toEqual(sums)
    }),
  )
})

import { describe, expect, it } from 'vitest'
import { MemoryMessageSource } from '../../../../src/adapters/memory/memory-message-source.ts'
import { bytesOf } from '../../../../src/domain/model/key-text.ts'
import type { OffsetPlanDocument } from '../../../../src/domain/offsets/plan.ts'
import type { SegmentRouting } from '../../../../src/domain/offsets/segment-routing.ts'
import { segmentedGroup } from '../../../../src/domain/offsets/segmented-group.ts'
import { customPartitioner, partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { type CostEffort, withCountedCost } from '../../../../src/usecases/segments/count-again.ts'
import { MemoryRun } from '../../../support/segments/memory-run.ts'

const group = segmentedGroup('g', 2)
const keys = Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? null : `${i}`))
const filled = new MemoryMessageSource(
  'events',
  2,
  keys.map((key, i) => ({
    partition: i % 2,
    key: key === null ? null : bytesOf(key),
    value: null,
    headers: [],
    timestamp: i,
  })),
)
const byKey = (): SegmentRouting => ({
  name: 'by-key',
  partitioner: partitionerNamed('key', { seed: 1 }),
  reducer: reducerNamed('byte-sum'),
})
/** S2's reducer, once more. */
const slot = (key: string | null) =>
  [...Buffer.from(key ?? '')].reduce((sum, byte) => sum + byte, 0) % 2

interface Counted {
  readonly effort?: CostEffort
  readonly routing?: SegmentRouting | null
  readonly source?: MemoryMessageSource
  readonly standing?: readonly [number, number]
  readonly signal?: AbortSignal
}
/** The cost of a collapse from 5 and 40 (partition 0 of 50 messages) unless told otherwise. */
async function costOf({
  effort = 'auto',
  routing = byKey(),
  source = filled,
  standing = [5, 40],
  signal,
}: Counted) {
  using run = new MemoryRun({ 'g-parallel-0': [standing[0]], 'g-parallel-1': [standing[1]] })
  const plan = await run.plan({ operation: 'collapse', segments: { g: 2 }, force: true })
  const opened: string[] = []
  const openTopic = async (topic: string) => {
    opened.push(topic)
    return source
  }
  const { cost } = await withCountedCost(plan, {
    effort,
    routings: [{ group, routing }],
    openTopic,
    signal,
  })
  return { ...cost, opened }
}

/** The plan with its cost counted in a log of 50 messages. */
const countedFor = (plan: OffsetPlanDocument, routing: SegmentRouting | null = byKey()) =>
  withCountedCost(plan, {
    effort: 'auto',
    routings: [{ group, routing }],
    openTopic: async () => filled,
  })
/** Messages of partition 0 from one offset to another that are segment 1's, of two. */
const ownOfSegment1 = (from: number, to: number) =>
  keys.filter((key, i) => i % 2 === 0 && i / 2 >= from && i / 2 < to && slot(key) === 1).length

describe('what is processed again, or skipped (M11)', () => {
  it('is counted message by message', async () => {
    const own = ownOfSegment1(5, 40)
    expect(own).toBeGreaterThan(0)
    expect(await costOf({})).toMatchObject({ exact: true, reason: null, again: own })
  })

  it('is nothing where the segments agree, and nothing is read', async () => {
    expect(await costOf({ standing: [7, 7] })).toMatchObject({ again: 0, exact: true, opened: [] })
  })

  it('has every message of what the origin has processed, each once (M11)', async () => {
    using run = new MemoryRun({ g: [30], 'g-parallel-0': [5], 'g-parallel-1': [40] })
    const plan = await run.plan({ operation: 'collapse', segments: { g: 2 }, force: true })
    expect(plan.cost.partitions).toMatchObject([
      { group: 'g', from: '5', to: '30', again: 25 },
      { group: 'g-parallel-1', from: '30', to: '40', again: 10 },
    ])
    const { cost } = await countedFor(plan)
    expect(cost.partitions.map(({ again }) => again)).toEqual([25, ownOfSegment1(30, 40)])
  })

  it('is told though the segments agree, where the origin has gone on by itself', async () => {
    using run = new MemoryRun({ g: [40], 'g-parallel-0': [5], 'g-parallel-1': [5] })
    const plan = await run.plan({ operation: 'collapse', segments: { g: 2 } })
    expect(plan).toMatchObject({ violations: [], cost: { again: 35, skipped: 0 } })
    // Every message is the origin's, whoever's segment it would be.
    expect((await countedFor(plan, null)).cost).toMatchObject({ again: 35, exact: true })
  })

  it('is skipped by a segment that a forced distribution moves forward', async () => {
    using run = new MemoryRun({ g: [40], 'g-parallel-0': [40], 'g-parallel-1': [5] })
    const plan = await run.plan({ operation: 'distribute', segments: { g: 2 }, force: true })
    expect(plan.cost).toMatchObject({
      ...{ again: 0, skipped: 35, exact: false },
      partitions: [{ group: 'g-parallel-1', from: '5', to: '40', again: 0, skipped: 35 }],
    })
    expect((await countedFor(plan)).cost).toMatchObject({
      ...{ again: 0, skipped: ownOfSegment1(5, 40), exact: true },
    })
  })

  it('counts messages that cannot be placed for segment 0 (P4)', async () => {
    const partitioner = customPartitioner('throws', () => {
      throw new Error('no key')
    })
    const routing = { ...byKey(), partitioner }
    expect(await costOf({ routing, standing: [40, 5] })).toMatchObject({ exact: true, again: 35 })
    expect(await costOf({ routing, standing: [5, 40] })).toMatchObject({ exact: true, again: 0 })
  })

  it.each<[string, Counted, RegExp]>([
    ['as asked for', { effort: 'bound' }, /not read, as asked for/],
    ['without a strategy', { routing: null }, /no strategy was named for g/],
    [
      'with a partitioner that deals',
      {
        routing: {
          ...byKey(),
          partitioner: partitionerNamed('round-robin', { seed: 1, slots: 2 }),
        },
      },
      /round-robin does not say where an earlier message went/,
    ],
    [
      'where the log has nothing to count',
      { source: new MemoryMessageSource('events', 2) },
      /the log of events does not hold the messages/,
    ],
    ['once interrupted', { signal: AbortSignal.abort() }, /./],
  ])('is a bound %s', async (_, how, reason) => {
    const cost = await costOf(how)
    expect(cost).toMatchObject({ exact: false, again: 35 })
    expect(cost.reason).toMatch(reason)
  })
})

describe('a range that is long', () => {
  it('is read only where that is asked for', async () => {
    using run = new MemoryRun({})
    run.cluster.makeTopic('events', [{ start: 0n, end: 9_000_000n }])
    run.commit('g-parallel-0', 0, 0)
    run.commit('g-parallel-1', 0, 5_000_000)
    const plan = await run.plan({ operation: 'collapse', segments: { g: 2 }, force: true })
    const openTopic = async () => filled
    const routings = [{ group, routing: byKey() }]
    const auto = await withCountedCost(plan, { effort: 'auto', routings, openTopic })
    expect(auto.cost).toMatchObject({ exact: false, again: 5_000_000 })
    expect(auto.cost.reason).toContain('--cost exact reads them')
    const exact = await withCountedCost(plan, { effort: 'exact', routings, openTopic })
    expect(exact.cost.exact).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import type { OffsetPlanDocument } from '../../../../src/domain/offsets/plan.ts'
import { applyPlan, resumePlan } from '../../../../src/usecases/segments/apply-plan.ts'
import { FaultyGroupAdmin } from '../../../support/groups/faulty-group-admin.ts'
import { MemoryRun, type Standing, type Wish } from '../../../support/segments/memory-run.ts'

const DISTRIBUTE = { operation: 'distribute', segments: { g: 2 } } as const
const BEFORE = { g: [10, 20] }
const DONE = { g: [10, 20], 'g-parallel-0': [10, 20], 'g-parallel-1': [10, 20] }

/** A run that was cut after the first group: the journal says `started`, as a killed process leaves it. */
async function cut(run: MemoryRun, wish: Wish = DISTRIBUTE) {
  const plan = await run.plan(wish)
  const path = await run.applying().journals.create('cut', {
    kind: 'offset-journal',
    version: 1,
    generatedBy: 'pstool test',
  })
  const first = plan.steps[0]?.group
  for (const { group, partition, to } of plan.steps) {
    if (group === first && to !== null) run.commit(group, partition, Number(to))
  }
  return { plan, path }
}

describe('resume', () => {
  it('writes what is open and leaves alone what is written', async () => {
    const written: string[] = []
    using run = new MemoryRun(BEFORE)
    const { plan, path } = await cut(run)
    const admin = new FaultyGroupAdmin(run.admin, ({ name, group }) => {
      if (name === 'commitOffsets') written.push(group)
      return null
    })
    const result = await resumePlan(plan, path, false, run.applying({ admin }))
    expect([...new Set(written)]).toEqual(['g-parallel-1'])
    expect(result).toMatchObject({ state: 'done', written: 2, journal: path })
    expect(result.steps.map(({ outcome }) => outcome)).toEqual([
      'already-there',
      'already-there',
      'written',
      'written',
    ])
    expect(run.journal()).toMatchObject({ state: 'done', plan })
    expect(run.standing()).toEqual(DONE)
  })

  it('of a run that is done writes nothing', async () => {
    using run = new MemoryRun(BEFORE)
    const plan = await run.plan(DISTRIBUTE)
    const { journal } = await applyPlan(plan, run.applying())
    const refusing = new FaultyGroupAdmin(run.admin, ({ name }) =>
      name === 'commitOffsets' ? { outcome: 'refused' } : null,
    )
    const again = await resumePlan(plan, journal ?? '', false, run.applying({ admin: refusing }))
    expect(again).toMatchObject({ state: 'done', written: 0 })
    expect(again.steps.every(({ outcome }) => outcome === 'already-there')).toBe(true)
  })

  it('is refused where a partition has been used since, and goes over it when forced', async () => {
    using run = new MemoryRun(BEFORE)
    const { plan, path } = await cut(run)
    run.commit('g-parallel-0', 1, 33)
    const then = run.standing()
    await expect(resumePlan(plan, path, false, run.applying())).rejects.toMatchObject({
      category: 'refused',
      code: 'segments.moved-since',
      message:
        'g-parallel-0 stands at 33 for events#1, which is neither what was (none) nor what was planned (20)',
    })
    expect(run.standing()).toEqual(then)
    const result = await resumePlan(plan, path, true, run.applying())
    expect(result).toMatchObject({ state: 'done', written: 3, differences: [] })
    expect(run.standing()).toEqual(DONE)
  })

  it('is refused while a group is alive, whatever is forced', async () => {
    using run = new MemoryRun(BEFORE)
    const { plan, path } = await cut(run)
    run.cluster.join('g', 'm')
    await expect(resumePlan(plan, path, true, run.applying())).rejects.toMatchObject({
      code: 'segments.group-alive',
    })
  })

  it('is refused where the log does not keep an offset any more that is still to be written', async () => {
    using run = new MemoryRun(BEFORE)
    const { plan, path } = await cut(run)
    run.cluster.setRange('events', 1, { start: 500n, end: 1000n })
    const then = run.standing()
    await expect(resumePlan(plan, path, true, run.applying())).rejects.toMatchObject({
      code: 'segments.out-of-range',
      message: 'Offset 20 for events#1 is before what the log keeps (500 to 1000)',
    })
    expect(run.standing()).toEqual(then)
  })

  it('is not held up by one that has expired since it was written', async () => {
    using run = new MemoryRun({ g: [10, 20], 'g-parallel-0': [10, 20], 'g-parallel-1': [10, null] })
    const plan = await run.plan({ ...DISTRIBUTE, force: true })
    const { journal } = await applyPlan(plan, run.applying())
    run.cluster.setRange('events', 1, { start: 500n, end: 1000n })
    const again = await resumePlan(plan, journal ?? '', false, run.applying())
    expect(again).toMatchObject({ state: 'done', written: 0 })
  })

  it('does not pass over a topic that was made again', async () => {
    using run = new MemoryRun(BEFORE)
    const { plan, path } = await cut(run)
    run.makeTopic()
    await expect(resumePlan(plan, path, true, run.applying())).rejects.toMatchObject({
      code: 'segments.topic-recreated',
    })
  })
})

describe('restore', () => {
  const applied = async (run: MemoryRun, wish: Wish): Promise<OffsetPlanDocument> => {
    const plan = await run.plan(wish)
    const { journal, state } = await applyPlan(plan, run.applying())
    expect({ state, journal }).toEqual({ state: 'done', journal: expect.any(String) })
    return plan
  }

  const apart: Standing = {
    g: [5, null],
    'g-parallel-0': [100, 40],
    'g-parallel-1': [150, null],
    'g-parallel-2': [120, 60],
  }
  it.each<Wish>([
    { operation: 'distribute', segments: { g: 3 }, force: true },
    { operation: 'collapse', segments: { g: 3 }, force: true },
    { operation: 'reset', segments: { g: 3 }, force: true },
    { operation: 'rescale', segments: { g: 3 }, to: 5 },
    { operation: 'rescale', segments: { g: 3 }, to: 2 },
    { operation: 'rescale', segments: { g: 3 }, to: 1 },
  ])('brings back what $operation (to $to) has moved, unset ones too', async (wish) => {
    using run = new MemoryRun(apart)
    const then = run.standing()
    const plan = await applied(run, wish)
    expect(run.standing()).not.toEqual(then)
    await applyPlan(await run.back(plan), run.applying())
    expect(run.standing()).toEqual(then)
  })

  it('brings back leader epoch and metadata', async () => {
    using run = new MemoryRun({ ...apart })
    run.commit('g', 0, 5, { leaderEpoch: 7, metadata: 'by hand' })
    const plan = await applied(run, { operation: 'reset', segments: { g: 3 }, force: true })
    await applyPlan(await run.back(plan), run.applying())
    expect(run.cluster.group('g')?.offsets.get('events')?.get(0)).toMatchObject({
      offset: 5n,
      leaderEpoch: 7,
      metadata: 'by hand',
    })
  })

  it('is refused after somebody moved on, and goes over it when forced', async () => {
    using run = new MemoryRun(BEFORE)
    const plan = await applied(run, DISTRIBUTE)
    run.commit('g-parallel-1', 0, 11)
    const { violations } = await run.back(plan)
    expect(violations).toEqual([
      expect.objectContaining({
        guard: 'moved-since',
        waivable: true,
        message:
          'g-parallel-1 stands at 11 for events#0, which is neither what was (none) nor what was planned (10)',
      }),
    ])
    const forced = await run.back(plan, true)
    expect(forced.waived.map(({ guard }) => guard)).toEqual(['moved-since'])
    await applyPlan(forced, run.applying())
    expect(run.standing()).toEqual(BEFORE)
  })

  it('is refused where the topic was made again, and on another cluster, whatever is forced', async () => {
    using run = new MemoryRun(BEFORE)
    const plan = await applied(run, DISTRIBUTE)
    const guards = async (of: OffsetPlanDocument) =>
      (await run.back(of, true)).violations.map(({ guard }) => guard)
    expect(await guards({ ...plan, cluster: { ...plan.cluster, id: 'another' } })).toEqual([
      'wrong-cluster',
    ])
    run.makeTopic()
    expect(await guards(plan)).toContain('topic-recreated')
  })

  it('has nothing to do where nothing was written', async () => {
    using run = new MemoryRun(BEFORE)
    const plan = await run.plan(DISTRIBUTE)
    expect(await run.back(plan)).toMatchObject({ steps: [], violations: [] })
  })

  it('of a run that was cut is not held up by an offset that need not be moved', async () => {
    using run = new MemoryRun({ g: [10, 20], 'g-parallel-0': [50, 50], 'g-parallel-1': [60, 60] })
    run.cluster.setRange('events', 1, { start: 40n, end: 1000n })
    const wish = { operation: 'collapse', segments: { g: 2 }, force: true } as const
    const plan = await run.plan(wish)
    const [first] = plan.steps
    run.commit(first!.group, first!.partition, Number(first!.to))
    const back = await run.back(plan)
    expect(back.violations).toEqual([])
    await applyPlan(back, run.applying())
    expect(run.standing().g).toEqual([10, 20])
  })

  it('says so where the log does not keep the old offset any more', async () => {
    using run = new MemoryRun({ g: [10, 20], 'g-parallel-0': [50, 50], 'g-parallel-1': [60, 60] })
    const plan = await applied(run, { operation: 'collapse', segments: { g: 2 }, force: true })
    run.cluster.setRange('events', 1, { start: 40n, end: 1000n })
    expect((await run.back(plan)).violations.map(({ message }) => message)).toEqual([
      'Offset 20 for events#1 is before what the log keeps (40 to 1000)',
    ])
  })
})

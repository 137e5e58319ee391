import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contradictions } from '../../../../src/domain/offsets/plan-consistency.ts'
import { applyPlan } from '../../../../src/usecases/segments/apply-plan.ts'
import { MemoryRun } from '../../../support/segments/memory-run.ts'

const ORIGINS = ['a', 'b', 'c']
const offset = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: null, freq: 3 })
const standing = fc.record(
  Object.fromEntries(
    ORIGINS.flatMap((origin) =>
      [origin, `${origin}-parallel-0`, `${origin}-parallel-1`].map((group) => [
        group,
        fc.tuple(offset, offset),
      ]),
    ),
  ),
)
const wish = fc.record({
  operation: fc.constantFrom('distribute', 'collapse', 'reset', 'rescale'),
  force: fc.boolean(),
  to: fc.integer({ min: 1, max: 3 }),
})

describe('several groups in one run', () => {
  it('are all written, or none of them is touched', async () => {
    const alive = fc.option(fc.constantFrom('a', 'b-parallel-1', 'c'), { nil: null, freq: 3 })
    await fc.assert(
      fc.asyncProperty(standing, wish, alive, async (offsets, { to, ...how }, member) => {
        using run = new MemoryRun(offsets)
        if (member !== null) run.cluster.join(member, 'm')
        const then = run.standing()
        const segments = Object.fromEntries(ORIGINS.map((origin) => [origin, 2]))
        const isRescale = how.operation === 'rescale'
        const plan = await run.plan({ ...how, segments, ...(isRescale && { to }) })
        if (member !== null) expect(plan.violations.length).toBeGreaterThan(0)
        if (plan.violations.length > 0) {
          await expect(applyPlan(plan, run.applying())).rejects.toMatchObject({
            category: 'refused',
            message: plan.violations.map(({ message }) => message).join('\n'),
          })
          expect(run.standing()).toEqual(then)
          expect(run.journals()).toEqual([])
          return
        }
        expect(contradictions(plan)).toEqual([])
        const result = await applyPlan(plan, run.applying())
        expect(result.differences).toEqual([])
        expect(run.journals()).toHaveLength(plan.steps.length === 0 ? 0 : 1)
        const back = await run.back(plan)
        expect(contradictions(back)).toEqual([])
        await applyPlan(back, run.applying())
        expect(run.standing()).toEqual(then)
      }),
    )
  })
})

describe('requests to the cluster', () => {
  const requestsFor = async (groups: number, partitions: number) => {
    let requests = 0
    const offsets = Array<number>(partitions).fill(7)
    using run = new MemoryRun({ g: offsets }, partitions, ({ phase }) => {
      if (phase === 'before') requests++
    })
    const plan = await run.plan({ operation: 'distribute', segments: { g: groups } })
    await applyPlan(plan, run.applying())
    return requests
  }

  it('grow with groups, never with partitions', async () => {
    const few = await requestsFor(2, 1)
    expect(await requestsFor(2, 200)).toBe(few)
    expect(await requestsFor(5, 1)).toBe(few + 3)
  })
})

import { describe, expect, it } from 'vitest'
import { applyPlan } from '../../../../src/usecases/segments/apply-plan.ts'
import { MemoryRun, type Standing, type Wish } from '../../../support/segments/memory-run.ts'

const STANDING: Standing = { g: [10, 20], 'g-parallel-0': [10, 20], 'g-parallel-1': [10, 20] }
const CHANGES: readonly Wish[] = [
  { operation: 'reset', segments: { g: 2 } },
  { operation: 'rescale', segments: { g: 2 }, to: 3 },
]
const cases = CHANGES.flatMap((wish) =>
  Object.keys(STANDING).map((alive) => ({ wish, alive, what: wish.operation })),
)

describe('a change of how messages are dealt over segments', () => {
  it.each(cases)(
    'P6: $what is refused while $alive is alive, forced too, and says to stop all',
    async ({ wish, alive }) => {
      using run = new MemoryRun({ ...STANDING, 'g-parallel-1': [10, 15] })
      const before = run.standing()
      run.cluster.join(alive, 'deployed-before')
      const plan = await run.plan({ ...wish, force: true })
      expect(plan.violations).toMatchObject([
        {
          guard: 'group-alive',
          message: `Group ${alive} is alive: stable, 1 member`,
          remedy: expect.stringMatching(/^Stop its consumers and wait until the group is empty/),
        },
      ])
      await expect(applyPlan(plan, run.applying())).rejects.toThrow(/is alive/)
      expect({ standing: run.standing(), journals: run.journals() }).toEqual({
        standing: before,
        journals: [],
      })
    },
  )

  it('P6: once all of them have stopped it goes through, and the new ones start from one place', async () => {
    using run = new MemoryRun(STANDING)
    run.cluster.join('g-parallel-1', 'deployed-before')
    run.cluster.leave('g-parallel-1', 'deployed-before')
    const plan = await run.plan({ operation: 'rescale', segments: { g: 2 }, to: 3 })
    expect(await applyPlan(plan, run.applying())).toMatchObject({ state: 'done' })
    const segments = [0, 1, 2].map((id) => run.standing()[`g-parallel-${id}`])
    expect(segments).toEqual(Array(3).fill([10, 20]))
  })
})

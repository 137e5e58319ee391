import { describe, expect, it } from 'vitest'
import { segmentedGroup } from '../../../../src/domain/offsets/segmented-group.ts'
import { planMigrationRun } from '../../../../src/usecases/segments/plan-run.ts'
import { MemoryRun, type Standing } from '../../../support/segments/memory-run.ts'

/** A plan made with a quiet window in which something happens. */
async function watched(standing: Standing, happens: (run: MemoryRun) => void, quietSeconds = 3) {
  using run = new MemoryRun(standing)
  const pauses: number[] = []
  const group = segmentedGroup('g', 2)
  const plan = await planMigrationRun(
    run.admin,
    {
      operation: 'distribute',
      orders: [{ group, to: group, strategy: null }],
      force: true,
      onRange: 'fail',
      generatedBy: 'pstool test',
      clusterUri: 'memory',
    },
    {
      quietSeconds,
      pause: async (ms) => {
        pauses.push(ms)
        happens(run)
      },
    },
  )
  return { pauses, plan, guards: plan.violations.map(({ guard }) => guard) }
}

describe('the quiet window (M6)', () => {
  it('passes where nothing moves', async () => {
    const { pauses, guards } = await watched({ g: [1, 2] }, () => {})
    expect({ pauses, guards }).toEqual({ pauses: [3000], guards: [] })
  })

  it.each([
    ['origin', 'g'],
    ['segment', 'g-parallel-1'],
  ])('finds who commits for the %s', async (_, group) => {
    const { guards } = await watched({ g: [1, 2] }, (run) => run.commit(group, 0, 9))
    expect(guards).toEqual(['ghost-committer'])
  })

  it('finds a member that joins', async () => {
    const { guards } = await watched({ g: [1, 2] }, (run) => run.cluster.join('g', 'm'))
    expect(guards).toEqual(['group-alive'])
  })

  it('is not waited for when switched off, with nothing to do, or with something against it', async () => {
    expect((await watched({ g: [1, 2] }, () => {}, 0)).pauses).toEqual([])
    const done = { g: [1, 2], 'g-parallel-0': [1, 2], 'g-parallel-1': [1, 2] }
    expect((await watched(done, () => {})).pauses).toEqual([])
    expect((await watched({}, () => {})).pauses).toEqual([])
    const surplus = await watched({ g: [1, 2], 'g-parallel-2': [1, 2] }, () => {})
    expect(surplus).toMatchObject({ pauses: [], guards: ['segment-count'] })
    expect(surplus.plan.steps).not.toEqual([])
  })
})

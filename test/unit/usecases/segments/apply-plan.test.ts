import { describe, expect, it } from 'vitest'
import type { GroupAdmin } from '../../../../src/ports/group-admin.ts'
import { applyPlan, resumePlan } from '../../../../src/usecases/segments/apply-plan.ts'
import { type Fault, FaultyGroupAdmin } from '../../../support/groups/faulty-group-admin.ts'
import { MemoryRun } from '../../../support/segments/memory-run.ts'

const DISTRIBUTE = { operation: 'distribute', segments: { g: 2 } } as const
const DONE = { g: [10, 20], 'g-parallel-0': [10, 20], 'g-parallel-1': [10, 20] }
const scripted = (run: MemoryRun, script: ConstructorParameters<typeof FaultyGroupAdmin>[1]) =>
  run.applying({ admin: new FaultyGroupAdmin(run.admin, script) })

/** A fault for the first writes of a group, as many as are told; the later ones do as they should. */
const firstWrites =
  (group: string, times: number, fault: Fault) =>
  (asked: { name: string; group: string; attempt: number }) =>
    asked.name === 'commitOffsets' && asked.group === group && asked.attempt < times ? fault : null

/** The cluster, with something that happens when the n-th write is asked for. */
const whenWriting = (admin: GroupAdmin, write: number, happens: () => void): GroupAdmin => {
  let asked = 0
  return new Proxy(admin, {
    get(target, name: keyof GroupAdmin) {
      const method = target[name].bind(target) as (...args: unknown[]) => unknown
      if (name !== 'commitOffsets') return method
      return (...args: unknown[]) => {
        if (asked++ === write) happens()
        return method(...args)
      }
    },
  })
}

describe('a plan that is applied', () => {
  it('is journalled before it is written, read back and verified', async () => {
    const states: unknown[] = []
    using run = new MemoryRun({ g: [10, 20] }, 2, ({ name, phase }) => {
      if (name === 'commitOffsets' && phase === 'before') states.push(run.journal().state)
    })
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying())
    expect(states).toEqual(['started', 'started'])
    expect(result).toMatchObject({ state: 'done', written: 4, differences: [] })
    expect(result.journal).toBe(run.journals()[0])
    expect(run.journal()).toMatchObject({ state: 'done' })
    expect(run.journal().outcomes.map(({ outcome }) => outcome)).toEqual(Array(4).fill('written'))
    expect(run.standing()).toEqual(DONE)
  })

  it('of which everything is so already leaves no journal', async () => {
    using run = new MemoryRun(DONE)
    const plan = await run.plan({ ...DISTRIBUTE, force: true })
    expect(await applyPlan(plan, run.applying())).toMatchObject({
      state: 'nothing-to-do',
      journal: null,
    })
    expect(run.journals()).toEqual([])
  })

  it.each([
    { what: 'what may pass', fault: { outcome: 'later' } },
    {
      what: 'a lost answer to a write that was not carried out',
      fault: { outcome: 'uncertain', done: false },
    },
    { what: 'a lost answer to a write that was', fault: { outcome: 'uncertain', done: true } },
  ] as const)('is finished after $what', async ({ fault }) => {
    using run = new MemoryRun({ g: [10, 20] })
    const applying = scripted(run, firstWrites('g-parallel-0', 2, fault))
    const result = await applyPlan(await run.plan(DISTRIBUTE), applying)
    expect(result).toMatchObject({ state: 'done', written: 4, differences: [] })
    expect(run.standing()).toEqual(DONE)
  })

  it('waits longer each time, and not for ever', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const pauses: number[] = []
    const admin = new FaultyGroupAdmin(
      run.admin,
      firstWrites('g-parallel-1', 99, { outcome: 'later' }),
    )
    const pause = async (ms: number) => {
      pauses.push(ms)
    }
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying({ admin, pause }))
    expect(pauses).toEqual([200, 400, 800, 1600, 3200])
    expect(result).toMatchObject({ state: 'partial', written: 2 })
    expect(result.steps.at(-1)).toMatchObject({
      outcome: 'not-written',
      reason: 'as the script says: later',
    })
    expect(run.journal()).toMatchObject({ state: 'partial' })
  })

  it('stops where a group is refused, and says what became of each partition', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const wish = { ...DISTRIBUTE, segments: { g: 3 } }
    const fault = firstWrites('g-parallel-1', 99, { outcome: 'refused' })
    const asked: number[] = []
    const refused: typeof fault = (write) => {
      const answer = fault(write)
      if (answer !== null) asked.push(write.attempt)
      return answer
    }
    const result = await applyPlan(await run.plan(wish), scripted(run, refused))
    expect(new Set(asked)).toEqual(new Set([0]))
    expect(result.state).toBe('partial')
    expect(result.steps.map(({ group, outcome }) => `${group} ${outcome}`)).toEqual([
      'g-parallel-0 written',
      'g-parallel-0 written',
      'g-parallel-1 not-written',
      'g-parallel-1 not-written',
      'g-parallel-2 not-written',
      'g-parallel-2 not-written',
    ])
    expect(result.differences).toHaveLength(4)
    expect(run.standing()).not.toHaveProperty('g-parallel-2')
  })

  it('is refused as a whole where the cluster takes nothing of it', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const refused = firstWrites('g-parallel-0', 99, { outcome: 'refused' })
    await expect(applyPlan(await run.plan(DISTRIBUTE), scripted(run, refused))).rejects.toThrow(
      expect.objectContaining({ category: 'refused', code: 'segments.write-refused' }),
    )
    expect(run.standing()).toEqual({ g: [10, 20] })
  })

  it('names its journal and both ways on where reading back fails', async () => {
    let isWritten = false
    using run = new MemoryRun({ g: [10, 20] }, 2, ({ name, phase }) => {
      if (isWritten && phase === 'before') throw new Error('the broker is gone')
      isWritten ||= name === 'commitOffsets' && phase === 'after'
    })
    const failed = applyPlan(await run.plan(DISTRIBUTE), run.applying())
    await expect(failed).rejects.toMatchObject({
      category: 'midway',
      message: expect.stringContaining('the broker is gone'),
    })
    const path = run.journals()[0]
    await expect(failed).rejects.toMatchObject({
      suggestions: [
        `The journal is ${path}.`,
        `Go on:   pstool segments resume ${path}`,
        `Go back: pstool segments restore ${path}`,
      ],
    })
    expect(run.journal().state).toBe('started')
  })

  it('begins no other request once it is interrupted', async () => {
    const controller = new AbortController()
    using run = new MemoryRun({ g: [10, 20] }, 2, ({ name }) => {
      if (name === 'commitOffsets') controller.abort()
    })
    const { signal } = controller
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying({ signal }))
    expect(result).toMatchObject({ state: 'partial', written: 2 })
    expect(run.standing()).toEqual({ g: [10, 20], 'g-parallel-0': [10, 20] })
    const [path = ''] = run.journals()
    await resumePlan(run.journal().plan, path, false, run.applying())
    expect(run.standing()).toEqual(DONE)
  })

  it('says so where somebody moves a group between two writes', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const admin = whenWriting(run.admin, 1, () => run.commit('g-parallel-0', 1, 999))
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying({ admin }))
    expect(result.state).toBe('partial')
    expect(result.steps[1]).toMatchObject({ outcome: 'elsewhere' })
    expect(result.differences).toEqual([
      expect.objectContaining({ group: 'g-parallel-0', expected: '20', found: '999' }),
    ])
  })

  it('says so where somebody moves an offset that was not to be moved', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const admin = whenWriting(run.admin, 1, () => run.commit('g', 1, 21))
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying({ admin }))
    expect(result).toMatchObject({
      state: 'partial',
      differences: [{ group: 'g', partition: 1, expected: '20', found: '21' }],
    })
  })

  it('is stopped by a member that joins between two writes', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const admin = whenWriting(run.admin, 1, () => run.cluster.join('g-parallel-1', 'm'))
    const result = await applyPlan(await run.plan(DISTRIBUTE), run.applying({ admin }))
    expect(result).toMatchObject({ state: 'partial', written: 2 })
    expect(result.steps.at(-1)?.reason).toMatch(/g-parallel-1/)
  })
})

describe('a plan that went stale', () => {
  const changes: readonly (readonly [
    guard: string,
    change: (run: MemoryRun) => void,
    says: RegExp,
  ])[] = [
    [
      'group-alive',
      (run) => run.cluster.join('g-parallel-1', 'm'),
      /g-parallel-1 is alive: stable, 1 member/,
    ],
    [
      'stale-plan',
      (run) => run.commit('g', 1, 21),
      /g moved for events#1: 20 when planned, 21 now/,
    ],
    ['stale-plan', (run) => run.commit('g-parallel-0', 0, 1), /none when planned, 1 now/],
    [
      'stale-plan',
      (run) => run.commit('g', 0, 10, { metadata: 'm' }),
      /10 now with metadata of 1 character|10 with metadata of 1 char/,
    ],
    [
      'stale-plan',
      (run) => run.commit('g', 0, 10, { leaderEpoch: 4 }),
      /10 \(leader epoch 4\) now/,
    ],
    ['topic-recreated', (run) => run.makeTopic(), /events was deleted and made again/],
    ['topic-deleted', (run) => run.cluster.deleteTopic('events'), /events is gone/],
    [
      'out-of-range',
      (run) => run.cluster.setRange('events', 1, { start: 50n, end: 1000n }),
      /Offset 20 for events#1 is before what the log keeps \(50 to 1000\)/,
    ],
    [
      'pending-transaction',
      (run) => {
        const place = { topic: 'events', partition: 0, offset: 5n, leaderEpoch: null, metadata: '' }
        run.cluster.openTransaction('g-parallel-1', [place])
      },
      /A transaction is about to commit an offset of g-parallel-1 for events#0/,
    ],
  ]

  it.each(changes)('is refused by %s, and nothing is written', async (guard, change, says) => {
    using run = new MemoryRun({ g: [10, 20] })
    const plan = await run.plan(DISTRIBUTE)
    change(run)
    const then = run.standing()
    await expect(applyPlan(plan, run.applying())).rejects.toMatchObject({
      category: 'refused',
      code: `segments.${guard}`,
      message: expect.stringMatching(says),
    })
    expect(run.standing()).toEqual(then)
    expect(run.journals()).toEqual([])
  })

  it('is refused on another cluster and with more partitions', async () => {
    using run = new MemoryRun({ g: [10, 20] })
    const plan = await run.plan(DISTRIBUTE)
    const elsewhere = { ...plan, cluster: { id: 'other', uri: 'local:other.db' } }
    await expect(applyPlan(elsewhere, run.applying())).rejects.toMatchObject({
      code: 'segments.wrong-cluster',
      suggestions: ['Give the cluster that the plan was made for: --cluster local:other.db'],
    })
    const fewer = plan.topics.map((topic) => ({ ...topic, partitions: topic.partitions.slice(1) }))
    await expect(applyPlan({ ...plan, topics: fewer }, run.applying())).rejects.toMatchObject({
      code: 'segments.partitions-added',
      message: 'Topic events has 2 partitions, planned for were 1',
    })
    expect(run.standing()).toEqual({ g: [10, 20] })
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { OffsetResultDocument } from '../../src/domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import type { SegmentStatusDocument } from '../../src/domain/offsets/status.ts'
import { documentOf } from '../support/cli.ts'
import { asDumped, EmbeddedRun, type GroupTable, logs } from '../support/segments/embedded.ts'
import { journalsIn } from '../support/segments/killed-everywhere.ts'

const topics = { user_events: logs([0, 2000], [0, 2000]) }
const at = (first: number | null, second: number | null) => ({
  user_events: { '0': first, '1': second },
})
const origin = { analytics: at(1000, 1250) }
const apart = {
  analytics: at(900, 900),
  'analytics-parallel-0': at(1000, 1200),
  'analytics-parallel-1': at(1050, 1200),
}
const named = ['--groups', 'analytics', '--segments', '2']
const quick = ['--quiet-window', '0']

/** Runs it, which has to be refused: every line of the message, and nothing has changed. */
async function refused(
  groups: GroupTable,
  args: readonly string[],
  more: { exitCode?: number; prepare?: (run: EmbeddedRun) => Promise<unknown> } = {},
): Promise<string[]> {
  using run = await EmbeddedRun.of({ topics, groups })
  await more.prepare?.(run)
  const before = await run.dump()
  const { stderr, exitCode } = await run.segments(args)
  expect({ exitCode, stderr }).toMatchObject({ exitCode: more.exitCode ?? 3 })
  expect(await run.dump()).toBe(before)
  expect(journalsIn(run)).toEqual([])
  return stderr.split('\n')
}

/** Runs it, which has to end well, and gives what the groups have committed then. */
async function ran(groups: GroupTable, args: readonly string[]) {
  using run = await EmbeddedRun.of({ topics, groups })
  const result = await run.segments([...args, ...quick, '--json'])
  expect(result).toMatchObject({ stderr: '', exitCode: 0 })
  return { result: documentOf<OffsetResultDocument>(result), groups: await run.groups() }
}

describe.concurrent('segments: what is written', () => {
  it('distribute gives every segment the offsets of the origin, which is kept (M1)', async () => {
    const { groups } = await ran(origin, ['distribute', ...named, '--yes'])
    expect(groups).toEqual(
      asDumped({
        ...origin,
        'analytics-parallel-0': at(1000, 1250),
        'analytics-parallel-1': at(1000, 1250),
      }),
    )
  })

  it('distribute leaves out, and tells, a partition without a commit (M4)', async () => {
    const { result, groups } = await ran({ analytics: at(7, null) }, [
      ...['distribute', ...named, '--yes'],
    ])
    expect(groups).toEqual(
      asDumped({
        analytics: at(7, null),
        'analytics-parallel-0': at(7, null),
        'analytics-parallel-1': at(7, null),
      }),
    )
    expect(result.written).toBe(2)
  })

  it('collapse gives the origin the lowest, and keeps the segments (M2)', async () => {
    const { groups } = await ran(apart, ['collapse', ...named, '--force'])
    expect(groups).toEqual(asDumped({ ...apart, analytics: at(1000, 1200) }))
  })

  it('collapse counts an unset segment as the start of the log (M4)', async () => {
    using run = await EmbeddedRun.of({
      topics: { user_events: logs([10, 2000], [0, 2000]) },
      groups: { ...apart, 'analytics-parallel-1': at(null, 1200) },
    })
    const { exitCode } = await run.segments(['collapse', ...named, ...quick, '--force'])
    expect(exitCode).toBe(0)
    expect(await run.groups()).toMatchObject(asDumped({ analytics: at(10, 1200) }))
  })

  it('reset gives all of them the lowest; unforced where the segments agree (M3)', async () => {
    const forced = await ran(apart, ['reset', ...named, '--force'])
    const all = {
      analytics: at(1000, 1200),
      'analytics-parallel-0': at(1000, 1200),
      'analytics-parallel-1': at(1000, 1200),
    }
    expect(forced.groups).toEqual(asDumped(all))
    const agreed = await ran({ ...all, analytics: at(1, 2) }, ['reset', ...named, '--yes'])
    expect(agreed.groups).toEqual(asDumped(all))
  })

  it.each([
    { to: 3, groups: ['analytics-parallel-0', 'analytics-parallel-1', 'analytics-parallel-2'] },
    { to: 1, groups: ['analytics'] },
  ])('rescale to $to starts at the lowest, and unsets what is retired (M12)', async (one) => {
    const { groups } = await ran(apart, ['rescale', ...named, '--to', String(one.to), '--yes'])
    const started = Object.fromEntries(one.groups.map((group) => [group, at(1000, 1200)]))
    expect(groups).toEqual(asDumped({ analytics: apart.analytics, ...started }))
  })

  it('rescale from the origin alone makes segments', async () => {
    const args = ['--groups', 'analytics', '--segments', '1', '--to', '2', '--yes']
    const { groups } = await ran(origin, ['rescale', ...args])
    expect(groups).toMatchObject(asDumped({ 'analytics-parallel-1': at(1000, 1250) }))
  })

  it('leader epoch and metadata go with their offset, and none are invented (M7)', async () => {
    const told = { offset: 1000, leaderEpoch: 4, metadata: 'by hand "ü"' }
    const { groups } = await ran({ analytics: { user_events: { '0': told, '1': 5 } } }, [
      ...['distribute', ...named, '--yes'],
    ])
    const same = { user_events: { '0': { ...told, offset: '1000' }, '1': '5' } }
    expect(groups).toEqual({
      analytics: same,
      'analytics-parallel-0': same,
      'analytics-parallel-1': same,
    })
  })

  it('an offset that is not kept is moved to the nearest where that is wanted (M5)', async () => {
    const outside = { analytics: at(2500, 1250) }
    const lines = await refused(outside, ['distribute', ...named, ...quick, '--force'])
    expect(lines).toContain(
      'Error: Offset 2500 for user_events#0 is after what the log keeps (0 to 2000)',
    )
    const { result, groups } = await ran(outside, [
      ...['distribute', ...named, '--yes', '--on-range', 'clamp'],
    ])
    expect(groups).toMatchObject(asDumped({ 'analytics-parallel-1': at(2000, 1250) }))
    expect(result.waived).toEqual([
      {
        guard: 'out-of-range',
        message:
          'Offset 2500 for user_events#0 is after what the log keeps (0 to 2000): 2000 is taken',
      },
    ])
  })

  it('only the topics that were named are moved', async () => {
    using run = await EmbeddedRun.of({
      topics: { ...topics, audit: logs([0, 9]) },
      groups: { analytics: { ...at(1, 2), audit: { '0': 3 } } },
    })
    const args = ['distribute', ...named, ...quick, '--yes', '--topics', 'audit']
    const { stderr } = await run.segments(args)
    expect(stderr).toMatch(/topic was not named[\s\S]+messages may be lost\n +user_events: 0-1\n/)
    expect(await run.groups()).toMatchObject({ 'analytics-parallel-0': { audit: { '0': '3' } } })
    expect(await run.groups()).not.toHaveProperty('analytics-parallel-0.user_events')
  })
})

describe.concurrent('segments: what is refused', () => {
  it('an origin without any commit (M4)', async () => {
    const lines = await refused({}, ['distribute', ...named, '--yes'])
    expect(lines[0]).toBe('Error: Group analytics has committed nothing that could be distributed')
  })

  it('segments without any commit', async () => {
    const lines = await refused(origin, ['collapse', ...named, '--force'])
    expect(lines[0]).toBe('Error: No parallel segment of analytics has committed anything')
  })

  it('a segment that has an offset already, 0 too (M1)', async () => {
    const lines = await refused({ ...origin, 'analytics-parallel-1': at(0, null) }, [
      ...['distribute', ...named, '--yes'],
    ])
    expect(lines[0]).toBe(
      'Error: Parallel segment analytics-parallel-1 already has offset 0 set for user_events#0',
    )
  })

  it.each(['collapse', 'reset'])('segments of which some are unset: %s (M4)', async (command) => {
    const lines = await refused({ ...apart, 'analytics-parallel-1': at(null, 1200) }, [
      ...[command, ...named, '--yes'],
    ])
    expect(lines).toContain('Inconclusive offsets for user_events#0: 1000, none')
    expect(lines).toContain('Parallel segments for analytics have inconclusive offsets')
  })

  it.each(['analytics', 'analytics-parallel-1'])(
    '%s while it is alive, forced too (M6)',
    async (group) => {
      const lines = await refused(apart, ['collapse', ...named, '--force'], {
        prepare: (run) =>
          run.change((cluster) =>
            cluster.joinGroup(group, {
              memberId: 'm',
              clientId: 'c',
              leaseMs: 600_000,
            }),
          ),
      })
      expect(lines[0]).toBe(`Error: Group ${group} is alive: stable, 1 member`)
      expect(lines.join('\n')).toContain('--force does not overrule this')
    },
  )

  it('a group for which somebody commits within the quiet window (M6)', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    let offset = 1000
    const commits = setInterval(() => void run.commit('analytics', 'user_events', 0, ++offset), 200)
    try {
      const args = ['distribute', ...named, '--force', '--quiet-window', '1']
      const { stderr, exitCode } = await run.segments(args)
      expect(exitCode).toBe(3)
      expect(stderr).toMatch(
        /^Error: Somebody commits for analytics: user_events#0 went from 10\d\d to 10\d\d within 1 s\n/,
      )
    } finally {
      clearInterval(commits)
    }
    expect(Object.keys((await run.groups()) as object)).toEqual(['analytics'])
    expect(journalsIn(run)).toEqual([])
  })

  it('a topic that is not there, with those that it may have been', async () => {
    const lines = await refused(origin, ['distribute', ...named, '--yes', '--topics', 'user_event'])
    expect(lines).toContain('There is no topic user_event')
    expect(lines.join('\n')).toContain('Did you mean user_events?')
  })

  it('an origin that is named like a segment (P1)', async () => {
    const args = ['distribute', '--groups', 'a-parallel-b', '--segments', '2', '--yes']
    const lines = await refused({ 'a-parallel-b': at(1, 1) }, args, { exitCode: 2 })
    expect(lines[0]).toMatch(/^Error: .*a-parallel-b.*-parallel-/)
  })

  it.each([
    ['--groups', ''],
    ['--consumer_groups', ' ,'],
    ['--topics', ''],
  ])('an empty name, which would mean all: %s "%s"', async (flag, value) => {
    const lines = await refused(origin, ['distribute', '--force', flag, value], { exitCode: 2 })
    expect(lines[0]).toMatch(/^Error: --(groups|topics) is empty$/)
  })

  it('an empty cluster, which would mean that of the configuration', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const args = ['segments', 'distribute', ...named, '--force', '--cluster', '']
    expect(await run.pstool(args)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^Error: --cluster is empty\n/),
    })
  })

  it('more segments than were told', async () => {
    const lines = await refused({ ...apart, 'analytics-parallel-4': at(1, 1) }, [
      ...['collapse', ...named, '--force'],
    ])
    expect(lines[0]).toBe(
      'Error: analytics has more segments than the 2 configured: analytics-parallel-4',
    )
  })

  it('all groups, where one of them is refused (M8)', async () => {
    const lines = await refused({ ...origin, b: at(1, 1), 'b-parallel-0': at(0, null) }, [
      ...['distribute', '--groups', 'analytics', 'b', '--segments', '2', '--yes'],
    ])
    expect(lines[0]).toBe(
      'Error: Parallel segment b-parallel-0 already has offset 0 set for user_events#0',
    )
  })

  it('as a document where that is asked for', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    const { stdout, stderr, exitCode } = await run.segments([
      'collapse',
      ...named,
      '--yes',
      '--json',
    ])
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 3 })
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'segments.inconclusive-offsets',
      message:
        'Inconclusive offsets for user_events#0: 1000, 1050\nParallel segments for analytics have inconclusive offsets',
    })
  })
})

describe.concurrent('segments: which groups', () => {
  const config = (groups: object, clusters = { one: 'local:c.db', two: 'local:d.db' }) => ({
    'pstool.config.json': JSON.stringify({ clusters, groups, defaults: { cluster: 'one' } }),
  })
  const both = { ...origin, b: at(5, 6) }

  it.each([
    ['--groups', 'analytics', 'b'],
    ['--groups', 'analytics,b'],
    ['--groups', 'analytics', '--groups', 'b'],
    ['--consumer_groups', 'analytics', 'b'],
  ])('%s %s %s', async (...args) => {
    const { groups } = await ran(
      both,
      ['distribute', ...args, '--segments', '1', '--yes'].with(-2, '2'),
    )
    expect(groups).toMatchObject(
      asDumped({ 'analytics-parallel-1': at(1000, 1250), 'b-parallel-1': at(5, 6) }),
    )
  })

  it('those of the configuration that have segments, unless any is named', async () => {
    const files = config({ analytics: { segments: 2 }, b: { segments: 3 }, off: { segments: 1 } })
    using run = await EmbeddedRun.of({ topics, groups: both }, files)
    using twin = run.copy()
    await run.pstool(['segments', 'distribute', '--force', ...quick])
    expect(Object.keys((await run.groups()) as object)).toEqual([
      ...['analytics', 'analytics-parallel-0', 'analytics-parallel-1'],
      ...['b', 'b-parallel-0', 'b-parallel-1', 'b-parallel-2'],
    ])
    await twin.pstool(['segments', 'distribute', '--groups', 'b', '--force', ...quick])
    expect(Object.keys((await twin.groups()) as object)).toHaveLength(5)
  })

  it('not those of several clusters at once', async () => {
    const files = config({
      analytics: { segments: 2, cluster: 'one' },
      b: { segments: 2, cluster: 'two' },
    })
    using run = await EmbeddedRun.of({ topics, groups: both }, files)
    const { stderr, exitCode } = await run.pstool(['segments', 'distribute', '--force'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Error: the groups live in several clusters\n/)
  })

  it('not one that is a segment of another', async () => {
    const files = config({
      analytics: { segments: 2, mergeKey: '-s-' },
      'analytics-s-1': { segments: 2 },
    })
    const state = { topics, groups: { ...origin, 'analytics-s-1': at(1, 1) } }
    using run = await EmbeddedRun.of(state, files)
    const before = await run.dump()
    for (const command of [['distribute'], ['rescale', '--to', '3']]) {
      const args = ['segments', ...command, '--force', ...quick]
      const { stderr, exitCode } = await run.pstool(args)
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(/^Error: analytics-s-1 belongs to analytics and to analytics-s-1\n/)
    }
    expect(await run.dump()).toBe(before)
  })

  it('none, where nothing names any', async () => {
    const { stderr, exitCode } = await (async () => {
      using run = await EmbeddedRun.of({ topics, groups: both })
      return await run.segments(['distribute', '--yes'])
    })()
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Error: nothing says which groups to work on\n/)
  })
})

describe.concurrent('segments status', () => {
  it('changes nothing, and says by its exit code whether segments agree', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    const before = await run.dump()
    const shown = await run.segments(['status', ...named, '--json'])
    expect(shown).toMatchObject({ stderr: '', exitCode: 0 })
    const [status] = documentOf<SegmentStatusDocument>(shown).segmented
    expect(status).toMatchObject({ origin: 'analytics', consistent: false })
    expect(status?.groups.map(({ lag }) => lag)).toEqual([2200, 1800, 1750])
    expect((await run.segments(['status', ...named, '--exit-code'])).exitCode).toBe(1)
    const one = ['status', '--groups', 'other', '--segments', '2', '--exit-code']
    expect((await run.segments(one)).exitCode).toBe(0)
    expect(await run.dump()).toBe(before)
  })
})

describe.concurrent('segments: a plan that is saved', () => {
  const saved = async (run: EmbeddedRun, command = 'distribute', flags: string[] = []) => {
    const args = [command, ...named, ...quick, '--plan-out', 'plan.json', ...flags]
    const result = await run.segments(args)
    const plan = JSON.parse(readFileSync(join(run.path, 'plan.json'), 'utf8')) as OffsetPlanDocument
    return { ...result, plan }
  }

  it('is written, not applied; and is applied later as it is', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const { exitCode, plan } = await saved(run)
    expect(exitCode).toBe(0)
    expect(plan.steps).toHaveLength(4)
    expect(await run.dump()).toBe(before)
    const applied = await run.pstool(['segments', 'apply', 'plan.json', '--yes', '--json'])
    expect(applied).toMatchObject({ stderr: '', exitCode: 0 })
    expect(documentOf(applied)).toMatchObject({ state: 'done', written: 4 })
    expect(await run.groups()).toMatchObject(asDumped({ 'analytics-parallel-1': at(1000, 1250) }))
  })

  it('is read from stdin too', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const { plan } = await saved(run)
    const stdin = JSON.stringify(plan)
    const applied = await run.pstool(['segments', 'apply', '-', '--yes'], { stdin })
    expect(applied.exitCode).toBe(0)
  })

  it('with something against it says so by its exit code, and is not applied', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    const before = await run.dump()
    const { exitCode, plan } = await saved(run, 'collapse')
    expect(exitCode).toBe(3)
    expect(plan.violations.map(({ guard }) => guard)).toContain('inconclusive-offsets')
    const applied = await run.pstool(['segments', 'apply', 'plan.json', '--force'])
    expect(applied.exitCode).toBe(3)
    expect(await run.dump()).toBe(before)
  })

  it('and was changed so that guards would not see a group, is not used', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const { plan } = await saved(run)
    const unseen = { ...plan.steps[0]!, group: 'billing' }
    const changed = { ...plan, steps: [...plan.steps, unseen] }
    const journal = {
      ...{ kind: 'offset-journal', version: 1, generatedBy: plan.generatedBy },
      ...{ plan: changed, state: 'started', outcomes: [] },
    }
    const commands = [
      { args: ['apply', '-', '--yes'], stdin: JSON.stringify(changed) },
      { args: ['restore', '-', '--force'], stdin: JSON.stringify(journal) },
    ]
    for (const { args, stdin } of commands) {
      const { stderr, exitCode } = await run.segments(args, { stdin })
      expect(stderr).toMatch(
        /contradicts itself: a step is for billing, which is none of its groups/,
      )
      expect(exitCode).toBe(2)
    }
    expect(await run.dump()).toBe(before)
  })

  const changes: readonly (readonly [string, (run: EmbeddedRun) => Promise<unknown>, RegExp])[] = [
    [
      'offsets moved',
      (run) => run.commit('analytics', 'user_events', 0, 1001),
      /analytics moved for user_events#0: 1000 when planned, 1001 now/,
    ],
    [
      'a topic was made again',
      (run) =>
        run.change(async (cluster) => {
          await cluster.deleteTopic('user_events')
          await cluster.createTopic('user_events', 2)
        }),
      /Topic user_events was deleted and made again/,
    ],
    [
      'partitions were added',
      (run) => run.change((cluster) => cluster.addPartitions('user_events', 3)),
      /Topic user_events has 3 partitions, planned for were 2/,
    ],
    [
      'the log has let go of the offset',
      (run) => run.change((cluster) => cluster.deleteRecords('user_events', 0, 1500n)),
      /Offset 1000 for user_events#0 is before what the log keeps \(1500 to 2000\)/,
    ],
    [
      'a member joined',
      (run) =>
        run.change((cluster) =>
          cluster.joinGroup('analytics-parallel-0', {
            memberId: 'm',
            clientId: 'c',
            leaseMs: 600_000,
          }),
        ),
      /Group analytics-parallel-0 is alive: stable, 1 member/,
    ],
  ]
  it.each(changes)(
    'is refused when %s since, also where it is only looked at (M9)',
    async (_, change, says) => {
      using run = await EmbeddedRun.of({ topics, groups: origin })
      await saved(run)
      await change(run)
      const before = await run.dump()
      const applied = await run.pstool(['segments', 'apply', 'plan.json', '--force'])
      expect(applied.exitCode).toBe(3)
      expect(applied.stderr).toMatch(says)
      const looked = await run.pstool(['segments', 'apply', 'plan.json', '--dry-run', '--json'])
      expect(looked.exitCode).toBe(3)
      const { violations } = documentOf<OffsetPlanDocument>(looked)
      expect(violations.map(({ message }) => message).join('\n')).toMatch(says)
      expect(await run.dump()).toBe(before)
      expect(journalsIn(run)).toEqual([])
    },
  )

  it('has its own checks behind it: flags for them are refused', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    await saved(run)
    const { stderr, exitCode } = await run.segments(['apply', 'plan.json', '--yes', ...quick])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Error: --quiet-window has no effect without --from\n/)
  })

  it('is refused on another cluster', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    await saved(run)
    await run.pstool(['local', 'load', '-', 'local:d.db'], { stdin: JSON.stringify({ topics }) })
    const args = ['segments', 'apply', 'plan.json', '--yes', '--cluster', 'local:d.db']
    const { stderr, exitCode } = await run.pstool(args)
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /^(Error: )?The plan is for the cluster .* \(local:c\.db\), this one is /m,
    )
  })
})

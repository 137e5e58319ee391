import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type {
  OffsetJournalDocument,
  OffsetResultDocument,
} from '../../src/domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import { documentOf } from '../support/cli.ts'
import { asDumped, EmbeddedRun, logs } from '../support/segments/embedded.ts'
import { journalsIn } from '../support/segments/killed-everywhere.ts'

const topics = { user_events: logs([0, 2000]) }
const at = (offset: number | null) => ({ user_events: { '0': offset } })
const origin = { analytics: at(1000) }
const apart = {
  analytics: at(900),
  'analytics-parallel-0': at(1000),
  'analytics-parallel-1': at(1050),
}
const named = ['--groups', 'analytics', '--segments', '2']
const quick = ['--quiet-window', '0']
const journalOf = (run: EmbeddedRun) => {
  const [path = ''] = journalsIn(run)
  return JSON.parse(readFileSync(join(run.path, path), 'utf8')) as OffsetJournalDocument
}

describe.concurrent('consent (M10)', () => {
  it('is wanted in words where nobody can be asked', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const { stderr, exitCode } = await run.segments(['distribute', ...named, ...quick])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Error: nobody is there to ask whether to apply the plan$/m)
    expect(stderr).toContain('--yes')
    const json = await run.segments(['distribute', ...named, ...quick, '--json'])
    expect(json).toMatchObject({ stderr: '', exitCode: 2 })
    expect(JSON.parse(json.stdout).error).toMatchObject({ code: 'segments.no-consent' })
    expect(await run.dump()).toBe(before)
    expect(journalsIn(run)).toEqual([])
  })

  it('is no answer on stdin', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const args = ['distribute', ...named, ...quick]
    expect((await run.segments(args, { stdin: 'y\n' })).exitCode).toBe(2)
    expect(journalsIn(run)).toEqual([])
  })

  it('is --yes, which waives nothing', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    expect((await run.segments(['collapse', ...named, ...quick, '--yes'])).exitCode).toBe(3)
    expect((await run.segments(['collapse', ...named, ...quick, '-y'])).exitCode).toBe(3)
  })

  it('is --force, which names every guard that it waives in plan, result and journal', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    const done = await run.segments(['collapse', ...named, ...quick, '--force', '--json'])
    const waived = [
      'Inconclusive offsets for user_events#0: 1000, 1050',
      'Parallel segments for analytics have inconclusive offsets',
    ].map((message) => ({ guard: 'inconclusive-offsets', message }))
    expect(documentOf(done)).toMatchObject({ state: 'done', waived })
    expect(journalOf(run)).toMatchObject({ state: 'done', plan: { waived, violations: [] } })
  })

  it('is not needed where there is nothing to do', async () => {
    using run = await EmbeddedRun.of({ topics, groups: { ...apart, analytics: at(1000) } })
    const args = ['collapse', '--groups', 'analytics', '--segments', '1', ...quick]
    const { exitCode } = await run.segments(args)
    expect(exitCode).toBe(2)
    const agreed = {
      analytics: at(7),
      'analytics-parallel-0': at(7),
      'analytics-parallel-1': at(7),
    }
    using same = await EmbeddedRun.of({ topics, groups: agreed })
    const nothing = await same.segments(['reset', ...named, '--json'])
    expect(nothing).toMatchObject({ stderr: '', exitCode: 0 })
    expect(documentOf(nothing)).toMatchObject({ state: 'nothing-to-do', journal: null })
  })
})

describe.concurrent('a dry run', () => {
  it('writes nothing, wants no consent, and shows the plan', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const args = ['distribute', ...named, ...quick, '--dry-run', '--json']
    const looked = await run.segments(args)
    expect(looked).toMatchObject({ stderr: '', exitCode: 0 })
    expect(documentOf<OffsetPlanDocument>(looked).steps).toHaveLength(2)
    expect(await run.dump()).toBe(before)
    expect(existsSync(join(run.path, '.pstool'))).toBe(false)
  })

  it.each(['--json', '--format=table'])(
    'ends with 3 where applying would be refused %s',
    async (how) => {
      using run = await EmbeddedRun.of({ topics, groups: apart })
      const looked = await run.segments(['collapse', ...named, '--dry-run', how])
      expect(looked.exitCode).toBe(3)
      expect(looked.stdout).toContain('Inconclusi')
      const forced = await run.segments(['collapse', ...named, '--dry-run', '--force', ...quick])
      expect(forced.exitCode).toBe(0)
      expect(await run.groups()).toEqual(asDumped(apart))
    },
  )
})

describe.concurrent('a run that is interrupted', () => {
  it('within the quiet window writes nothing, and ends with 130', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const args = ['distribute', ...named, '--force', '--quiet-window', '600']
    const interruptedAfter = (ms: number) =>
      run.segments(args, {
        onStart: async (child) => {
          await setTimeout(ms)
          child.kill('SIGINT')
        },
      })
    // Before it listens a signal ends the process itself: then it is given more time to get there.
    let wait = 1500
    let ended = await interruptedAfter(wait)
    while (ended.signal !== null) {
      wait *= 2
      ended = await interruptedAfter(wait)
    }
    expect(ended).toMatchObject({ exitCode: 130, stdout: '' })
    expect(ended.stderr).toBe('Interrupted: nothing was written.\n')
    expect(await run.dump()).toBe(before)
    expect(journalsIn(run)).toEqual([])
  })
})

describe.concurrent('a journal', () => {
  const distributed = async () => {
    const run = await EmbeddedRun.of({ topics, groups: origin })
    const before = await run.dump()
    const done = await run.segments(['distribute', ...named, ...quick, '--yes', '--json'])
    const { journal } = documentOf<OffsetResultDocument>(done)
    expect(journalsIn(run)).toEqual([journal])
    return { run, before, journal: journal ?? '', [Symbol.dispose]: () => run[Symbol.dispose]() }
  }

  it('brings back what was, unset offsets too (M8)', async () => {
    using one = await distributed()
    const { run, before, journal } = one
    const looked = await run.segments(['restore', journal, ...quick, '--dry-run'])
    expect(looked.exitCode).toBe(0)
    expect(await run.dump()).not.toBe(before)
    expect((await run.segments(['restore', journal, ...quick])).exitCode).toBe(2)
    const back = await run.segments(['restore', journal, ...quick, '--yes', '--json'])
    expect(documentOf(back)).toMatchObject({ operation: 'restore', state: 'done', written: 2 })
    expect(await run.dump()).toBe(before)
    const again = await run.segments(['restore', journal, ...quick, '--yes', '--json'])
    expect(documentOf(again)).toMatchObject({ state: 'nothing-to-do' })
  })

  it('does not go back over what somebody has used since, unless forced', async () => {
    using one = await distributed()
    const { run, before, journal } = one
    await run.commit('analytics-parallel-1', 'user_events', 0, 1001)
    const { stderr, exitCode } = await run.segments(['restore', journal, ...quick, '--yes'])
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /^Error: analytics-parallel-1 stands at 1001 for user_events#0, which is/,
    )
    const resumed = await run.segments(['resume', journal])
    expect(resumed.exitCode).toBe(3)
    expect((await run.segments(['restore', journal, ...quick, '--force'])).exitCode).toBe(0)
    expect(await run.dump()).toBe(before)
  })

  it('of a run that is done has nothing to go on with', async () => {
    using one = await distributed()
    const { run, journal } = one
    const then = await run.dump()
    const resumed = await run.segments(['resume', journal, '--json'])
    expect(resumed).toMatchObject({ stderr: '', exitCode: 0 })
    expect(documentOf(resumed)).toMatchObject({ state: 'done', written: 0 })
    expect(await run.dump()).toBe(then)
  })

  it.each([
    { what: 'torn', text: (whole: string) => whole.slice(0, whole.length / 2) },
    { what: 'empty', text: () => '' },
    { what: 'of another kind', text: (whole: string) => JSON.stringify(JSON.parse(whole).plan) },
    {
      what: 'of a newer version',
      text: (whole: string) => whole.replace('"version":1', '"version":9'),
    },
    { what: 'no journal at all', text: () => '[1]' },
  ])('that is $what is refused, and named', async ({ text }) => {
    using one = await distributed()
    const { run, journal } = one
    const then = await run.dump()
    const whole = readFileSync(join(run.path, journal), 'utf8')
    writeFileSync(join(run.path, 'bad.json'), text(whole))
    for (const command of ['resume', 'restore']) {
      const { stdout, stderr, exitCode } = await run.segments([command, 'bad.json', '--force'])
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
      expect(stderr).toMatch(/^Error: .*bad\.json/)
    }
    expect(await run.dump()).toBe(then)
  })

  it('is a file where a run goes on, for it is written to; going back reads stdin too', async () => {
    using one = await distributed()
    const { run, before, journal } = one
    const stdin = readFileSync(join(run.path, journal))
    const { stderr, exitCode } = await run.segments(['resume', '-'], { stdin })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Error: a run goes on in its journal, which must be a file\n/)
    expect(existsSync(join(run.path, '-'))).toBe(false)
    const back = await run.segments(['restore', '-', ...quick, '--yes'], { stdin })
    expect(back.exitCode).toBe(0)
    expect(await run.dump()).toBe(before)
  })

  it('that is not there is named', async () => {
    using run = await EmbeddedRun.of({ topics })
    const { stderr, exitCode } = await run.segments(['resume', 'none.json'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('none.json')
  })

  it('that cannot be written keeps everything from being written', async () => {
    using run = await EmbeddedRun.of({ topics, groups: origin }, { 'a-file': '' })
    const before = await run.dump()
    const args = ['distribute', ...named, ...quick, '--force', '--journal-dir', 'a-file/journals']
    const { stderr, exitCode } = await run.segments(args)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /the journal a-file\/journals\/distribute-analytics-.* cannot be written/,
    )
    expect(stderr).toContain('--journal-dir FOLDER')
    expect(await run.dump()).toBe(before)
  })
})

describe.concurrent('two runs at once on one group', () => {
  it('leave what one of them planned, or the later one says that it was disturbed', async () => {
    using run = await EmbeddedRun.of({ topics, groups: apart })
    const runs = await Promise.all([
      run.segments(['reset', ...named, ...quick, '--force', '--json']),
      run.segments(['distribute', ...named, ...quick, '--force', '--json']),
    ])
    const everywhere = (offset: number) =>
      asDumped(Object.fromEntries(Object.keys(apart).map((group) => [group, at(offset)])))
    const exitCodes = runs.map(({ exitCode }) => exitCode)
    expect([0, 3, 5]).toEqual(expect.arrayContaining(exitCodes))
    if (!exitCodes.includes(5)) {
      expect([everywhere(1000), everywhere(900)]).toContainEqual(await run.groups())
    }
    for (const { stdout } of runs.filter(({ exitCode }) => exitCode === 5)) {
      expect((JSON.parse(stdout) as OffsetResultDocument).differences).not.toEqual([])
    }
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'

const ODD = 'a, "b"'
const range = { start: 0, end: 5000 }
const state = {
  kind: 'local-state',
  version: 1,
  topics: { user_events: { partitions: 3, ranges: { '0': range, '1': range, '2': range } } },
  groups: {
    analytics: {
      user_events: { '0': 1000, '1': { offset: 2000, metadata: 'm', leaderEpoch: 3 } },
    },
    [ODD]: { user_events: { '0': 7 } },
  },
}
const SPREAD = ['analytics-parallel-0', 'analytics-parallel-1'].flatMap((group) => [
  `${group},user_events,0,1000`,
  `${group},user_events,1,2000`,
])
const CLUSTER = ['--cluster', 'local:c.db']
const TWO = [...CLUSTER, '--groups', 'analytics', '--segments', '2']
const NOW = ['--quiet-window', '0']

let folder: ReturnType<typeof folderWith>
beforeEach(async () => {
  folder = folderWith({ 'c.json': JSON.stringify(state) })
  expect(await run('local', 'load', 'c.json', 'local:c.db')).toMatchObject({ exitCode: 0 })
})
afterEach(() => folder[Symbol.dispose]())

const run = async (...args: string[]) => await pstool(args, { cwd: folder.path })
const segments = async (...args: string[]) => await run('segments', ...args)
const file = (name: string) => readFileSync(join(folder.path, name), 'utf8')
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

type Dump = { readonly groups: Record<string, Record<string, unknown>> }

/** Offsets of a group by partition. */
async function offsetsOf(group: string): Promise<unknown> {
  const document = documentOf<Dump>(await run('local', 'dump', 'local:c.db', '--json'))
  return document.groups[group]?.user_events
}

describe('--export', () => {
  it('writes what groups are to have, and alone only looks', async () => {
    const looked = await segments('distribute', ...TWO, ...NOW, '--export', 'to.csv')
    expect(looked.exitCode).toBe(0)
    expect(looked.stderr).toContain('not in the file: leader epochs (2) and metadata (2)')
    expect(looked.stderr).toContain('left out: analytics user_events#2')
    expect(file('to.csv')).toBe(text(SPREAD))
    expect(await offsetsOf('analytics-parallel-0')).toBeUndefined()
  })

  it('has all targets, those that stand there already too', async () => {
    const applied = await segments('distribute', ...TWO, ...NOW, '--export', 'a.csv', '--yes')
    expect(applied).toMatchObject({ exitCode: 0 })
    expect(await offsetsOf('analytics-parallel-1')).toMatchObject({ '0': '1000' })
    await segments('reset', ...TWO, ...NOW, '--export', 'b.csv')
    const origin = ['analytics,user_events,0,1000', 'analytics,user_events,1,2000']
    expect([file('a.csv'), file('b.csv')]).toEqual([text(SPREAD), text([...origin, ...SPREAD])])
  })

  it('only looks with --dry-run, though --force is there', async () => {
    await segments('distribute', ...TWO, '--export', 'a.csv', '--force', '--dry-run', ...NOW)
    expect(file('a.csv')).toBe(text(SPREAD))
    expect(await offsetsOf('analytics-parallel-0')).toBeUndefined()
  })

  it('gives stdout to the file alone', async () => {
    const { stdout, stderr } = await segments('distribute', ...TWO, ...NOW, '--export', '-')
    expect(stdout).toBe(text(SPREAD))
    expect(stderr).toContain('user_events')
  })

  it('of the status is a backup that can be applied', async () => {
    const backup = await segments('status', ...TWO, '--export', '-')
    expect(backup).toMatchObject({ exitCode: 0 })
    expect(backup.stdout).toBe('analytics,user_events,0,1000\nanalytics,user_events,1,2000\n')
    writeFileSync(join(folder.path, 'backup.csv'), backup.stdout)
    const same = await segments('apply', '--from', 'backup.csv', ...CLUSTER, '--json', '--yes')
    expect(documentOf(same)).toMatchObject({ state: 'nothing-to-do' })
  })

  it('writes rpk one group', async () => {
    await segments('distribute', ...TWO, ...NOW, '--yes')
    const rpk = ['--export', '-', '--export-format', 'rpk']
    const { stdout } = await segments('collapse', ...TWO, ...rpk)
    expect(stdout).toBe('user_events 0 1000\nuser_events 1 2000\n')
    const several = await segments('reset', ...TWO, ...rpk)
    expect(several).toMatchObject({ exitCode: 2, stdout: '' })
    expect(several.stderr).toContain('rpk has one group in a file, and these are 3')
  })

  it('of a restore names what becomes unset, and writes no line for it', async () => {
    const done = await segments('distribute', ...TWO, ...NOW, '--yes', '--json')
    const { journal } = documentOf<{ journal: string }>(done)
    const back = await segments('restore', journal, ...NOW, '--export', '-')
    expect(back).toMatchObject({ exitCode: 0, stdout: '' })
    expect(back.stderr).toContain('no line for unset: analytics-parallel-0 user_events#0')
  })

  it('writes nothing of a plan that is refused', async () => {
    await segments('distribute', ...TWO, ...NOW, '--yes')
    writeFileSync(join(folder.path, 'moved.csv'), 'analytics-parallel-1,user_events,0,900\n')
    await segments('apply', '--from', 'moved.csv', ...CLUSTER, ...NOW, '--yes')
    for (const way of [
      ['--export', 'out.csv'],
      ['--export', '-', '--dry-run'],
      ['--show-commands'],
    ]) {
      const apart = await segments('collapse', ...TWO, ...way)
      expect(apart).toMatchObject({ exitCode: 3, stdout: '' })
      expect(apart.stderr).toContain('Inconclusive offsets for user_events#0: 900, 1000')
    }
    expect(() => file('out.csv')).toThrow('ENOENT')
  })
})

it('--show-commands prints commands alone, and applies nothing', async () => {
  const shown = await segments('distribute', ...TWO, ...NOW, '--show-commands', '--yes')
  expect(shown.exitCode).toBe(0)
  const tool = 'kafka-consumer-groups.sh --bootstrap-server "$BOOTSTRAP_SERVER"'
  const both = '--group analytics-parallel-0 --group analytics-parallel-1'
  expect(shown.stdout).toBe(
    text([
      `${tool} ${both} --reset-offsets --topic user_events:0 --to-offset 1000 --execute`,
      `${tool} ${both} --reset-offsets --topic user_events:1 --to-offset 2000 --execute`,
    ]),
  )
  expect(shown.stderr).toContain('the commands cannot write metadata (2)')
  expect(await offsetsOf('analytics-parallel-0')).toBeUndefined()
})

describe('apply --from', () => {
  it('takes stdin, rpk and a group with a comma in its name', async () => {
    const args = ['--from', '-', '--input-format', 'rpk', '--groups', ODD.replace(',', '\\,')]
    const applied = await pstool(['segments', 'apply', ...args, ...CLUSTER, ...NOW, '--yes'], {
      cwd: folder.path,
      stdin: 'user_events 0 900\n\nuser_events\t2 800\n',
    })
    expect(applied).toMatchObject({ exitCode: 0 })
    expect(await offsetsOf(ODD)).toMatchObject({ '0': '900', '2': '800' })
  })

  it('makes a plan, guarded like any other, and a journal that goes back', async () => {
    writeFileSync(join(folder.path, 'a.csv'), 'user_events,1,9000\n')
    const args = ['apply', '--from', 'a.csv', '--groups', 'analytics', ...CLUSTER, ...NOW]
    const dry = await segments(...args, '--dry-run', '--json')
    expect(dry.exitCode).toBe(3)
    expect(documentOf(dry)).toMatchObject({
      operation: 'set',
      violations: [{ guard: 'out-of-range' }],
    })
    expect(await segments(...args)).toMatchObject({ exitCode: 3, stdout: '' })
    const clamped = await segments(...args, '--on-range', 'clamp', '--yes', '--json')
    expect(await offsetsOf('analytics')).toMatchObject({ '1': '5000' })
    const { journal } = documentOf<{ journal: string }>(clamped)
    expect(await segments('restore', journal, ...NOW, '--yes')).toMatchObject({ exitCode: 0 })
    expect(await offsetsOf('analytics')).toMatchObject({ '1': { offset: '2000', metadata: 'm' } })
  })

  it('names every bad line', async () => {
    writeFileSync(join(folder.path, 'bad.csv'), 'topic,partition,offset\nuser_events,0,1\nx,y\n')
    const { stderr, exitCode } = await segments('apply', '--from', 'bad.csv', ...CLUSTER)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('\nbad.csv: line 1: "partition" is no partition\nbad.csv: line 3: ')
  })
})

describe('what contradicts itself is refused', () => {
  it.each([
    [['distribute', ...TWO, '--export', '-', '--json'], '--export - and --json both write'],
    [['distribute', ...TWO, '--show-commands', '--format', 'csv'], 'and --format both write'],
    [['distribute', ...TWO, '--export', '-', '--show-commands'], 'both write to stdout'],
    [['status', ...TWO, '--export-format', 'rpk'], '--export-format has no effect without'],
    [['apply', 'plan.json', '--from', 'a.csv'], 'only one can be applied'],
    [['apply', ...CLUSTER], 'nothing says what to apply'],
    [['apply', 'plan.json', '--groups', 'g'], '--groups has no effect without --from'],
    [['apply', 'plan.json', '--input-format', 'rpk'], '--input-format has no effect without'],
  ])('%j', async (args, message) => {
    const { stdout, stderr, exitCode } = await segments(...args)
    expect(exitCode).toBe(2)
    expect(stdout + stderr).toContain(message)
  })
})

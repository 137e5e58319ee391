import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'

const schemas = new URL('../../schemas/', import.meta.url)
const ajv = new Ajv2020({ strict: true, allErrors: true })
const problemsOf = (kind: string, document: unknown) => {
  const schema = readFileSync(new URL(`${kind}.schema.json`, schemas), 'utf8')
  const { $id, ...rest } = JSON.parse(schema) as { $id: string }
  const validate = ajv.getSchema($id) ?? ajv.compile({ $id, ...rest })
  validate(document)
  return validate.errors ?? []
}

const messages = Array.from({ length: 300 }, (_, i) => ({
  key: i % 7 === 0 ? null : `user-${(i * i) % 41}`,
  value: i % 11 === 0 ? null : `{"n":${i}}`,
  partition: i % 3,
  offset: Math.floor(i / 3),
  timestamp: 1_760_000_000_000 + i * 1000,
}))
const state = {
  topics: {
    events: { partitions: 2, messages: [{ partition: 0, key: 'a', value: '1' }] },
    old: { partitions: 1, ranges: { '0': { start: 1000, end: 2500 } } },
  },
  groups: { g: { old: { '0': { offset: 1050, metadata: 'by hand', leaderEpoch: 3 } } } },
}
const folder = folderWith({
  'events.ndjson': `${ndjson(messages)}${ndjson([{ keyBase64: '/wA=' }])}`,
  'state.json': JSON.stringify(state),
})
const cwd = { cwd: folder.path }
beforeAll(() => pstool(['local', 'load', 'state.json', 'local:groups.db'], cwd))
afterAll(() => folder[Symbol.dispose]())
const segmented = ['--groups', 'g', '--segments', '2', '--cluster', 'local:groups.db']
const atOnce = ['--quiet-window', '0']

/** A command per kind of document, and more where a document comes in several forms. */
const commands = [
  { kind: 'key-profile', args: ['analyze-keys', '--source', 'events.ndjson', '--segments', '5'] },
  {
    kind: 'key-profile',
    args: ['analyze-keys', '--source', 'events.ndjson', '--sample', 'spread', '--limit', '50'],
  },
  {
    kind: 'simulation',
    args: [
      ...['simulate', '--source', 'events.ndjson', '--segments', '3', '--vps', '4'],
      ...['--partitions', '6', '--members', '4', '--reducers', 'byte-sum,md5'],
    ],
  },
  {
    kind: 'simulation',
    args: [
      ...['simulate', '--source', 'events.ndjson', '--segments', '2', '--vps', '4,5'],
      ...['--io-ms', '2.5', '--fail-rate', '0.05', '--overlap'],
    ],
  },
  {
    kind: 'routes',
    args: ['route', 'a', '', '--partitions', '3', '--segments', '2', '--vps', '4'],
  },
  { kind: 'sample', args: ['sample', '--source', 'events.ndjson', '--out', 'sample.ndjson'] },
  { kind: 'local-state', args: ['local', 'load', 'state.json', 'local:state.db', '--replace'] },
  {
    kind: 'offset-plan',
    args: ['segments', 'distribute', ...segmented, ...atOnce, '--dry-run'],
  },
  { kind: 'segment-status', args: ['segments', 'status', ...segmented] },
]

describe.concurrent('documents', () => {
  it.each(commands)(
    'of $args.0 $args.1 follow the schema of $kind, the same each time',
    async (command) => {
      const runs = [await pstool([...command.args, '--json'], cwd)]
      runs.push(await pstool([...command.args, '--format', 'json'], cwd))
      const [json, format] = runs

      expect(json).toMatchObject({ stderr: '', exitCode: 0 })
      const document = documentOf(json!)
      expect(document).toMatchObject({ kind: command.kind, version: 1 })
      expect(problemsOf(command.kind, document)).toEqual([])
      expect(format!.stdout).toBe(json!.stdout)
    },
  )

  it('of init follow their schema', async () => {
    using empty = folderWith()
    const document = await documentFrom(['init'], { cwd: empty.path })
    expect(problemsOf('init', document)).toEqual([])
  })

  it('of local dump follow their schema, and load again to equal bytes', async () => {
    using other = folderWith({ 'state.json': JSON.stringify(state) })
    const at = { cwd: other.path }
    await pstool(['local', 'load', 'state.json', 'local:one.db'], at)
    const first = await pstool(['local', 'dump', 'local:one.db', '--out', 'dump.json'], at)
    await pstool(['local', 'load', 'dump.json', 'local:two.db'], at)
    const second = await pstool(['local', 'dump', 'local:two.db'], at)

    const document = documentOf(first)
    expect(problemsOf('local-state', document)).toEqual([])
    expect(document).toMatchObject({
      topics: {
        events: { partitions: 2, messages: [{ partition: 0, key: 'a', value: '1' }] },
        old: { partitions: 1, ranges: { '0': { start: '1000', end: '2500' } } },
      },
      groups: { g: { old: { '0': { offset: '1050', metadata: 'by hand', leaderEpoch: 3 } } } },
    })
    expect(second.stdout).toBe(first.stdout)
    expect(readFileSync(`${other.path}/dump.json`, 'utf8')).toBe(first.stdout)
  })

  it('of a run that moves offsets follow their schemas, and so do its plan and journal', async () => {
    using other = folderWith({ 'state.json': JSON.stringify(state) })
    const at = { cwd: other.path }
    await pstool(['local', 'load', 'state.json', 'local:groups.db'], at)
    const read = (path: string) => JSON.parse(readFileSync(join(other.path, path), 'utf8'))
    const planned = ['segments', 'distribute', ...segmented, ...atOnce, '--plan-out', 'plan.json']
    const plan = await documentFrom(planned, at)
    expect(problemsOf('offset-plan', plan)).toEqual([])
    expect(read('plan.json')).toEqual(plan)

    const run = ['segments', 'apply', 'plan.json', '--yes']
    const result = await documentFrom<{ readonly journal: string }>(run, at)
    expect(problemsOf('offset-result', result)).toEqual([])
    expect(problemsOf('offset-journal', read(result.journal))).toEqual([])
    const back = ['segments', 'restore', result.journal, ...atOnce, '--yes']
    expect(problemsOf('offset-result', await documentFrom(back, at))).toEqual([])
  })

  it.each([
    { args: ['analyze-keys', '--source', 'nothing-here'], code: 2 },
    { args: ['segments', 'distribute', ...segmented, ...atOnce], code: 2 },
    { args: ['segments', 'collapse', ...segmented, '--force'], code: 3 },
  ])('of failures follow their schema: $args.0 $args.1', async ({ args, code }) => {
    const failed = await pstool([...args, '--json'], cwd)
    expect(failed).toMatchObject({ stderr: '', exitCode: code })
    expect(problemsOf('error', documentOf(failed))).toEqual([])
  })

  it('have a schema for every kind that a command prints', () => {
    // Those of `consume` have their tests in consume-watching.test.ts: a run changes the cluster.
    const others = [
      'init',
      'error',
      'offset-result',
      'offset-journal',
      'consumption',
      'consume-trace',
    ]
    const kinds = new Set([...commands.map(({ kind }) => kind), ...others])
    const files = readdirSync(schemas).map((file) => file.replace('.schema.json', ''))
    expect(files.sort()).toEqual([...kinds].sort())
  })
})

describe.concurrent('what is shown without a terminal', () => {
  const args = ['simulate', '--source', 'events.ndjson', '--segments', '5']
  const controlSequence = '\u001b['

  it.each([
    { how: 'piped', flags: [], env: {} },
    { how: 'with NO_COLOR', flags: [], env: { NO_COLOR: '1', TERM: 'xterm-256color' } },
    { how: 'with --no-color', flags: ['--no-color'], env: { FORCE_COLOR: '1' } },
    { how: 'as JSON', flags: ['--json'], env: { FORCE_COLOR: '1' } },
    { how: 'as CSV', flags: ['--format', 'csv'], env: { FORCE_COLOR: '1' } },
    { how: 'as Markdown', flags: ['--format', 'markdown'], env: { FORCE_COLOR: '1' } },
  ])('has no escape codes $how, and nothing on stderr', async ({ flags, env }) => {
    const { stdout, stderr, exitCode } = await pstool([...args, ...flags], { ...cwd, env })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).not.toContain(controlSequence)
    expect(stdout.length).toBeGreaterThan(100)
  })

  it('is coloured where that is asked for', async () => {
    const { stdout } = await pstool([...args, '--color'], cwd)
    expect(stdout).toContain(controlSequence)
  })

  it('fits 48 columns, in ASCII where the locale has nothing else', async () => {
    const env = { COLUMNS: '48', LC_ALL: 'C' }
    const { stdout } = await pstool([...args], { ...cwd, env })
    expect(stdout.split('\n').filter((line) => line.length > 48)).toEqual([])
    expect(stdout).toMatch(/^[\n -~]*$/)
  })

  it('is a table per lane in CSV, and headed tables in Markdown', async () => {
    const csv = await pstool([...args, '--format', 'csv'], cwd)
    const [header, ...rows] = csv.stdout.trimEnd().split('\n')
    expect(header!.split(',')).toEqual(expect.arrayContaining(['layer', 'reducer', 'slot']))
    expect(rows).toHaveLength(5)
    const markdown = await pstool([...args, '--format', 'markdown'], cwd)
    expect(markdown.stdout).toMatch(/^# /)
    expect(markdown.stdout).toMatch(/^\| *-+/m)
  })
})

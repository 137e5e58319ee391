import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'

const folder = folderWith({
  'events.ndjson': '{"key":"a"}\n{"key":"b"}\n',
  'pstool.config.json': JSON.stringify({ strategies: { md5: { segments: 5, reducer: 'md5' } } }),
})
const cwd = { cwd: folder.path }
const source = ['--source', 'events.ndjson']
const done = { stderr: '', exitCode: 0 }
beforeAll(async () => {
  const saved = await pstool(['analyze-keys', ...source, '--out', 'saved.json'], cwd)
  expect(saved).toMatchObject(done)
})
afterAll(() => folder[Symbol.dispose]())

/** Flags that would change nothing: what is typed, and what the message names. */
const idle: readonly (readonly [args: readonly string[], named: RegExp])[] = [
  [['route', 'a', '--segments', '3', '--partition-reducer', 'md5'], /without --partitions$/],
  [['route', 'a', '--partitions', '3', '--group', 'g'], /--group has .*without --segments$/],
  [['route', 'a', '--segments', '3', '--partitioner', 'key'], /without --keys-from$/],
  [['route', 'a', '--segments', '3', '--input-format', 'csv'], /--input-format has .*--keys-from$/],
  [['route', 'a', '--segments', '3', '--on-bad-record', 'skip'], /without --keys-from$/],
  [['analyze-keys', ...source, '--segment-reducer', 'md5'], /without --segments$/],
  [['analyze-keys', ...source, '--reducers', 'md5'], /--reducers has .*number of slots$/],
  [
    ['analyze-keys', '--merge', 'a', '--limit', '4', '--seed', '3', '--max-messages', '5'],
    /--limit, --seed, --max-messages have .*--merge/,
  ],
  [['analyze-keys', '--merge', 'a', '--partitions', '0-2'], /--partitions has .*--merge$/],
  [['simulate', ...source, '--segments', '2', '--max-messages', '3'], /--virtual-partitions$/],
  [['simulate', ...source, '--segments', '2', '--distribution', 'balanced'], /--distribution has /],
  [['simulate', ...source, '--segments', '2', '--virtual-partition-reducer', 'md5'], /--virtual-/],
  [
    ['simulate', ...source, '--vps', '2', '--concurrency', '3', '--fail-rate', '0', '--overlap'],
    /^--concurrency, --overlap, --fail-rate have .*without --io-ms$/,
  ],
  [
    ['simulate', ...source, '--segments', '2', '--io-ms', '1', '--overlap'],
    /--overlap has .*without --virtual-partitions$/,
  ],
]

describe.concurrent('flags that would change nothing', () => {
  it.each(idle)('are refused: %s', async (args, named) => {
    const { stdout, exitCode } = await pstool([...args, '--json'], cwd)
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'flags.no-effect',
      message: expect.stringMatching(named),
    })
  })

  it.each([
    { args: ['route', 'a', '--segments', '2', '--json', '--format', 'csv'], says: /--format/ },
    { args: ['sample', ...source, '--format', 'csv'], says: /--out FILE/ },
  ])('are refused where they contradict: $args', async ({ args, says }) => {
    const { stdout, stderr, exitCode } = await pstool(args, cwd)
    expect(exitCode).toBe(2)
    expect(stdout + stderr).toMatch(says)
  })

  it('are no mistake as variables, which stand for every command', async () => {
    const env = {
      PSTOOL_STRATEGY: 'unknown',
      PSTOOL_SOURCE: 'unknown',
      PSTOOL_INPUT_FORMAT: 'ndjson',
    }
    const run = (...args: string[]) => pstool(args, { ...cwd, env })
    const done = { stderr: '', exitCode: 0 }
    expect(await run('sample', ...source)).toMatchObject(done)
    expect(await run('analyze-keys', '--merge', 'saved.json')).toMatchObject(done)
    expect(await run('route', 'a', '--segments', '2', '--strategy', 'md5')).toMatchObject(done)
  })

  it('have one where the log has partitions of its own', async () => {
    const cluster = { topics: { t: { partitions: 3, messages: [{ partition: 0, key: 'a' }] } } }
    const options = { ...cwd, stdin: JSON.stringify(cluster) }
    expect(await pstool(['local', 'load', '-', 'local:c.db'], options)).toMatchObject(done)
    const args = [
      'analyze-keys',
      '--source',
      'local:c.db/t',
      '--partition-reducer',
      'md5',
      '--json',
    ]
    const lanes = [{ layer: 'partition', count: 3, reducer: 'md5' }]
    expect(documentOf(await pstool(args, cwd))).toMatchObject({ lanes })
  })

  it('have one where a strategy brings the layer, for saved profiles too', async () => {
    const flags = ['--strategy', 'md5', '--segment-reducer', 'murmur2', '--json']
    const lanes = [{ layer: 'segment', count: 5, reducer: 'murmur2' }]
    const merged = await pstool(['analyze-keys', '--merge', 'saved.json', ...flags], cwd)
    expect(documentOf(merged)).toMatchObject({ lanes })
    expect(documentOf(await pstool(['simulate', ...source, ...flags], cwd))).toMatchObject({
      lanes,
    })
  })
})

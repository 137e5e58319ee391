import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { documentFrom, ndjson } from '../support/e2e/documents.ts'

const config = {
  sources: {
    orders: { uri: 'local:cluster.db/orders', onBadRecord: 'skip' },
    user_events: 'local:cluster.db/user_events',
    secured: { uri: 'events.ndjson', tls: true },
  },
  strategies: { 'by-tenant': { segments: 5 }, md5: { segments: 5, reducer: 'md5' } },
}
const cluster = { topics: { user_events: { partitions: 1 }, orders: { partitions: 1 } } }
const modules = `
  export const seven = () => 7
  export const refuses = () => { throw new Error('no tenant in it') }
  export const answer = 42
`
const folder = folderWith({
  'events.ndjson': '{"key":"a"}\n{"key":"b"}\n',
  'bad.ndjson': '{"key":"a"}\n{"key":"b"}\n{"key":\n{"key":"c"}\n',
  'named.csv': 'user_id,key_id\n1,2\n',
  'other.ndjson': '{"user":"a","n":1}\n',
  'own.mjs': modules,
  'broken.mjs': 'export const a = (',
  'pstool.config.json': JSON.stringify(config),
  'wrong/pstool.config.json': JSON.stringify({ strategies: { a: { segmets: 5 } } }),
  'cluster.json': JSON.stringify(cluster),
})
const lines = Array.from({ length: 20_000 }, (_, i) => `key-${i}\n`).join('')
const write = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(folder.path, name), content)
const cwd = { cwd: folder.path }
beforeAll(async () => {
  write('cut.txt.gz', gzipSync(lines).subarray(0, 5000))
  write('cut.txt.zst', zstdCompressSync(lines).subarray(0, 5000))
  await pstool(['local', 'load', 'cluster.json', 'local:cluster.db'], cwd)
  const profile = await pstool(['analyze-keys', '--source', 'events.ndjson', '--json'], cwd)
  write('profile.json', profile.stdout)
  await pstool(['analyze-keys', ...source, '--out', 'counts.json'], cwd)
})
afterAll(() => folder[Symbol.dispose]())

interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly suggestions: string[]
  }
}

/** What is typed, how it ends, and what has to be said about it. */
interface Mistake {
  readonly what: string
  readonly args: readonly string[]
  readonly exitCode: number
  readonly code: string
  readonly message: RegExp
  readonly suggests?: RegExp
}

const source = ['--source', 'events.ndjson']
const sampleOf = (name: string) => ['sample', '--out', 'sample.ndjson', '--source', name]
const mistakes: readonly Mistake[] = [
  {
    what: 'an unknown flag',
    args: ['simulate', ...source, '--segmens', '5'],
    exitCode: 2,
    code: 'usage.flags',
    message: /pstool simulate has no flag --segmens/,
    suggests: /^Did you mean --segments\?\n.*pstool simulate --help/,
  },
  {
    what: 'two unknown flags, one with a value behind =',
    args: ['route', 'a', '--segmens=5', '--no-colour'],
    exitCode: 2,
    code: 'usage.flags',
    message: /no flags --segmens, --no-colour$/,
    suggests: /--segments for --segmens\?\n.*--no-color for --no-colour\?/,
  },
  {
    what: 'a flag that is like no other',
    args: ['simulate', ...source, '-x'],
    exitCode: 2,
    code: 'usage.flags',
    message: /no flag -x/,
    suggests: /^What it takes: pstool simulate --help$/,
  },
  {
    what: 'a configuration for a command that reads none',
    args: ['init', '--config', 'pstool.config.json'],
    exitCode: 2,
    code: 'usage.flags',
    message: /pstool init has no flag --config/,
  },
  {
    what: 'an unknown command',
    args: ['simulat', '--segments', '5'],
    exitCode: 2,
    code: 'usage.command',
    message: /no command "simulat"/,
    suggests: /pstool simulate\b/,
  },
  {
    what: 'an unknown command of a topic',
    args: ['local', 'lod'],
    exitCode: 2,
    code: 'usage.command',
    message: /no command "local lod"/,
    suggests: /pstool local load\b/,
  },
  {
    what: 'a command that is like no other',
    args: ['quux', 'frobnicate'],
    exitCode: 2,
    code: 'usage.command',
    message: /no command "quux frobnicate"/,
    suggests: /^All commands: pstool help$/,
  },
  {
    what: 'a count that is none',
    args: ['simulate', ...source, '--segments', '0'],
    exitCode: 2,
    code: 'flags.bad-value',
    message: /--segments .*"0"/,
    suggests: /--segments 5/,
  },
  {
    what: 'a value that is none of the options',
    args: ['analyze-keys', ...source, '--sample', 'middle'],
    exitCode: 2,
    code: 'usage.flags',
    message: /--sample.*middle|middle.*--sample/s,
  },
  {
    what: 'a missing argument',
    args: ['local', 'load', 'cluster.json'],
    exitCode: 2,
    code: 'usage.flags',
    message: /uri/i,
  },
  {
    what: 'a file that is not there',
    args: ['analyze-keys', '--source', 'event.ndjson'],
    exitCode: 2,
    code: 'input.no-such-file',
    message: /event\.ndjson/,
    suggests: /events\.ndjson/,
  },
  {
    what: 'a word that is neither a file nor a source',
    args: ['simulate', '--segments', '5', '--source', 'user_event'],
    exitCode: 2,
    code: 'input.no-such-file',
    message: /no file user_event, and no source of that name/,
    suggests: /mean user_events\?.*orders, user_events, secured/s,
  },
  {
    what: 'parameters of a file',
    args: ['simulate', '--segments', '5', '--source', 'events.ndjson?tls=true'],
    exitCode: 2,
    code: 'input.no-such-file',
    message: /no file events\.ndjson\?tls=true/,
    suggests: /kafka:\/\//,
  },
  {
    what: 'flags of a file for a topic of Kafka',
    args: [...sampleOf('kafka://localhost:9/orders'), '--on-bad-record', 'skip'],
    exitCode: 2,
    code: 'flags.no-effect',
    message: /--on-bad-record has no effect.*Kafka/,
    suggests: /Leave it out/,
  },
  {
    what: 'flags of a file for the embedded cluster',
    args: [...sampleOf('user_events'), '--on-bad-record', 'skip', '--input-format', 'csv'],
    exitCode: 2,
    code: 'flags.no-effect',
    message: /--input-format, --on-bad-record have no effect.*embedded/,
    suggests: /Leave it out/,
  },
  {
    what: 'flags of a file for keys that are arguments',
    args: ['route', 'a', '--segments', '5', '--input-format', 'csv'],
    exitCode: 2,
    code: 'flags.no-effect',
    message: /--input-format has no effect without --keys-from/,
  },
  {
    what: 'a source beside profiles to join',
    args: ['analyze-keys', '--merge', 'profile.json', '--source', 'events.ndjson'],
    exitCode: 2,
    code: 'flags.no-effect',
    message: /--source has no effect.*--merge/,
  },
  {
    what: 'a configured source that is no file, with settings of one',
    args: sampleOf('orders'),
    exitCode: 2,
    code: 'config.no-effect',
    message: /source orders onBadRecord, and it is the embedded cluster/,
    suggests: /uri/,
  },
  {
    what: 'a configured file with a login',
    args: sampleOf('secured'),
    exitCode: 2,
    code: 'config.no-effect',
    message: /source secured tls, and it is a file/,
  },
  {
    what: 'no source at all',
    args: ['simulate', '--segments', '5'],
    exitCode: 2,
    code: 'config.no-source',
    message: /source/,
    suggests: /--source .*PSTOOL_SOURCE.*pstool\.config/s,
  },
  {
    what: 'a line that cannot be read',
    args: ['analyze-keys', '--source', 'bad.ndjson'],
    exitCode: 2,
    code: 'input.bad-record',
    message: /bad\.ndjson:3\b/,
    suggests: /--on-bad-record skip/,
  },
  {
    what: 'a gzip archive that is cut off',
    args: ['analyze-keys', '--source', 'cut.txt.gz'],
    exitCode: 2,
    code: 'input.truncated-archive',
    message: /cut\.txt\.gz is cut off/,
  },
  {
    what: 'a zstd archive that is cut off',
    args: ['simulate', '--segments', '5', '--source', 'cut.txt.zst'],
    exitCode: 2,
    code: 'input.truncated-archive',
    message: /cut\.txt\.zst is cut off/,
  },
  {
    what: 'a CSV without a column of keys',
    args: ['analyze-keys', '--source', 'named.csv', '--input-format', 'csv'],
    exitCode: 2,
    code: 'input.no-keys',
    message: /named\.csv.*user_id/,
    suggests: /--partitioner payload:\/user_id\b.*--input-format keys/s,
  },
  {
    what: 'JSON records with other fields',
    args: ['analyze-keys', '--source', 'other.ndjson'],
    exitCode: 2,
    code: 'input.no-keys',
    message: /other\.ndjson.*user/,
    suggests: /--partitioner payload:\/user\b.*--input-format keys/s,
  },
  {
    what: 'a field that the configuration has not',
    args: ['simulate', ...source, '--config', 'wrong/pstool.config.json'],
    exitCode: 2,
    code: 'config.invalid',
    message: /strategies\.a.*segmets.*segments/s,
  },
  {
    what: 'a strategy that the configuration has not',
    args: ['simulate', ...source, '--strategy', 'by-tenat'],
    exitCode: 2,
    code: 'config.unknown-strategy',
    message: /by-tenat/,
    suggests: /by-tenant/,
  },
  {
    what: 'an unknown reducer',
    args: ['route', 'a', '--segments', '5', '--reducer', 'murmur'],
    exitCode: 2,
    code: 'routing.unknown-reducer',
    message: /"murmur"/,
    suggests: /murmur2/,
  },
  {
    what: 'an unknown partitioner',
    args: ['simulate', ...source, '--segments', '5', '--partitioner', 'keys'],
    exitCode: 2,
    code: 'routing.unknown-partitioner',
    message: /"keys"/,
    suggests: /\bkey\b/,
  },
  {
    what: 'a topic that the embedded cluster has not',
    args: ['analyze-keys', '--source', 'local:cluster.db/user_event'],
    exitCode: 4,
    code: 'broker.unknown-topic',
    message: /user_event\b/,
    suggests: /user_events/,
  },
  {
    what: 'a broker that cannot be reached',
    args: ['analyze-keys', '--source', 'kafka://127.0.0.1:1/user_events'],
    exitCode: 4,
    code: 'broker.unreachable',
    message: /127\.0\.0\.1:1\b/,
    suggests: /host and port/,
  },
  {
    what: 'a kind of source that there is not',
    args: ['analyze-keys', '--source', 'pulsar://127.0.0.1:6650/topic'],
    exitCode: 2,
    code: 'source.unknown-scheme',
    message: /pulsar:\/\//,
    suggests: /kafka:\/\//,
  },
  {
    what: 'a profile without its counts to merge',
    args: ['analyze-keys', '--merge', 'profile.json'],
    exitCode: 2,
    code: 'input.no-state',
    message: /profile\.json cannot be merged/,
    suggests: /--out/,
  },
  {
    what: 'a profile to merge that is not there',
    args: ['analyze-keys', '--merge', 'profil.json'],
    exitCode: 2,
    code: 'input.no-such-file',
    message: /no file profil\.json/,
    suggests: /mean profile\.json/,
  },
  {
    what: 'a folder that is not there, to write a profile to',
    args: ['analyze-keys', ...source, '--out', 'nowhere/profile.json'],
    exitCode: 2,
    code: 'output.unwritable',
    message: /nowhere\/profile\.json cannot be written/,
    suggests: /folder/,
  },
  {
    what: 'a document of another kind to merge',
    args: ['analyze-keys', '--merge', 'cluster.json'],
    exitCode: 2,
    code: 'input.no-document',
    message: /cluster\.json/,
  },
  {
    what: 'a reducer of the user that gives 7 of 5 to route',
    args: ['route', 'a', '--segments', '5', '--reducer', 'module:own.mjs#seven'],
    exitCode: 2,
    code: 'routing.bad-slot',
    message: /own\.mjs#seven gave 7 .*0 to 4/,
  },
  {
    what: 'an export that the module has not',
    args: ['route', 'a', '--segments', '5', '--reducer', 'module:own.mjs#sevn'],
    exitCode: 2,
    code: 'module.no-function',
    message: /no export sevn/,
    suggests: /#seven/,
  },
  {
    what: 'an export that is no function',
    args: ['simulate', ...source, '--segments', '5', '--reducer', 'module:own.mjs#answer'],
    exitCode: 2,
    code: 'module.no-function',
    message: /answer/,
  },
  {
    what: 'a module that is no JavaScript',
    args: ['route', 'a', '--segments', '5', '--reducer', 'module:broken.mjs#a'],
    exitCode: 2,
    code: 'module.syntax',
    message: /broken\.mjs/,
  },
  {
    what: 'keys without a count of slots',
    args: ['route', 'a'],
    exitCode: 2,
    code: 'route.no-counts',
    message: /how many slots/,
    suggests: /--segments N/,
  },
  {
    what: 'messages without a count of slots',
    args: ['simulate', ...source],
    exitCode: 2,
    code: 'simulate.no-counts',
    message: /how many slots/,
    suggests: /--segments N/,
  },
  {
    what: 'members where messages name no partition',
    args: ['simulate', ...source, '--members', '3'],
    exitCode: 2,
    code: 'simulation.no-partitions',
    message: /in none/,
    suggests: /--partitions N/,
  },
  {
    what: 'a start behind the end',
    args: ['analyze-keys', ...source, '--from', '10', '--until', '5'],
    exitCode: 2,
    code: 'flags.empty-selection',
    message: /nothing lies between/,
  },
  {
    what: 'an embedded cluster that is not there',
    args: ['local', 'dump', 'local:nothing.db'],
    exitCode: 2,
    code: 'local.missing',
    message: /nothing\.db/,
    suggests: /local load FILE/,
  },
]

describe.concurrent('mistakes', () => {
  it.each(mistakes)('$what: exit code, code, and what to try, as JSON', async (mistake) => {
    const { stdout, stderr, exitCode } = await pstool([...mistake.args, '--json'], cwd)

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: mistake.exitCode })
    const { error } = JSON.parse(stdout) as ErrorBody
    expect(error.code).toBe(mistake.code)
    expect(error.message).toMatch(mistake.message)
    expect(error.suggestions.join('\n')).toMatch(mistake.suggests ?? /(?:)/)
  })

  it.each([
    { args: ['help', 'simulat'], meant: 'simulate' },
    { args: ['local', 'lod', '--help'], meant: 'local load' },
  ])('are answered where help is asked for: $args', async ({ args, meant }) => {
    const { stdout, stderr, exitCode } = await pstool(args, cwd)
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
    expect(stderr).toMatch(/^Error: pstool has no command /)
    expect(stderr).toContain(`Did you mean: pstool ${meant}\n`)
  })

  it('are told on stderr as a sentence and what to try, with nothing on stdout', async () => {
    const { stdout, stderr, exitCode } = await pstool(
      ['analyze-keys', '--source', 'bad.ndjson'],
      cwd,
    )
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 })
    const [first, ...others] = stderr.trimEnd().split('\n')
    expect(first).toMatch(/^Error: .*bad\.ndjson:3\b/)
    expect(others.length).toBeGreaterThan(0)
    expect(others.filter((line) => !line.startsWith('  '))).toEqual([])
  })
})

describe.concurrent('what is counted or passed over instead of refused', () => {
  it('are bad lines with --on-bad-record skip', async () => {
    const { read, messages } = await documentFrom<SimulationDocument>(
      ['simulate', '--source', 'bad.ndjson', '--segments', '2', '--on-bad-record', 'skip'],
      cwd,
    )
    expect({ badRecords: read.badRecords, messages }).toEqual({ badRecords: 1, messages: 3 })
  })

  it('are PSTOOL_* variables that the run has no use for', async () => {
    const env = {
      PSTOOL_INPUT_FORMAT: 'csv',
      PSTOOL_ON_BAD_RECORD: 'skip',
      PSTOOL_SOURCE: 'local:cluster.db/orders',
    }
    for (const args of [
      ['simulate', '--segments', '5'],
      ['route', 'a', '--segments', '5'],
      ['analyze-keys', '--merge', 'counts.json'],
    ]) {
      expect(await documentFrom(args, { ...cwd, env })).toHaveProperty('kind')
    }
  })

  it('are keys that a reducer of the user cannot place: slot 0 has them', async () => {
    const { lanes } = await documentFrom<SimulationDocument>(
      ['simulate', ...source, '--segments', '5', '--reducer', 'module:own.mjs#seven'],
      cwd,
    )
    expect(lanes[0]).toMatchObject({ errors: 2, emptySlots: 4 })
    expect(lanes[0]!.slots[0]!.messages).toBe(2)
  })

  it('are messages that a partitioner refuses, in analyze-keys and simulate alike', async () => {
    const args = [...source, '--segments', '5', '--partitioner', 'module:own.mjs#refuses']
    const profile = await pstool(['analyze-keys', ...args, '--reducers', 'byte-sum', '--json'], cwd)
    const simulation = await pstool(['simulate', ...args, '--json'], cwd)
    const lanesOf = (text: string) =>
      (JSON.parse(text) as SimulationDocument).lanes.map((lane) => ({ ...lane, bytes: undefined }))

    expect(documentOf(profile)).toMatchObject({ keys: { partitionerErrors: 2, distinct: 0 } })
    expect(lanesOf(simulation.stdout)).toEqual(lanesOf(profile.stdout))
  })

  it('are payloads that are not JSON, with what is wrong and where, in documents and reports', async () => {
    const values = ['{"id":1}', 'text', '{"id":{}}', 'more text']
    using folder = folderWith({
      'values.ndjson': ndjson(values.map((value, i) => ({ key: `k${i}`, value }))),
    })
    const flags = ['--source', 'values.ndjson', '--segments', '2', '--partitioner', 'payload:/id']
    const refused = [
      { error: 'the payload is not JSON', line: 2 },
      { error: expect.stringContaining('an object at "/id"'), line: 3 },
    ]
    const at = { cwd: folder.path }
    const profile = await documentFrom(['analyze-keys', ...flags], at)
    expect(profile).toMatchObject({ keys: { partitionerErrors: 3 }, refused })
    const simulation = await documentFrom(['simulate', ...flags], at)
    expect(simulation).toMatchObject({
      partitionerErrors: [{ partitioner: 'payload:/id', messages: 3, refused }],
    })
    for (const command of ['analyze-keys', 'simulate']) {
      const { stdout } = await pstool([command, ...flags], at)
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('"the payload is not JSON" (values line 2)')
    }
  })

  it('are messages without a timestamp, which hourly has no hour for', async () => {
    const flags = ['--segments', '5', '--partitioner', 'hourly']
    const found = await documentFrom<KeyProfileDocument>(['analyze-keys', ...source, ...flags], cwd)
    const codes = found.findings.map(({ code }) => code)
    expect(codes).toContain('partitioner-errors')
    expect(codes).not.toContain('reducer-errors')
    expect(found.refused).toMatchObject([{ error: 'hourly: the message has no timestamp' }])
  })
})

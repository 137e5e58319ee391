import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/cli/config/load-config.ts'
import { UsageError } from '../../../src/errors.ts'
import { folderWith } from '../../support/cli/temp-folder.ts'

/** Configurations of text need no modules. */
const modules = { load: () => Promise.reject(new Error('no module was to be loaded')) }
const load = (cwd: string, explicitPath?: string, env = {}) =>
  loadConfig({ cwd, env, modules, explicitPath })

async function failure(files: Record<string, string>, name?: string): Promise<UsageError> {
  using folder = folderWith(files)
  const error = await load(folder.path, name).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof UsageError) return error
  throw new Error(`no UsageError but ${String(error)}`)
}

const yaml = (text: string) => failure({ 'pstool.config.yaml': text })

describe('finding the configuration', () => {
  it('takes the nearest folder upwards that has one, and null where none has', async () => {
    using folder = folderWith({
      'pstool.config.json': '{"budgets": {"far": 1}}',
      'a/pstool.config.yml': 'budgets: {near: 1}',
    })
    mkdirSync(join(folder.path, 'a/b/c'), { recursive: true })
    const near = await load(join(folder.path, 'a/b/c'))
    expect(near).toEqual({
      config: { budgets: { near: 1 } },
      path: join(folder.path, 'a/pstool.config.yml'),
    })
    expect((await load(folder.path))?.config).toEqual({ budgets: { far: 1 } })
    using empty = folderWith()
    expect(await load(empty.path)).toBeNull()
  })

  it('refuses two in one folder and names both', async () => {
    const error = await failure({ 'pstool.config.json': '{}', 'pstool.config.ts': '' })
    expect(error.code).toBe('config.several')
    expect(error.message).toMatch(/pstool\.config\.ts, pstool\.config\.json$/)
  })

  it('takes --config before PSTOOL_CONFIG before the nearest', async () => {
    using folder = folderWith({
      'pstool.config.json': '{"budgets": {"nearest": 1}}',
      'variable.yaml': 'budgets: {variable: 1}',
      'flag.json': '{"budgets": {"flag": 1}}',
    })
    const env = { PSTOOL_CONFIG: 'variable.yaml' }
    expect((await load(folder.path, 'flag.json', env))?.config).toEqual({ budgets: { flag: 1 } })
    expect((await load(folder.path, undefined, env))?.config).toEqual({ budgets: { variable: 1 } })
    expect((await load(folder.path, undefined, { PSTOOL_CONFIG: '' }))?.config).toEqual({
      budgets: { nearest: 1 },
    })
  })

  it('says what is near when a named one is not there, or is of no known kind', async () => {
    const missing = await failure({ 'pstool.prod.yaml': '' }, 'pstool.prd.yaml')
    expect(missing.code).toBe('config.not-found')
    expect(missing.suggestions).toEqual(['Did you mean pstool.prod.yaml?'])
    expect((await failure({ 'pstool.toml': '' }, 'pstool.toml')).code).toBe('config.unknown-format')
    expect((await failure({ 'a.json/b': '' }, 'a.json')).code).toBe('config.unreadable')
  })
})

describe('reading text', () => {
  it('takes an empty YAML file for an empty configuration, and skips a byte order mark', async () => {
    using folder = folderWith({ 'pstool.config.yaml': '# nothing yet\n', 'b.json': '\uFEFF{}' })
    expect((await load(folder.path))?.config).toEqual({})
    expect((await load(folder.path, 'b.json'))?.config).toEqual({})
  })

  it.each([
    ['{"sources": {"a": "b",}}', 'pstool.config.json:1:23: expected a name in double quotes'],
    ['{\n  "sources": hunter2\n}', 'pstool.config.json:2:14: expected a value'],
    ['{"sources": {', 'pstool.config.json:1:14: expected a name in double quotes or "}"'],
  ])('JSON %j: %s', async (text, message) => {
    const error = await failure({ 'pstool.config.json': text })
    expect([error.code, error.message]).toEqual(['config.syntax', message])
  })

  it('YAML: line, column and reason, without a word of the text', async () => {
    const twice = await yaml('sources: {}\nsources: {}\n')
    expect(twice.message).toBe('pstool.config.yaml:2:1: Map keys must be unique')
    const broken = await yaml('clusters:\n  prod:\n    sasl: {password: "hunter2"]\n')
    expect(broken.message).toMatch(/^pstool\.config\.yaml:3:\d+: /)
    expect(JSON.stringify(broken) + broken.stack).not.toContain('hunter2')
  })
})

describe('checking', () => {
  it('names file, place, path and the field that was meant', async () => {
    const error = await yaml('groups:\n  analytics:\n    segments: 4\n    segmnets: 5\n')
    expect(error.code).toBe('config.invalid')
    expect(error.message).toBe(
      'pstool.config.yaml:4:5: groups.analytics.segmnets: unknown field; did you mean segments?',
    )
  })

  it('lists everything that is wrong at once: shapes and references', async () => {
    const error = await yaml(`
sources:
  a: 5
  b: {url: "kafka://h/t"}
  c: {cluster: prd, topic: t}
  d: {uri: "-", format: ndjsn}
clusters:
  prod: {uri: "kafka://h", tls: yes please, sasl: {mechanism: scram}}
strategies:
  s: {reducer: md6, partitioner: heder:x, segments: 0}
groups:
  analytics: {segments: 2.5, topics: [], strategy: z}
  a-parallel-1: {segments: 2}
  events: {}
budgets: {skew: "2"}
defaults: {source: unlike}
surces: {}
`)
    expect(error.message.split('\n')).toEqual([
      'pstool.config.yaml has 18 problems:',
      '  3:3 sources.a: must be text or an object, is a number',
      '  4:3 sources.b.uri: is missing',
      '  4:7 sources.b.url: unknown field; did you mean uri?',
      '  6:17 sources.d.format: must be one of ndjson, kcat, csv, keys; did you mean ndjson?',
      '  8:28 clusters.prod.tls: must be true or false or an object, is text',
      '  8:52 clusters.prod.sasl.mechanism: must be one of plain, scram-sha-256, scram-sha-512, oauthbearer; did you mean scram-sha-256 or scram-sha-512?',
      '  10:21 strategies.s.partitioner: is no partitioner; did you mean header?',
      '  10:7 strategies.s.reducer: is no reducer; did you mean md5?',
      '  10:43 strategies.s.segments: must be at least 1',
      '  12:15 groups.analytics.segments: must be a whole number, is a fraction',
      '  12:30 groups.analytics.topics: must not be empty',
      '  14:3 groups.events.segments: is missing',
      '  15:11 budgets.skew: must be a number, is text',
      '  17:1 surces: unknown field; did you mean sources?',
      '  5:7 sources.c.cluster: is no name in clusters; did you mean prod?',
      '  12:42 groups.analytics.strategy: is no name in strategies; did you mean s?',
      '  13:3 groups.a-parallel-1: group a-parallel-1 contains the merge key -parallel-, so it looks like a segment itself',
      '  16:12 defaults.source: is no name in sources; known: a, b, c, d',
    ])
  })

  it('never shows a value, which may be a secret', async () => {
    const error = await yaml(`
clusters:
  a: {uri: "kafka://h", sasl: {mechanism: hunter2, password: hunter2}}
  b: {uri: "kafka://h", sasl: {mechanism: plain, password: [hunter2], token: hunter2}}
  c: {uri: "kafka://h", sasl: hunter2}
`)
    expect(error.message).toContain('clusters.b.sasl.password: must be text, is a list')
    expect(error.message).toContain('clusters.b.sasl.token: unknown field')
    expect(JSON.stringify(error) + error.stack).not.toContain('hunter2')
  })

  it('refuses a group whose strategy plans another number of segments', async () => {
    const error = await yaml(
      'strategies: {s: {segments: 5}}\ngroups: {g: {segments: 4, strategy: s}}\n',
    )
    expect(error.message).toContain('groups.g.segments: differs from strategies.s.segments')
  })

  it('refuses a configuration that is no object', async () => {
    expect((await yaml('- a\n')).message).toBe(
      'pstool.config.yaml:1:1: must be an object, is a list',
    )
  })
})

describe('paths in a configuration', () => {
  it('hold in the working directory, wherever the file is', async () => {
    using folder = folderWith({
      'pstool.config.yaml': `
sources:
  demo: local:.pstool/demo.db/user_events
  file: {uri: data/keys.csv, tls: {caFile: ca.pem}}
  stdin: "-"
  sub: sub
  kafka: kafka://h:9092/t
clusters: {demo: "local:.pstool/demo.db", abs: {uri: "local:/var/a.db"}}
strategies: {own: {partitioner: "module:s.ts", reducers: {segment: "module:./s.ts#r"}}}
`,
      'sub/keep': '',
    })
    const home = folder.path
    const here = (await load(home))?.config
    expect(here?.sources).toEqual({
      demo: 'local:.pstool/demo.db/user_events',
      file: { uri: 'data/keys.csv', tls: { caFile: 'ca.pem' } },
      stdin: '-',
      sub: 'sub',
      kafka: 'kafka://h:9092/t',
    })
    const below = (await load(join(home, 'sub')))?.config
    expect(below?.sources).toMatchObject({
      demo: `local:${home}/.pstool/demo.db/user_events`,
      file: { uri: `${home}/data/keys.csv`, tls: { caFile: `${home}/ca.pem` } },
      stdin: '-',
      sub: `${home}/sub`,
    })
    expect(below?.clusters).toEqual({
      demo: `local:${home}/.pstool/demo.db`,
      abs: { uri: 'local:/var/a.db' },
    })
    expect(below?.strategies?.own).toEqual({
      partitioner: `module:${home}/s.ts#default`,
      reducers: { segment: `module:${home}/s.ts#r` },
    })
  })
})

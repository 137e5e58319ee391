import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KeyProfileDocument } from '../../src/domain/keys/key-profile.ts'
import type { ErrorDocument } from '../../src/domain/model/error.ts'
import type { SampleDocument } from '../../src/domain/model/sample.ts'
import type { RoutesDocument } from '../../src/domain/routing/routes.ts'
import type { SimulationDocument } from '../../src/domain/simulation/simulation.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { type CliOptions, documentOf, pstool } from '../support/cli.ts'
import { documentFrom } from '../support/e2e/documents.ts'
import { countsOf, NAIVE_REDUCERS, ranked } from '../support/e2e/naive-figures.ts'
import { USERS } from '../support/kafka/access.ts'
import { freePorts } from '../support/kafka/ports.ts'
import { type NewMessage, produce, produceByKafkajs } from '../support/kafka/produce.ts'
import { securedKafka } from '../support/kafka/secured.ts'
import { produceByJava, runKafkaTool } from '../support/kafka/tools.ts'
import { createTopic, deleteTopics, foreignGroups } from '../support/kafka/topics.ts'

const brokers = inject('kafkaBrokers')
const PARTITIONS = 4
const START_MS = 1_760_000_000_000

/** A few hot keys and a tail, some of them not ASCII. */
const KEYS = Array.from({ length: 600 }, (_, i) =>
  i % 3 === 0 ? `hot-${i % 2}` : i % 50 === 1 ? `größe-${i}` : `user-${(i * i) % 89}`,
)
const KEYED: readonly NewMessage[] = KEYS.map((key, i) => ({
  key,
  value: i % 20 === 0 ? null : `{"n":${i}}`,
  timestamp: START_MS + i * 1000,
}))
const KEYLESS: readonly NewMessage[] = Array.from({ length: 7 }, (_, i) => ({
  key: null,
  value: `without ${i}`,
  partition: i % PARTITIONS,
  timestamp: START_MS + 600_000 + i * 1000,
}))
const TOMBSTONES = KEYED.filter(({ value }) => value === null).length

let byMurmur2: string
let byCrc32: string
let byJava: string
let long: string
let groupsBefore: string[]

const folder = folderWith()
const uriOf = (topic: string, query = '') => `kafka://${brokers}/${topic}${query}`
const document = <D>(args: readonly string[], options: CliOptions = {}) =>
  documentFrom<D>(args, { cwd: folder.path, ...options })

/** What Kafka's own tool says of every group's members and committed offsets. */
async function describedGroups(): Promise<string> {
  const args = ['--bootstrap-server', brokers, '--describe', '--all-groups', '--timeout', '60000']
  const [offsets, members] = await Promise.all([
    runKafkaTool('groups', [...args, '--offsets']),
    runKafkaTool('groups', [...args, '--members', '--verbose']),
  ])
  return offsets.stdout + members.stdout
}

beforeAll(async () => {
  const options = { partitions: PARTITIONS }
  ;[byMurmur2, byCrc32, byJava, long] = await Promise.all([
    createTopic(brokers, 'cli-orders-by-customer', options),
    createTopic(brokers, 'cli-crc32', options),
    createTopic(brokers, 'cli-java', options),
    createTopic(brokers, 'cli-long'),
  ])
  groupsBefore = await foreignGroups(brokers)
  await produceByKafkajs(brokers, byMurmur2, [...KEYED, ...KEYLESS])
  const placed = KEYED.map((message, i) => ({
    ...message,
    partition: crc32(KEYS[i]!) % PARTITIONS,
  }))
  await produce(brokers, byCrc32, placed, 'lz4')
  await produceByJava(
    brokers,
    byJava,
    KEYS.map((key) => ({ key, value: 'v' })),
    'zstd',
  )
})

afterAll(async () => {
  await deleteTopics(brokers, byMurmur2, byCrc32, byJava, long)
  folder[Symbol.dispose]()
})

describe.concurrent('analyze-keys on a broker', () => {
  it('counts exactly what was produced, and its document follows the schema', async () => {
    const args = ['analyze-keys', '--source', uriOf(byMurmur2), '--segments', '5']
    const found = await document<KeyProfileDocument>([...args, '--reducers', 'byte-sum'])
    const counts = countsOf(KEYS)
    expect(problemsOf('key-profile', found)).toEqual([])
    expect(found).toMatchObject({
      messages: KEYED.length + KEYLESS.length,
      exact: true,
      keys: {
        distinct: counts.size,
        nullMessages: KEYLESS.length,
        emptyMessages: 0,
        tombstones: TOMBSTONES,
      },
      read: { sources: [uriOf(byMurmur2)], skippedOffsets: 0, interrupted: false },
    })
    expect(found.topKeys.map(({ key, messages }) => [key, messages])).toEqual(
      ranked(KEYS).slice(0, found.topKeys.length),
    )
    const segments = new Array<number>(5).fill(0)
    for (const key of KEYS) segments[NAIVE_REDUCERS['byte-sum'](key, 5)]! += 1
    // Messages without a key are the first segment's.
    segments[0]! += KEYLESS.length
    expect(found.lanes[0]!.slots.map(({ messages }) => messages)).toEqual(segments)
  })

  it('reads each partition to its end, as the broker says it', async () => {
    const found = await document<KeyProfileDocument>(['analyze-keys', '--source', uriOf(byMurmur2)])
    const { stdout } = await runKafkaTool('offsets', [
      ...['--bootstrap-server', brokers, '--topic', byMurmur2],
    ])
    const ends = found.read.ranges.map(({ partition, to }) => `${byMurmur2}:${partition}:${to}`)
    expect(ends).toEqual(stdout.trim().split('\n'))
    expect(found.partitions.map(({ messages }) => String(messages))).toEqual(
      found.read.ranges.map(({ to }) => to),
    )
  })

  it.each([
    ['kafkajs', () => byMurmur2, 'murmur2'],
    ["Kafka's Java producer", () => byJava, 'murmur2'],
    ['a producer that takes crc32', () => byCrc32, 'crc32'],
  ])('tells which hash %s used', async (_, topic, reducer) => {
    const found = await document<KeyProfileDocument>(['analyze-keys', '--source', uriOf(topic())])
    expect(found.placement).toMatchObject({
      ...{ partitionCount: PARTITIONS, messages: KEYS.length },
      ...{ reducer, verdict: 'consistent', minority: null, keysInSeveralPartitions: 0 },
    })
    expect(found.placement!.candidates[0]).toEqual({ reducer, explained: 1 })
  })

  it('says so in words', async () => {
    const args = ['analyze-keys', '--source', uriOf(byCrc32)]
    const { stdout, stderr, exitCode } = await pstool(args, { cwd: folder.path })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toContain('600 messages')
    expect(stdout).toContain(`${countsOf(KEYS).size} distinct keys`)
    expect(stdout).toMatch(/crc32 explains 100\.0 %/)
  })
})

describe('simulate on a broker', () => {
  it('plays the messages through segments and members', async () => {
    const found = await document<SimulationDocument>([
      ...['simulate', '--source', uriOf(byMurmur2), '--segments', '5', '--members', '3'],
    ])
    expect(problemsOf('simulation', found)).toEqual([])
    expect(found.messages).toBe(KEYED.length + KEYLESS.length)
    const [segments] = found.lanes.filter(({ layer }) => layer === 'segment')
    const expected = new Array<number>(5).fill(0)
    for (const key of KEYS) expected[NAIVE_REDUCERS['byte-sum'](key, 5)]! += 1
    expected[0]! += KEYLESS.length
    expect(segments!.slots.map(({ messages }) => messages)).toEqual(expected)
    const owned = [0, 0, 1, 2]
    const perMember = [0, 0, 0]
    for (const key of KEYS) perMember[owned[NAIVE_REDUCERS.murmur2(key, PARTITIONS)]!]! += 1
    for (const { partition } of KEYLESS) perMember[owned[partition!]!]! += 1
    expect(found.strategies[0]!.members).toMatchObject({
      ...{ members: 3, partitions: PARTITIONS, idleMembers: 0, messages: perMember },
    })
  })
})

describe.concurrent('sample from a broker', () => {
  it('copies keys, values and places, and route and analyze-keys read the copy', async () => {
    const out = 'copy.ndjson.gz'
    const sample = ['sample', '--source', uriOf(byMurmur2), '--values', '--out', out]
    const found = await document<SampleDocument>(sample)
    expect(problemsOf('sample', found)).toEqual([])
    expect(found).toMatchObject({ messages: 607, content: 'messages', values: true, output: out })

    const args = ['--segments', '5', '--top', '100']
    const ofTopic = await document<KeyProfileDocument>([
      ...['analyze-keys', '--source', uriOf(byMurmur2), ...args],
    ])
    const ofCopy = await document<KeyProfileDocument>(['analyze-keys', '--source', out, ...args])
    const { read: _, ...figures } = ofTopic
    expect(ofCopy).toMatchObject(figures)

    const { routes } = await document<RoutesDocument>([
      ...['route', '--keys-from', out, '--partitions', String(PARTITIONS), '--segments', '5'],
    ])
    const keyed = routes.filter(({ key }) => key !== null)
    expect(routes).toHaveLength(607)
    expect(keyed.map(({ key, partition, segment }) => [key, partition, segment]).sort()).toEqual(
      KEYS.map((key) => [
        key,
        NAIVE_REDUCERS.murmur2(key, PARTITIONS),
        NAIVE_REDUCERS['byte-sum'](key, 5),
      ]).sort(),
    )
  })

  it('routes the keys of a topic itself', async () => {
    const { routes } = await document<RoutesDocument>([
      ...['route', '--keys-from', uriOf(byCrc32), '--partitions', String(PARTITIONS)],
    ])
    expect(routes.map(({ key }) => key).sort()).toEqual(KEYS.toSorted())
  })

  it.each([
    ['--limit 10', 10],
    ['--only-partitions 1,2', null],
    ['--sample tail --limit 12', 12],
    ['--from 3 --until 5', 2 * PARTITIONS],
    [`--from ${new Date(START_MS + 600_000).toISOString()}`, KEYLESS.length],
    [`--until ${new Date(START_MS + 100_000).toISOString()}`, 100],
  ])('takes the part that %s names', async (flags, count) => {
    const out = `part${flags.replaceAll(/[^a-z0-9]/g, '-')}.ndjson`
    const args = ['sample', '--source', uriOf(byMurmur2), '--out', out]
    const { messages, read } = await document<SampleDocument>([...args, ...flags.split(' ')])
    const lines = readFileSync(join(folder.path, out), 'utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(messages)
    if (count !== null) expect(messages).toBe(count)
    const partitions = new Set(lines.map((line) => JSON.parse(line).partition as number))
    expect([...partitions].sort()).toEqual(read.ranges.map(({ partition }) => partition))
    if (count === null) expect([...partitions].sort()).toEqual([1, 2])
  })

  it('spreads a sample over the log, the same for the same seed', async () => {
    const args = ['analyze-keys', '--source', uriOf(byMurmur2), '--sample', 'spread']
    const spread = (seed: string) =>
      document<KeyProfileDocument>([...args, '--limit', '60', '--seed', seed])
    const [once, again] = [await spread('7'), await spread('7')]
    expect(again).toEqual(once)
    expect(once.read).toMatchObject({ sample: 'spread', seed: 7, available: 607 })
    expect(once.messages).toBeLessThanOrEqual(60)
    expect(once.sampling!.fraction).toBeCloseTo(once.messages / 607, 9)
  })
})

describe.concurrent('logging in', () => {
  const env = { PSTOOL_KAFKA_PASSWORD: USERS.reader }
  let topic: string
  beforeAll(async () => {
    topic = await createTopic(securedKafka().plaintext, 'cli-secured')
    await produce(securedKafka().plaintext, topic, [{ key: 'k', value: 'v' }])
  })
  afterAll(async () => {
    await deleteTopics(securedKafka().plaintext, topic)
  })
  const secured = (user: string) =>
    `kafka://${securedKafka().saslPlaintext}/${topic}?sasl=scram-sha-256&user=${user}`

  it('takes the password from the environment and shows it nowhere', async () => {
    const args = ['analyze-keys', '--source', secured('reader')]
    for (const format of [['--json'], ['--format', 'table'], ['--format', 'csv']]) {
      const result = await pstool([...args, ...format], { cwd: folder.path, env })
      expect(result).toMatchObject({ exitCode: 0, stderr: '' })
      expect(result.stdout).not.toContain(USERS.reader)
    }
  })

  it('takes it as the configuration says, over TLS, and shows it nowhere', async () => {
    const { saslTls, ca } = securedKafka()
    const sasl = {
      ...{ mechanism: 'scram-sha-512', username: 'reader' },
      passwordEnv: 'MY_KAFKA_PASSWORD',
    }
    const config = {
      clusters: { prod: { uri: `kafka://${saslTls}`, tls: { caFile: 'ca.pem' }, sasl } },
      sources: { orders: { cluster: 'prod', topic } },
    }
    using home = folderWith({
      'pstool.config.json': JSON.stringify(config),
      'ca.pem': ca,
      'below/.keep': '',
    })
    const cwd = join(home.path, 'below')
    const good = await pstool(['analyze-keys', '--json'], {
      ...{ cwd, env: { MY_KAFKA_PASSWORD: USERS.reader } },
    })
    expect(good).toMatchObject({ exitCode: 0, stderr: '' })
    expect(documentOf<KeyProfileDocument>(good).messages).toBe(1)
    expect(good.stdout).not.toContain(USERS.reader)

    const unset = await pstool(['analyze-keys'], { cwd })
    expect(unset).toMatchObject({ exitCode: 2, stdout: '' })
    expect(unset.stderr).toContain('MY_KAFKA_PASSWORD')

    const wrong = { MY_KAFKA_PASSWORD: 'wr0ng-secret' }
    for (const format of [[], ['--json']]) {
      const refused = await pstool(['analyze-keys', ...format], { cwd, env: wrong })
      expect(refused.exitCode).toBe(4)
      expect(refused.stdout + refused.stderr).toContain('SCRAM-SHA-512')
      expect(refused.stdout + refused.stderr).not.toContain('wr0ng-secret')
    }
  })

  it('exits 4 for a user without rights, and says which ones to ask for', async () => {
    const args = ['analyze-keys', '--json', '--source', secured('stranger')]
    const { error } = await failure(args, 4, { PSTOOL_KAFKA_PASSWORD: USERS.stranger })
    expect(error.code).toBe('broker.authorization')
    expect(error.suggestions.join('\n')).toContain('READ')
  })
})

describe('a read that is interrupted', () => {
  it('by Ctrl-C gives the profile of what was read, and exit code 130', async () => {
    // More than one response holds; the signal comes with the first message.
    const value = 'v'.repeat(100_000)
    for (let round = 0; round < 16; round++) {
      const messages = Array.from({ length: 10 }, () => ({ key: 'k', value }))
      await produce(brokers, long, messages)
    }
    using home = folderWith({
      'stop.mjs': `let seen = 0
        export const stop = ({ key }) => {
          if (seen++ === 0) process.kill(process.pid, 'SIGINT')
          return key
        }`,
    })
    const partitioner = ['--partitioner', 'module:./stop.mjs#stop']
    const args = ['analyze-keys', '--json', '--source', uriOf(long), ...partitioner]
    const result = await pstool(args, { cwd: home.path })
    expect(result).toMatchObject({ exitCode: 130, signal: null, stderr: '' })
    const { messages, read, keys } = documentOf<KeyProfileDocument>(result)
    expect(read.interrupted).toBe(true)
    expect(messages).toBeGreaterThan(0)
    expect(messages).toBeLessThan(160)
    expect(read.ranges).toMatchObject([{ partition: 0, from: '0', to: String(messages), messages }])
    expect(keys.distinct).toBe(1)
  })
})

describe.concurrent('what cannot be read', () => {
  it('exits 4 for an unknown topic, with names that come near', async () => {
    const wrong = byMurmur2.replace('customer', 'custumer')
    const { error } = await failure(['simulate', '--json', '--segments', '2'], 4, {
      PSTOOL_SOURCE: uriOf(wrong),
    })
    expect(error.code).toBe('broker.unknown-topic')
    expect(error.suggestions.join('\n')).toContain(byMurmur2)
  })

  it('exits 4 for a port where nobody listens', async () => {
    const [port] = await freePorts(1)
    for (const command of ['analyze-keys', 'sample --out never.ndjson']) {
      const args = [...command.split(' '), '--json', '--source', `kafka://127.0.0.1:${port}/orders`]
      const { error } = await failure(args, 4)
      expect(error.code).toBe('broker.unreachable')
      expect(error.message).toContain(`127.0.0.1:${port}`)
    }
  })
})

async function failure(
  args: readonly string[],
  exitCode: number,
  env: Record<string, string> = {},
): Promise<ErrorDocument> {
  const result = await pstool(args, { cwd: folder.path, env })
  expect(result).toMatchObject({ exitCode, stderr: '' })
  const failed = documentOf<ErrorDocument>(result)
  expect(problemsOf('error', failed)).toEqual([])
  return failed
}

function problemsOf(kind: string, found: unknown) {
  const path = new URL(`../../schemas/${kind}.schema.json`, import.meta.url)
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')))
  validate(found)
  return validate.errors ?? []
}

describe('after all of it', () => {
  it('no group is there that was not before, and none knows the topics that were read', async () => {
    expect(await foreignGroups(brokers)).toEqual(groupsBefore)
    const described = await describedGroups()
    for (const topic of [byMurmur2, byCrc32, byJava, long]) expect(described).not.toContain(topic)
  })
})

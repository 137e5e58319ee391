import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { plannedOffsets } from '../../src/domain/offsets/interop/exported.ts'
import { kafkaCommands } from '../../src/domain/offsets/interop/kafka-commands.ts'
import { readOffsets, writeOffsets } from '../../src/domain/offsets/interop/offset-file.ts'
import { planMigration } from '../../src/domain/offsets/plan-migration.ts'
import type { OffsetRow } from '../../src/domain/offsets/plan-set.ts'
import { segmentedGroup, withSegments } from '../../src/domain/offsets/segmented-group.ts'
import { folderWith } from '../support/cli/temp-folder.ts'
import { documentOf, pstool } from '../support/cli.ts'
import { produce } from '../support/kafka/produce.ts'
import { runKafkaTool, withToolFile } from '../support/kafka/tools.ts'
import { createTopic, deleteTopics, uniqueName } from '../support/kafka/topics.ts'
import { anIndex, type Offsets } from '../support/offsets/snapshots.ts'

const brokers = inject('kafkaBrokers')
const run = promisify(execFile)
const named = (groups: readonly string[]) => groups.flatMap((group) => ['--group', group])

/** @throws Error with what Kafka's tool says when it fails */
async function groupsTool(args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runKafkaTool('groups', args)
  if (exitCode !== 0 || /^Error/m.test(stdout)) throw new Error(`${stdout}${stderr}`)
  return stdout.trimEnd()
}

const reset = async (args: readonly string[]) =>
  await groupsTool(['--bootstrap-server', brokers, '--reset-offsets', ...args])

/** What the groups have committed, as Kafka's tool exports it. */
const exported = async (groups: readonly string[]) =>
  await reset([...named(groups), '--all-topics', '--to-current', '--export', '--dry-run'])

async function aTopic(purpose: string): Promise<string> {
  const topic = await createTopic(brokers, purpose, { partitions: 2 })
  const messages = Array.from({ length: 20 }, (_, i) => ({
    key: 'k',
    value: 'v',
    partition: i % 2,
  }))
  await produce(brokers, topic, messages)
  return topic
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .sort()
const sorted = (rows: readonly OffsetRow[]) =>
  rows
    .map(({ group, topic, partition, offset }) => [group, topic, partition, offset].join(' '))
    .sort()
const commits = (rows: readonly OffsetRow[]) =>
  rows.map((row) => ({ ...row, leaderEpoch: null, metadata: '' }))

/** A plan on what the offsets say, as for this broker. */
function planned(
  operation: 'distribute' | 'rescale',
  origin: string,
  to: number,
  offsets: Offsets,
) {
  const group = segmentedGroup(origin, 2)
  const orders = [{ group, to: withSegments(group, to), strategy: null }]
  const about = { generatedBy: 'test', clusterUri: `kafka://${brokers}`, knownTopics: [] }
  const plan = planMigration(
    { operation, orders, force: true, onRange: 'fail', ...about },
    anIndex(offsets),
  )
  expect(plan.violations).toEqual([])
  return plan
}

/** The words that a shell makes of a printed command, without the name of the tool. */
async function wordsOf(command: string): Promise<string[]> {
  const script = command.replace(/^kafka-consumer-groups\.sh /, "printf '%s\\0' ")
  const { stdout } = await run('sh', ['-c', script])
  return stdout.split('\0').slice(0, -1)
}

describe("files of Apache Kafka's own tool", () => {
  it('of one group are read, and written to the letter', async () => {
    const topic = await aTopic('one-group')
    const group = uniqueName('reader')
    await reset(['--group', group, '--topic', `${topic}:0`, '--to-offset', '3', '--execute'])
    await reset(['--group', group, '--topic', `${topic}:1`, '--to-offset', '7', '--execute'])
    const text = await exported([group])
    const rows = readOffsets(text, 'kafka', [group], 'offsets.csv')
    expect(sorted(rows)).toEqual([`${group} ${topic} 0 3`, `${group} ${topic} 1 7`])
    const ours = writeOffsets('kafka', { groups: [group], rows: commits(rows) })
    expect(linesOf(ours)).toEqual(linesOf(text))
    await deleteTopics(brokers, topic)
  })

  it('of several groups with odd names are read, and written to the letter', async () => {
    const topic = await aTopic('a.topic_with-a-name-that-is-quoted')
    const groups = ['a b', 'a,"b"', "it's", 'grün-日本', `${'long'.repeat(9)}`].map(
      (name) => `${name} ${uniqueName('g')}`,
    )
    await reset([...named(groups), '--topic', topic, '--to-offset', '4', '--execute'])
    const text = await exported(groups)
    const rows = readOffsets(text, 'kafka', [], 'offsets.csv')
    expect(sorted(rows)).toEqual(
      groups.flatMap((group) => [`${group} ${topic} 0 4`, `${group} ${topic} 1 4`]).sort(),
    )
    const ours = writeOffsets('kafka', { groups, rows: commits(rows) })
    expect(linesOf(ours)).toEqual(linesOf(text))
    await deleteTopics(brokers, topic)
  })
})

describe("what Apache Kafka's own tool makes of ours", () => {
  it('is the same offsets from an exported plan', async () => {
    const topic = await aTopic('from-file')
    const origin = `o'ne, "two" ${uniqueName('g')}`
    const plan = planned('distribute', origin, 2, {
      [origin]: { [topic]: { '0': 6, '1': 9 } },
      [`${origin}-parallel-0`]: {},
      [`${origin}-parallel-1`]: {},
    })
    const offsets = plannedOffsets(plan)
    const text = writeOffsets('kafka', offsets)
    const said = await withToolFile(text, async (path) =>
      reset([...named(offsets.groups), '--from-file', path, '--export', '--dry-run']),
    )
    expect(linesOf(said)).toEqual(linesOf(text))
    await deleteTopics(brokers, topic)
  })

  it('is what the plan writes, by the printed commands', async () => {
    const topic = await aTopic('commands')
    const origin = `o'ne "$HOME" ${uniqueName('g')}`
    const [zero, one] = [`${origin}-parallel-0`, `${origin}-parallel-1`]
    const before = { [origin]: { [topic]: { '0': 5, '1': 5 } }, [zero!]: {}, [one!]: {} }
    for (const command of kafkaCommands(planned('distribute', origin, 2, before)).commands)
      await groupsTool(await wordsOf(command))
    const spread = readOffsets(await exported([zero!, one!]), 'kafka', [], 'now')
    expect(sorted(spread)).toEqual(
      [zero, one].flatMap((g) => [`${g} ${topic} 0 5`, `${g} ${topic} 1 5`]),
    )

    const segments = { [origin]: {}, [zero!]: before[origin]!, [one!]: before[origin]! }
    for (const command of kafkaCommands(planned('rescale', origin, 1, segments)).commands)
      await groupsTool(await wordsOf(command))
    const now = readOffsets(await exported([origin, zero!, one!]), 'kafka', [], 'now')
    expect(sorted(now)).toEqual([`${origin} ${topic} 0 5`, `${origin} ${topic} 1 5`])
    await deleteTopics(brokers, topic)
  })
})

describe('pstool and the tool on one broker', () => {
  it('hand offsets to each other', async () => {
    const topic = await aTopic('handed-over')
    const group = uniqueName('handed')
    const names = [group, `${group}-parallel-0`, `${group}-parallel-1`]
    const cluster = ['--cluster', `kafka://${brokers}`]
    const two = [...cluster, '--groups', group, '--segments', '2']
    await reset(['--group', group, '--topic', topic, '--to-offset', '8', '--execute'])

    const spread = await pstool(['segments', 'distribute', ...two, '--export', '-'])
    expect(spread).toMatchObject({ exitCode: 0 })
    await withToolFile(spread.stdout, async (path) =>
      reset([...named(names.slice(1)), '--from-file', path, '--execute']),
    )
    const backup = await pstool(['segments', 'status', ...two, '--export', '-'])
    expect(backup).toMatchObject({ exitCode: 0 })
    expect(linesOf(backup.stdout)).toEqual(linesOf(await exported(names)))

    await reset([...named(names), '--topic', topic, '--to-offset', '2', '--execute'])
    using folder = folderWith({ 'backup.csv': backup.stdout })
    const args = ['segments', 'apply', '--from', 'backup.csv', ...cluster, '--yes', '--json']
    const applied = await pstool(args, { cwd: folder.path })
    expect(documentOf(applied)).toMatchObject({ operation: 'set', state: 'done', written: 6 })
    expect(linesOf(await exported(names))).toEqual(linesOf(backup.stdout))
    await deleteTopics(brokers, topic)
  })
})

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { documentOf } from '../support/cli.ts'
import { NAIVE_REDUCERS } from '../support/e2e/naive-figures.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { consumeUntil } from '../support/kafka/group-members.ts'
import { produce } from '../support/kafka/produce.ts'
import { describeGroupsByTool } from '../support/kafka/tools.ts'
import { createTopic, deleteTopics } from '../support/kafka/topics.ts'
import { KafkaRun } from '../support/segments/kafka-run.ts'
import { journalsIn } from '../support/segments/killed-everywhere.ts'

const brokers = inject('kafkaBrokers')
const SEGMENTS = 4
const COMMITTED = 900
/** Where the consumers of the segments stop: the offsets of the document's example. */
const REACHED = [1000, 1050, 1100, 1050]
const USERS = Array.from({ length: 1200 }, (_, i) => `${(i * 7) % 61}`)

const segments = REACHED.map((_, id) => `analytics-parallel-${id}`)
const config = { strategies: { 'by-user': { partitioner: 'header:user_id' } } }
const at = [
  ...['--groups', 'analytics', '--segments', String(SEGMENTS)],
  ...['--strategy', 'by-user', '--quiet-window', '1'],
]

let admin: GroupAdmin
let topic: string
let run: KafkaRun

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
  topic = await createTopic(brokers, 'user_events')
  const messages = USERS.map((user, i) => ({
    key: null,
    value: `{"event":${i}}`,
    headers: { user_id: user },
    partition: 0,
  }))
  await produce(brokers, topic, messages)
  const files = { 'pstool.config.json': JSON.stringify(config) }
  const place = { brokers, admin, topics: { user_events: topic }, files }
  run = await KafkaRun.of(place, { analytics: { user_events: { '0': COMMITTED } } })
})

afterAll(async () => {
  await run[Symbol.asyncDispose]()
  await admin.close()
  await deleteTopics(brokers, topic)
})

/** What Kafka's own tool shows of partition 0, by group. */
async function shown(groups: readonly string[]): Promise<number[]> {
  const names = groups.map((group) => run.named(group))
  const offsets = await describeGroupsByTool(brokers, names)
  return names.map((name) => {
    const rows = offsets.get(name)!
    expect(rows.map((row) => row.topic)).toEqual([topic])
    return Number(rows[0]!.offset)
  })
}

/** Refused with exactly these sentences: nothing was written, not even a journal. */
async function refused(args: readonly string[], sentences: readonly string[]): Promise<void> {
  const [before, journals] = [await run.dump(), journalsIn(run)]
  const { stderr, stdout, exitCode } = await run.segments(args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  const said = stderr.split('\n').filter((line) => /offset/.test(line) && !/Try|--force/.test(line))
  expect(said.map((line) => line.replace(/^Error: /, ''))).toEqual(sentences)
  expect(await run.dump()).toBe(before)
  expect(journalsIn(run)).toEqual(journals)
}

async function done(args: readonly string[]) {
  const result = await run.segments([...args, '--json'])
  expect(result).toMatchObject({ stderr: '', exitCode: 0 })
  return documentOf<OffsetPlanDocument>(result)
}

describe("the document's walk through", () => {
  const everybody = ['analytics', ...segments]
  const inconclusive = [
    'Inconclusive offsets for user_events#0: 1000, 1050, 1100',
    'Parallel segments for analytics have inconclusive offsets',
  ]

  it('from a group to four segments, their consumers, and back', async () => {
    expect(await shown(['analytics'])).toEqual([COMMITTED])
    await done(['distribute', ...at, '--yes'])
    expect(await shown(everybody)).toEqual(everybody.map(() => COMMITTED))

    await Promise.all(
      segments.map((segment, id) =>
        consumeUntil(brokers, run.named(segment), { topic, partition: 0, until: REACHED[id]! }),
      ),
    )
    expect(await shown(everybody)).toEqual([COMMITTED, ...REACHED])

    await refused(['collapse', ...at, '--yes'], inconclusive)
    await refused(['reset', ...at, '--yes'], inconclusive)
    expect(await shown(everybody)).toEqual([COMMITTED, ...REACHED])

    const { cost } = await done(['collapse', ...at, '--force', '--dry-run'])
    const lowest = Math.min(...REACHED)
    const again = segments.flatMap((_, id) => {
      const processed = USERS.slice(lowest, REACHED[id])
      if (processed.length === 0) return []
      return [processed.filter((user) => NAIVE_REDUCERS['byte-sum'](user, SEGMENTS) === id).length]
    })
    expect(cost).toMatchObject({ exact: true, reason: null, skipped: 0 })
    expect(cost.partitions.map((part) => part.again)).toEqual(again)
    expect(cost.again).toBe(again.reduce((sum, count) => sum + count, 0))
    expect(cost.again).toBeGreaterThan(0)

    const collapsed = await run.segments(['collapse', ...at, '--force'])
    expect(collapsed).toMatchObject({ exitCode: 0 })
    expect(collapsed.stderr).toContain(`${cost.again} messages`)
    expect(await shown(everybody)).toEqual([lowest, ...REACHED])

    await done(['reset', ...at, '--force'])
    expect(await shown(everybody)).toEqual(everybody.map(() => lowest))

    await refused(
      ['distribute', ...at, '--yes'],
      segments.map(
        (name) => `Parallel segment ${name} already has offset 1000 set for user_events#0`,
      ),
    )
    expect(await shown(everybody)).toEqual(everybody.map(() => lowest))
  })
})

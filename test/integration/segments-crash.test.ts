import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import { produce } from '../support/kafka/produce.ts'
import { createTopic, deleteRecordsBelow, deleteTopics } from '../support/kafka/topics.ts'
import type { GroupTable } from '../support/segments/embedded.ts'
import { type KafkaPlace, KafkaRun } from '../support/segments/kafka-run.ts'
import {
  type CrashCase,
  isSafe,
  journalsIn,
  killedEverywhere,
} from '../support/segments/killed-everywhere.ts'

const brokers = inject('kafkaBrokers')
let admin: GroupAdmin
let place: KafkaPlace
/** How many runs were killed, by what they did. */
const killPoints = new Map<string, number>()

/** The origin as somebody left it, segments that are apart, one that has not begun everywhere. */
const apart: GroupTable = {
  analytics: {
    user_events: { '0': { offset: 90, leaderEpoch: 3, metadata: 'by hand' } },
    audit: { '0': 7 },
  },
  'analytics-parallel-0': { user_events: { '0': 100, '1': 40 }, audit: { '0': 9 } },
  'analytics-parallel-1': {
    user_events: { '0': { offset: 105, leaderEpoch: 1, metadata: 'm' }, '1': 50 },
    audit: { '0': { offset: 9, metadata: 'größe' } },
  },
  'analytics-parallel-2': { user_events: { '0': 110 }, audit: { '0': 11 } },
}
const at = ['--groups', 'analytics', '--segments', '3', '--quiet-window', '0'] as const

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
  const [events, audit] = await Promise.all([
    createTopic(brokers, 'crash-events', { partitions: 2 }),
    createTopic(brokers, 'crash-audit'),
  ])
  const messages = Array.from({ length: 240 }, (_, i) => ({
    key: null,
    value: 'v',
    partition: i % 2,
  }))
  await produce(brokers, events, messages)
  await produce(
    brokers,
    audit,
    messages.map((message) => ({ ...message, partition: 0 })),
  )
  await deleteRecordsBelow(brokers, events, 1, 10n)
  place = { brokers, admin, topics: { user_events: events, audit } }
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, ...Object.values(place.topics))
})

async function expectSafe(one: CrashCase, what: string): Promise<void> {
  const killed = await killedEverywhere(one)
  expect(killed.filter((end) => !isSafe(end))).toEqual([])
  expect(killed.some(({ journal }) => journal !== null)).toBe(true)
  killPoints.set(what, killed.length)
}

describe('a run that is killed at any request, on a real broker', () => {
  it.each([
    { args: ['distribute', ...at, '--yes'], groups: { analytics: apart.analytics! } },
    { args: ['collapse', ...at, '--force'], groups: apart },
    { args: ['reset', ...at, '--force'], groups: apart },
    { args: ['rescale', ...at, '--to', '2', '--yes'], groups: apart },
  ])('goes on and back: $args', async ({ args, groups }) => {
    await using base = await KafkaRun.of(place, groups)
    await expectSafe({ fresh: () => base.copy(), args: ['segments', ...args] }, args[0]!)
  })

  it('goes on and back while it restores', async () => {
    await using base = await KafkaRun.of(place, apart)
    const ran = await base.segments(['reset', ...at, '--force'])
    expect(ran).toMatchObject({ exitCode: 0 })
    const args = ['segments', 'restore', journalsIn(base)[0]!, '--yes', '--quiet-window', '0']
    await expectSafe({ fresh: () => base.copy(), args }, 'restore')
  })

  it('goes on and back while it resumes', async () => {
    await using whole = await KafkaRun.of(place, apart)
    const before = await whole.dump()
    await using base = await cutAfterTheFirstWrite(whole, before)
    const journal = journalsIn(base)[0]!
    const args = ['segments', 'resume', journal]
    await expectSafe({ fresh: () => base.copy(), args, journal, before }, 'resume')
  })

  it('was killed at 200 points and more', () => {
    const total = [...killPoints.values()].reduce((sum, count) => sum + count, 0)
    const each = [...killPoints].map(([what, count]) => `${what}: ${count}`).join(', ')
    process.stdout.write(`${total} kill points (${each})\n`)
    expect(total).toBeGreaterThanOrEqual(200)
  })
})

/** A reset that wrote to one group and was killed before it wrote to the next. */
async function cutAfterTheFirstWrite(whole: KafkaRun, before: string): Promise<KafkaRun> {
  for (let boundary = 2; ; boundary += 2) {
    const run = await whole.copy()
    const env = { PSTOOL_FAULT_KILL_AT: String(boundary) }
    const { signal } = await run.segments(['reset', ...at, '--force'], { env })
    expect(signal).toBe('SIGKILL')
    if ((await run.dump()) !== before) return run
    await run[Symbol.asyncDispose]()
  }
}

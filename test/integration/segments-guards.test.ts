import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { withAdmin } from '../support/kafka/client.ts'
import { committed, coordinatorsReady, openGroups } from '../support/kafka/group-admin.ts'
import {
  inState,
  joinGroup,
  joinShare,
  leaveStaticMember,
  openOffsetCommit,
} from '../support/kafka/group-members.ts'
import { kafkajs, produce } from '../support/kafka/produce.ts'
import { describeGroupsByTool } from '../support/kafka/tools.ts'
import { createTopic, deleteRecordsBelow, deleteTopics } from '../support/kafka/topics.ts'
import type { GroupTable } from '../support/segments/embedded.ts'
import { KafkaRun } from '../support/segments/kafka-run.ts'
import { journalsIn } from '../support/segments/killed-everywhere.ts'

const brokers = inject('kafkaBrokers')
const PARTITIONS = 2
const MESSAGES = 100
const at = ['--groups', 'analytics', '--segments', '2', '--quiet-window', '0']
const on = (first: number | null, second: number | null) => ({
  user_events: { '0': first, '1': second },
})
const origin: GroupTable = { analytics: on(30, 40) }
const agreed: GroupTable = {
  ...origin,
  'analytics-parallel-0': on(50, 60),
  'analytics-parallel-1': on(50, 60),
}

let admin: GroupAdmin
let shared: string
const made: string[] = []

const newTopic = async (purpose: string) => {
  const topic = await createTopic(brokers, purpose, { partitions: PARTITIONS })
  made.push(topic)
  await filled(topic)
  return topic
}
const filled = async (topic: string) => {
  const partitions = Array.from({ length: MESSAGES * PARTITIONS }, (_, i) => i % PARTITIONS)
  await produce(
    brokers,
    topic,
    partitions.map((partition) => ({ key: null, value: 'v', partition })),
  )
}
const runOf = (groups: GroupTable, topic = shared) =>
  KafkaRun.of({ brokers, admin, topics: { user_events: topic } }, groups)

beforeAll(async () => {
  admin = openGroups(brokers)
  await coordinatorsReady(admin)
  shared = await newTopic('guards')
})

afterAll(async () => {
  await admin.close()
  await deleteTopics(brokers, ...made)
})

/** Refused with these sentences; what was committed stays, and there is no journal. */
async function refused(run: KafkaRun, args: readonly string[], says: readonly string[]) {
  const before = await run.dump()
  const { stdout, stderr, exitCode } = await run.segments(args)
  expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: 3, stdout: '' })
  for (const sentence of says) expect(stderr).toContain(sentence)
  expect(await run.dump()).toBe(before)
  expect(journalsIn(run)).toEqual([])
}

async function done(run: KafkaRun, args: readonly string[]) {
  const result = await run.segments(args)
  expect(result).toMatchObject({ exitCode: 0 })
}

/** Saves a plan, changes the world, and applies the plan. */
async function stale(
  run: KafkaRun,
  change: () => Promise<unknown>,
  says: readonly string[],
): Promise<void> {
  await done(run, ['distribute', ...at, '--plan-out', 'plan.json'])
  await change()
  await refused(run, ['apply', 'plan.json', '--yes'], says)
}

describe.concurrent('groups in use, on a real broker (M6)', () => {
  it.each(['classic', 'consumer'] as const)('a live %s group; no force helps', async (protocol) => {
    await using run = await runOf(agreed)
    const group = run.named('analytics-parallel-1')
    const leave = await joinGroup(brokers, group, shared, protocol)
    await inState(admin, group, 'stable')
    const alive = ['Group analytics-parallel-1 is alive: stable, 1 member', '--force does not']
    await refused(run, ['collapse', ...at, '--yes'], alive)
    await refused(run, ['reset', ...at, '--force'], alive)
    await refused(run, ['rescale', ...at, '--to', '3', '--force'], alive)
    await leave()
    await inState(admin, group, 'empty')
    await done(run, ['collapse', ...at, '--yes'])
    expect(await run.groups()).toMatchObject({ analytics: { 'user_events#0': { offset: '50' } } })
  })

  it('a live origin keeps its offsets from being distributed', async () => {
    await using run = await runOf(origin)
    const leave = await joinGroup(brokers, run.named('analytics'), shared, 'classic')
    await inState(admin, run.named('analytics'), 'stable')
    await refused(run, ['distribute', ...at, '--force'], ['Group analytics is alive: stable'])
    await leave()
    await inState(admin, run.named('analytics'), 'empty')
  })

  it('a share group that owns the name of a segment, alive or not', async () => {
    await using run = await runOf(origin)
    const group = run.named('analytics-parallel-1')
    const leave = await joinShare(brokers, group, shared)
    const says = ['analytics-parallel-1 is a share group, which commits no offsets']
    await refused(run, ['distribute', ...at, '--force'], says)
    await leave()
    await inState(admin, group, 'empty')
    await refused(run, ['distribute', ...at, '--force'], says)
  })

  it('a static member that is gone, and whose session has not timed out', async () => {
    await using run = await runOf(agreed)
    const group = run.named('analytics-parallel-0')
    const remove = await leaveStaticMember(brokers, group, shared)
    const says = ['Group analytics-parallel-0 is alive: stable, 1 member']
    await refused(run, ['reset', ...at, '--force'], says)
    await remove()
    await inState(admin, group, 'empty')
    await done(run, ['reset', ...at, '--yes'])
  })

  it('somebody who commits without being a member', async () => {
    await using run = await runOf(agreed)
    const groupId = run.named('analytics-parallel-1')
    const committing = new AbortController()
    const ghost = withAdmin(brokers, async (other) => {
      for (let step = 0; !committing.signal.aborted; step++) {
        const partitionOffsets = [{ partition: 1, offset: BigInt(61 + (step % 30)) }]
        const topics = [{ name: shared, partitionOffsets }]
        await other.alterConsumerGroupOffsets({ groupId, topics })
        await sleep(300)
      }
    })
    const watched = [...at.slice(0, -1), '3']
    const { stderr, exitCode } = await run.segments(['rescale', ...watched, '--to', '3', '--yes'])
    committing.abort()
    await ghost
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /Somebody commits for analytics-parallel-1: user_events#1 went from \d+ to \d+ within 3 s/,
    )
    expect(await run.groups()).toMatchObject({ analytics: { 'user_events#0': { offset: '30' } } })
    expect(Object.keys(await run.groups())).not.toContain('analytics-parallel-2')
    expect(journalsIn(run)).toEqual([])
  })

  it('one of several groups: none of them is written', async () => {
    await using run = await runOf(agreed)
    await using other = await runOf(origin)
    const leave = await joinGroup(brokers, other.origin, shared, 'classic')
    await inState(admin, other.origin, 'stable')
    const both = ['--groups', 'analytics', other.origin, ...at.slice(2)]
    await refused(run, ['distribute', ...both, '--force'], [`Group ${other.origin} is alive`])
    await leave()
    await inState(admin, other.origin, 'empty')
    await done(run, ['distribute', ...both, '--force'])
    expect(Object.keys(await other.groups())).toHaveLength(3)
  })
})

describe.concurrent('offsets that cannot be moved, on a real broker (M5, M7)', () => {
  it('one that a transaction is about to commit', async () => {
    await using run = await runOf(agreed)
    const group = run.named('analytics-parallel-1')
    const end = await openOffsetCommit(brokers, group, [committed(shared, 1, 70)])
    await refused(
      run,
      ['reset', ...at, '--force'],
      ['A transaction is about to commit an offset of analytics-parallel-1 for user_events#1'],
    )
    const looked = await run.segments(['reset', ...at, '--force', '--dry-run'])
    expect(looked).toMatchObject({ exitCode: 3 })
    await end('abort')
    await done(run, ['reset', ...at, '--yes'])
  })

  it('one below the start of the log, and one above its end, unless clamped', async () => {
    const topic = await newTopic('guards-range')
    await deleteRecordsBelow(brokers, topic, 0, 45n)
    await using run = await runOf({ analytics: on(30, 140) }, topic)
    await refused(
      run,
      ['distribute', ...at, '--force'],
      [
        'Offset 30 for user_events#0 is before what the log keeps (45 to 100)',
        'Offset 140 for user_events#1 is after what the log keeps (0 to 100)',
      ],
    )
    await done(run, ['distribute', ...at, '--yes', '--on-range', 'clamp'])
    expect(await run.groups()).toMatchObject({
      analytics: { 'user_events#0': { offset: '30' }, 'user_events#1': { offset: '140' } },
      'analytics-parallel-1': {
        'user_events#0': { offset: '45' },
        'user_events#1': { offset: '100' },
      },
    })
  })

  it('metadata of 4,096 bytes and leader epochs go with their offset', async () => {
    const metadata = 'ü'.repeat(2048)
    await using run = await runOf({
      analytics: {
        user_events: { '0': { offset: 30, metadata, leaderEpoch: 7 }, '1': { offset: 0 } },
      },
    })
    await done(run, ['distribute', ...at, '--yes'])
    const same = {
      'user_events#0': { offset: '30', leaderEpoch: 7, metadata },
      'user_events#1': { offset: '0', leaderEpoch: null, metadata: '' },
    }
    expect(await run.groups()).toEqual({
      analytics: same,
      'analytics-parallel-0': same,
      'analytics-parallel-1': same,
    })
    const segment = run.named('analytics-parallel-1')
    expect((await describeGroupsByTool(brokers, [segment])).get(segment)).toEqual([
      { topic: shared, partition: 0, offset: 30n, leaderEpoch: 7 },
      { topic: shared, partition: 1, offset: 0n, leaderEpoch: null },
    ])
  })
})

describe.concurrent('a saved plan on a broker that went on (M9)', () => {
  it('offsets moved', async () => {
    await using run = await runOf(origin)
    const move = () => run.commit(run.named('analytics'), [committed(shared, 1, 41)])
    await stale(run, move, ['analytics moved for user_events#1: 40 when planned, 41 now'])
  })

  it('a segment got offsets of its own', async () => {
    await using run = await runOf(origin)
    const segment = run.named('analytics-parallel-1')
    const move = () => run.commit(segment, [committed(shared, 0, 1)])
    await stale(run, move, [
      'analytics-parallel-1 moved for user_events#0: none when planned, 1 now',
    ])
  })

  it('a group came alive', async () => {
    await using run = await runOf(origin)
    const group = run.named('analytics-parallel-0')
    const leaves: (() => Promise<void>)[] = []
    const join = async () => {
      leaves.push(await joinGroup(brokers, group, shared, 'consumer'))
      await inState(admin, group, 'stable')
    }
    await stale(run, join, ['Group analytics-parallel-0 is alive: stable, 1 member'])
    for (const leave of leaves) await leave()
    await inState(admin, group, 'empty')
  })

  it('a topic was deleted, and made again', async () => {
    const topic = await newTopic('guards-again')
    await using run = await runOf(origin, topic)
    const offsets = [committed(topic, 0, 30), committed(topic, 1, 40)]
    await stale(run, () => deleteTopics(brokers, topic), ['Topic user_events is gone'])
    await withAdmin(brokers, (own) =>
      own.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 }),
    )
    await filled(topic)
    await run.commit(run.named('analytics'), offsets)
    await refused(
      run,
      ['apply', 'plan.json', '--yes'],
      ['Topic user_events was deleted and made again: its offsets mean other messages'],
    )
  })

  it('a topic got partitions', async () => {
    const topic = await newTopic('guards-wider')
    await using run = await runOf(origin, topic)
    const widen = async () => {
      const other = kafkajs(brokers).admin()
      await other.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
      await other.disconnect()
      while ((await admin.describeTopics([topic])).topics[0]!.partitions.length < 3);
    }
    await stale(run, widen, ['Topic user_events has 3 partitions, planned for were 2'])
  })

  it('it is another cluster', async () => {
    await using run = await runOf(origin)
    const file = join(run.path, 'plan.json')
    const relabel = async () => {
      const plan = JSON.parse(readFileSync(file, 'utf8')) as OffsetPlanDocument
      const cluster = { ...plan.cluster, id: 'another-cluster' }
      writeFileSync(file, JSON.stringify({ ...plan, cluster }))
    }
    await stale(run, relabel, ['The plan is for the cluster another-cluster'])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import { LocalConsumerSource } from '../../../../src/adapters/local/local-consumer-source.ts'
import { LocalGroupAdmin } from '../../../../src/adapters/local/local-group-admin.ts'
import type { GroupSession } from '../../../../src/ports/consumer-source.ts'
import { RecordedAssignment } from '../../../support/groups/recorded-assignment.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

const LEASE_MS = 60_000
const place = { topic: 't', partition: 0 }
const offset = { ...place, offset: 1n, metadata: '', leaderEpoch: null }

let directory: TestDirectory
let path: string
let cluster: LocalCluster
let sessions: GroupSession[]
let nowMs: number

beforeEach(async () => {
  directory = testDirectory()
  path = directory.file('cluster.db')
  cluster = LocalCluster.openOrCreate(path)
  await cluster.createTopic('t', 2)
  sessions = []
  nowMs = 1_000_000
})
afterEach(async () => {
  for (const session of sessions) await session.leave()
  cluster.close()
  directory.remove()
})

/** A member whose clock is `now`; it looks often, and by its own clock rarely. */
async function join(now: () => number = () => nowMs) {
  const source = LocalConsumerSource.open(path, { leaseMs: LEASE_MS, pollMs: 5, now })
  const listener = new RecordedAssignment()
  const request = { group: 'g', topics: ['t'], startFrom: 'earliest' } as const
  const session = await source.join(request, listener)
  sessions.push(session)
  return { session, listener }
}

describe('a member of a group of the embedded cluster', () => {
  it('loses everything with its lease, and joins again', async () => {
    const { session, listener } = await join()
    await listener.owning(2)
    nowMs += LEASE_MS
    // Nobody has taken the partitions, but an administrator may write by now.
    const [outcome] = await session.commit([offset])
    expect(outcome!.problem).toMatchObject({ code: 'partition-lost' })
    await listener.until(({ told }) => told.length === 3)
    expect(listener.told.map(({ type }) => type)).toEqual(['assigned', 'lost', 'assigned'])
    expect((await session.commit([offset]))[0]!.problem).toBeNull()
  })

  it('I8: takes over from a member that was not heard of until its lease ended', async () => {
    const silent = await join(() => 1_000_000)
    await silent.listener.owning(2)
    // Its revocation never ends, as of a process that was stopped.
    silent.listener.beforeRelease = () => new Promise(() => {})
    const other = await join()
    await silent.listener.until(({ told }) => told.at(-1)!.type === 'revoked')
    expect(other.listener.places()).toEqual([])
    nowMs += LEASE_MS
    await other.listener.until(({ owned }) => owned.size > 0)
    await silent.listener.until(({ told }) => told.some(({ type }) => type === 'lost'))
  })

  it('keeps its lease as long as it looks, and administrators out', async () => {
    const { listener } = await join(Date.now)
    await listener.owning(2)
    const admin = LocalGroupAdmin.open(path)
    const [refused] = await admin.commitOffsets('g', [offset])
    expect(refused!.problem).toMatchObject({ code: 'group-alive' })
    await admin.close()
  })

  it('joins a group beside members that do not consume, which own nothing', async () => {
    await cluster.joinGroup('g', { memberId: 'm', clientId: 'c', leaseMs: 600_000 })
    const { listener } = await join()
    await listener.owning(2)
  })

  it('loses a topic that is deleted, and gets one that is made anew', async () => {
    const { session, listener } = await join()
    await listener.owning(2)
    const signal = new AbortController().signal
    const waiting = session.poll(place, { from: 0, maxMessages: 1, signal })
    await cluster.deleteTopic('t')
    await cluster.createTopic('t', 1)
    expect(await waiting).toBeNull()
    await listener.owning(1)
    expect(listener.told.map(({ type }) => type)).toEqual(['assigned', 'lost', 'assigned'])
  })

  it('O3: reads over gaps, also where nothing is left', async () => {
    const messages = [2, 5, 7].map((at) => ({ partition: 0, offset: at, value: `${at}` }))
    const ranges = { '0': { start: 1, end: 9 }, '1': { start: 4, end: 6 } }
    await cluster.load({ topics: { t: { partitions: 2, messages, ranges } } }, true)
    const { session, listener } = await join()
    const { owned } = await listener.owning(2)
    expect([...owned.values()].map(({ position }) => position)).toEqual([1, 4])
    const poll = (partition: number, from: number, maxMessages = 10) => {
      const signal = new AbortController().signal
      return session.poll({ topic: 't', partition }, { from, maxMessages, signal })
    }
    expect(await poll(0, 1, 2)).toMatchObject({ offsets: [2, 5], next: 6, end: 9 })
    expect(await poll(0, 6)).toMatchObject({ offsets: [7], next: 9, end: 9 })
    expect(await poll(0, 8)).toMatchObject({ messages: [], next: 9, end: 9 })
    expect(await poll(1, 4)).toMatchObject({ messages: [], next: 6, end: 6 })
    await cluster.deleteRecords('t', 0, 6n)
    expect(await poll(0, 2)).toMatchObject({ offsets: [7], next: 9 })
  })
})

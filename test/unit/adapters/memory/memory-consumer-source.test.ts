import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryCluster } from '../../../../src/adapters/memory/memory-cluster.ts'
import { MemoryConsumerSource } from '../../../../src/adapters/memory/memory-consumer-source.ts'
import type { NewMessage } from '../../../../src/domain/model/cluster.ts'
import { BrokerError } from '../../../../src/errors.ts'
import type { GroupSession, JoinRequest } from '../../../../src/ports/consumer-source.ts'
import { RecordedAssignment } from '../../../support/groups/recorded-assignment.ts'

const empty = { start: 0n, end: 0n }
const place = { topic: 't', partition: 0 }
let cluster: MemoryCluster

beforeEach(() => {
  cluster = new MemoryCluster()
  cluster.makeTopic('t', [empty, empty])
})

const message = (partition: number): NewMessage => ({ partition, key: null, value: null })
const committed = (offset: bigint, partition = 0) => {
  return { topic: 't', partition, offset, metadata: '', leaderEpoch: null }
}
const poll = (session: GroupSession, from: number) =>
  session.poll(place, { from, maxMessages: 10, signal: new AbortController().signal })

async function join(startFrom: JoinRequest['startFrom'] = 'earliest') {
  const listener = new RecordedAssignment()
  const source = new MemoryConsumerSource(cluster)
  const session = await source.join({ group: 'g', topics: ['t'], startFrom }, listener)
  return { session, listener, members: () => [...(cluster.group('g')?.members ?? [])] }
}

describe('the log of a cluster in memory', () => {
  it('O3: is read over its gaps, also where nothing is left of it', async () => {
    cluster.append('t', [0, 0, 0, 0].map(message))
    cluster.removeMessage(place, 1n)
    cluster.removeMessage(place, 3n)
    const { session, listener } = await join()
    await listener.owning(2)
    expect(await poll(session, 0)).toMatchObject({ offsets: [0, 2], next: 4, end: 4 })
    expect(await poll(session, 3)).toMatchObject({ messages: [], next: 4, end: 4 })
    cluster.setRange('t', 0, { start: 0n, end: 9n })
    expect(await poll(session, 4)).toMatchObject({ messages: [], next: 9, end: 9 })
  })

  it.each([
    ['earliest' as const, { offsets: [3, 4], next: 5 }],
    ['latest' as const, { offsets: [], next: 5 }],
  ])('puts a reader that retention has overtaken to the %s', async (startFrom, expected) => {
    const { session, listener } = await join(startFrom)
    await listener.owning(2)
    cluster.append('t', [0, 0, 0, 0, 0].map(message))
    cluster.setRange('t', 0, { start: 3n, end: 5n })
    expect(await poll(session, 1)).toMatchObject(expected)
  })

  it('fails a reader that retention has overtaken, and that wants that', async () => {
    cluster.putOffset('g', committed(0n))
    cluster.putOffset('g', committed(0n, 1))
    const { session, listener } = await join('fail')
    await listener.owning(2)
    cluster.append('t', [0, 0].map(message))
    cluster.setRange('t', 0, { start: 1n, end: 2n })
    await expect(poll(session, 0)).rejects.toThrow(BrokerError)
  })

  it('places keys as Kafka does and keyless messages in turn, all of a batch or none', () => {
    cluster.makeTopic('keys', [empty, empty, empty])
    const keyed = { key: Buffer.from('21'), value: null }
    const keyless = { key: null, value: null }
    const places = (messages: NewMessage[]) =>
      cluster.append('keys', messages).map(({ partition }) => partition)
    expect(places([keyless, keyless, keyless, keyless])).toEqual([0, 1, 2, 0])
    expect(new Set(places([keyed, keyed, keyed])).size).toBe(1)
    const before = cluster.topic('keys')
    expect(() => cluster.append('keys', [keyed, message(3)])).toThrow(BrokerError)
    expect(() => cluster.append('none', [keyed])).toThrow(BrokerError)
    expect(cluster.topic('keys')).toEqual(before)
  })
})

describe('the coordinator of a cluster in memory', () => {
  it('refuses the commit of a member that was put out before it hears of it', async () => {
    const { session, listener, members } = await join()
    await listener.owning(2)
    expect(cluster.expel('g', members()[0]!)).toBe(true)
    const [outcome] = await session.commit([committed(1n)])
    expect(outcome!.problem).toMatchObject({ code: 'partition-lost', outcome: 'refused' })
    await expect(session.produce('t', message(1), committed(1n))).rejects.toThrow(BrokerError)
    expect(cluster.messages({ topic: 't', partition: 1 })).toEqual([])
    await listener.until(({ told }) => told.at(-1)?.type === 'assigned' && told.length === 3)
    expect(cluster.expel('g', 'nobody')).toBe(false)
  })

  it('I8: gives the partitions of a killed member to others, and tells it nothing', async () => {
    const killed = await join()
    await killed.listener.owning(2)
    const [memberId] = killed.members()
    const other = await join()
    await other.listener.owning(1)
    const told = killed.listener.told.length
    cluster.expel('g', memberId!, 'gone')
    await other.listener.owning(2)
    expect(killed.listener.told.length).toBe(told)
    const [outcome] = await killed.session.commit([committed(1n)])
    expect(outcome!.problem).not.toBeNull()
    await expect(killed.session.produce('t', message(0), null)).rejects.toThrow(BrokerError)
  })

  it('does not wait for a killed member that was giving up a partition', async () => {
    const killed = await join()
    await killed.listener.owning(2)
    killed.listener.beforeRelease = () => new Promise(() => {})
    const [memberId] = killed.members()
    const other = await join()
    await killed.listener.until(({ told }) => told.at(-1)!.type === 'revoked')
    expect(other.listener.places()).toEqual([])
    cluster.expel('g', memberId!, 'gone')
    await other.listener.owning(2)
  })

  it('lets a member commit while it gives a partition up, and not afterwards', async () => {
    cluster.append('t', [1, 1].map(message))
    const { session, listener } = await join()
    await listener.owning(2)
    const problems: (string | null)[] = []
    const commit = async (offset: bigint) => {
      const [outcome] = await session.commit([committed(offset, 1)])
      problems.push(outcome!.problem?.code ?? null)
    }
    listener.beforeRelease = () => commit(1n)
    const other = await join()
    await other.listener.owning(1)
    await commit(2n)
    expect(problems).toEqual([null, 'partition-lost'])
    expect(other.listener.owned.get('t#1')).toMatchObject({ position: 1 })
  })

  it('M7: begins a partition when the transaction that commits for it has ended', async () => {
    const end = cluster.openTransaction('g', [committed(7n)])
    cluster.setRange('t', 0, { start: 0n, end: 9n })
    const { listener } = await join()
    expect((await listener.owning(1)).places()).toEqual(['t#1'])
    end('commit')
    expect((await listener.owning(2)).owned.get('t#0')).toMatchObject({ position: 7 })
  })

  it('takes away a topic that is made anew, and gives the new one', async () => {
    const { session, listener } = await join()
    await listener.owning(2)
    const waiting = poll(session, 0)
    cluster.makeTopic('t', [empty])
    expect(await waiting).toBeNull()
    const [outcome] = await session.commit([committed(0n)])
    expect(outcome!.problem).toMatchObject({ code: 'unknown-topic' })
    await listener.owning(1)
    expect(listener.told.map(({ type }) => type)).toEqual([
      'assigned',
      'revoked',
      'released',
      'assigned',
    ])
  })

  it('does the same every time', async () => {
    const run = async () => {
      cluster = new MemoryCluster()
      cluster.makeTopic('t', [empty, empty, empty])
      const timeline: { who: string; what: unknown }[] = []
      const members = await Promise.all(
        ['a', 'b', 'c', 'd'].map(async (who) => {
          const source = new MemoryConsumerSource(cluster)
          const listener = new RecordedAssignment(who, timeline as never)
          const request = { group: 'g', topics: [/t/], startFrom: 'earliest' as const }
          return { listener, session: await source.join(request, listener) }
        }),
      )
      await members[2]!.listener.owning(1)
      cluster.expel('g', 'member-1')
      await members[3]!.listener.owning(1)
      await members[1]!.session.leave()
      await members[0]!.listener.owning(1)
      return timeline
    }
    expect(await run()).toEqual(await run())
  })
})

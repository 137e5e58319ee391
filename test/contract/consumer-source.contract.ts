import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommittedOffset, NewMessage, TopicPartition } from '../../src/domain/model/cluster.ts'
import { BrokerError, UsageError } from '../../src/errors.ts'
import type {
  ConsumerSource,
  GroupSession,
  JoinRequest,
  PollRequest,
} from '../../src/ports/consumer-source.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'
import { RecordedAssignment, type Told } from '../support/groups/recorded-assignment.ts'

/** A cluster under test, which others may use as well: all names are drawn anew. */
export interface ConsumedCluster {
  /** What is tested; each call makes another one on the same cluster, as another process has. */
  source(): ConsumerSource
  readonly admin: GroupAdmin
  /** Starts the names of all topics that this cluster makes, and of no others. */
  readonly prefix: string
  /** A new topic with empty logs; resolves when it can be written to. */
  makeTopic(partitions: number): Promise<string>
  addPartitions(topic: string, total: number): Promise<void>
  /** In the order given, each partition's. */
  append(topic: string, messages: readonly NewMessage[]): Promise<void>
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>
  /** A name that no group has. */
  groupName(): string
  /** Puts the only member out, as a coordinator does that hears nothing of it; absent: cannot be. */
  expel?(group: string): Promise<void>
  /** Ends what the maker started besides the sources. */
  close(): Promise<void>
}

/** What every ConsumerSource promises, asked of a real cluster. */
export function consumerSourceContract(name: string, make: () => Promise<ConsumedCluster>): void {
  let cluster: ConsumedCluster
  let group: string
  let sessions: GroupSession[]
  let sources: ConsumerSource[]

  beforeEach(async () => {
    cluster = await make()
    group = cluster.groupName()
    sessions = []
    sources = []
  })
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.leave()))
    await Promise.all(sources.map((source) => source.close()))
    await cluster.admin.close()
    await cluster.close()
  })

  /** Of today: what is older than its retention a broker may throw away at any time. */
  const timestamp = Date.now() - 1000
  const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString())
  const message = (value: string, partition = 0): NewMessage => {
    return { partition, key: Buffer.from('k'), value: Buffer.from(value) }
  }
  const numbered = (count: number, partition = 0) =>
    Array.from({ length: count }, (_, index) => message(`${index}`, partition))
  const offsetOf = (topic: string, offset: number, metadata = '', partition = 0) => {
    return { topic, partition, offset: BigInt(offset), metadata, leaderEpoch: null }
  }
  const join = async (
    topics: JoinRequest['topics'],
    {
      startFrom = 'earliest',
      listener = new RecordedAssignment(),
      source = cluster.source(),
      as = group,
    }: {
      startFrom?: JoinRequest['startFrom']
      listener?: RecordedAssignment
      source?: ConsumerSource
      as?: string
    } = {},
  ) => {
    sources.push(source)
    const session = await source.join({ group: as, topics, startFrom }, listener)
    sessions.push(session)
    return { session, listener, source }
  }
  const committedFor = async (topic: string) => {
    const [answer] = await cluster.admin.fetchOffsets([group], [topic])
    return answer!.offsets.map(({ partition, offset, metadata }) => [partition, offset, metadata])
  }
  const commitAsAdmin = async (...offsets: CommittedOffset[]) => {
    const outcomes = await cluster.admin.commitOffsets(group, offsets)
    expect(outcomes.map(({ problem }) => problem)).toEqual(offsets.map(() => null))
  }
  const poll = (
    session: GroupSession,
    place: TopicPartition,
    from: number,
    { maxMessages = 100, signal = new AbortController().signal }: Partial<PollRequest> = {},
  ) => session.poll(place, { from, maxMessages, signal })
  /** Reads until so many messages have come. */
  const read = async (
    session: GroupSession,
    place: TopicPartition,
    from: number,
    count: number,
  ) => {
    const values: (string | null)[] = []
    let next = from
    while (values.length < count) {
      const batch = await poll(session, place, next)
      if (batch === null) throw new Error(`${place.topic}#${place.partition} is not ours`)
      expect(batch.messages.map(({ offset }) => Number(offset))).toEqual(batch.offsets)
      values.push(...batch.messages.map(({ value }) => text(value)))
      next = batch.next
    }
    return { values, next }
  }

  describe(`${name}: where a partition begins`, () => {
    it('at what was committed, with its metadata, and where startFrom says without', async () => {
      const topic = await cluster.makeTopic(2)
      await cluster.append(topic, [...numbered(5, 0), ...numbered(3, 1)])
      await commitAsAdmin(offsetOf(topic, 2, 'so far'))
      const { listener } = await join([topic])
      const { owned } = await listener.owning(2)
      expect(owned.get(`${topic}#0`)).toMatchObject({
        position: 2,
        committed: { offset: 2n, metadata: 'so far' },
      })
      expect(owned.get(`${topic}#1`)).toMatchObject({ position: 0, committed: null })
    })

    it('at the end, for those that want the latest', async () => {
      const topic = await cluster.makeTopic(1)
      await cluster.append(topic, numbered(5))
      const { listener } = await join([topic], { startFrom: 'latest' })
      expect((await listener.owning(1)).owned.get(`${topic}#0`)).toMatchObject({ position: 5 })
    })

    it('nowhere, for those that want that to fail', async () => {
      const topic = await cluster.makeTopic(1)
      const { listener } = await join([topic], { startFrom: 'fail' })
      const failed = (told: Told) => told.type === 'failed'
      await listener.until(({ told }) => told.some(failed))
      expect(listener.told.find(failed)).toMatchObject({ error: expect.any(BrokerError) })
      expect(listener.places()).toEqual([])
    })

    it('at the start of the log, where retention went past what was committed', async () => {
      const topic = await cluster.makeTopic(1)
      await cluster.append(topic, numbered(5))
      await commitAsAdmin(offsetOf(topic, 1))
      await cluster.deleteRecords(topic, 0, 3n)
      const { session, listener } = await join([topic])
      const { position } = (await listener.owning(1)).owned.get(`${topic}#0`)!
      const { values } = await read(session, { topic, partition: 0 }, position, 2)
      expect(values).toEqual(['3', '4'])
    })
  })

  describe(`${name}: polling`, () => {
    it('gives messages whole, in log order, with next and end', async () => {
      const topic = await cluster.makeTopic(1)
      const headers = [{ name: 'h', value: Buffer.from('v') }]
      await cluster.append(topic, [
        { partition: 0, key: Buffer.from('k'), value: Buffer.from('v'), headers, timestamp },
        { partition: 0, key: null, value: Buffer.from('keyless') },
        { partition: 0, key: Buffer.from('k'), value: null },
      ])
      const { session, listener } = await join([topic])
      await listener.owning(1)
      const batch = await poll(session, { topic, partition: 0 }, 0)
      expect(batch).toMatchObject({ offsets: [0, 1, 2], next: 3, end: 3 })
      const [first, second, third] = batch!.messages
      expect(first).toMatchObject({ topic, partition: 0, offset: 0n, timestamp })
      expect([text(first!.key), text(first!.value)]).toEqual(['k', 'v'])
      const [header] = first!.headers
      expect([first!.headers.length, header!.name, text(header!.value)]).toEqual([1, 'h', 'v'])
      expect([second!.key, text(second!.value)]).toEqual([null, 'keyless'])
      expect([text(third!.key), third!.value]).toEqual(['k', null])
    })

    it('goes on at next, never beyond what was asked for, and anywhere else', async () => {
      const topic = await cluster.makeTopic(1)
      await cluster.append(topic, numbered(10))
      const { session, listener } = await join([topic])
      await listener.owning(1)
      const place = { topic, partition: 0 }
      const first = await poll(session, place, 0, { maxMessages: 3 })
      expect(first).toMatchObject({ offsets: [0, 1, 2], next: 3 })
      const second = await poll(session, place, 3, { maxMessages: 3 })
      expect(second).toMatchObject({ offsets: [3, 4, 5], next: 6 })
      expect((await read(session, place, 1, 9)).values).toEqual([...'123456789'])
      expect((await poll(session, place, 8, { maxMessages: 1 }))!.offsets).toEqual([8])
    })

    it('waits for messages, and keeps partitions apart', async () => {
      const topic = await cluster.makeTopic(2)
      const { session, listener } = await join([topic])
      await listener.owning(2)
      const waiting = [0, 1].map((partition) => poll(session, { topic, partition }, 0))
      await cluster.append(topic, [message('late', 1)])
      expect((await waiting[1])!.messages.map(({ value }) => text(value))).toEqual(['late'])
      await cluster.append(topic, [message('later', 0)])
      expect((await waiting[0])!.messages.map(({ value }) => text(value))).toEqual(['later'])
    })

    it('ends with null when it is called off, and can be taken up again', async () => {
      const topic = await cluster.makeTopic(1)
      const { session, listener } = await join([topic])
      await listener.owning(1)
      const place = { topic, partition: 0 }
      const off = new AbortController()
      const waiting = poll(session, place, 0, { signal: off.signal })
      off.abort()
      expect(await waiting).toBeNull()
      expect(await poll(session, place, 0, { signal: off.signal })).toBeNull()
      await cluster.append(topic, [message('m')])
      expect((await read(session, place, 0, 1)).values).toEqual(['m'])
    })

    it('is null for a partition that is not ours', async () => {
      const topic = await cluster.makeTopic(1)
      const { session } = await join([`${topic}-other`])
      expect(await poll(session, { topic, partition: 0 }, 0)).toBeNull()
    })
  })

  describe(`${name}: committing`, () => {
    it('is seen by administrators and by the next member, with metadata', async () => {
      const topic = await cluster.makeTopic(2)
      await cluster.append(topic, numbered(5))
      const { session, listener } = await join([topic])
      await listener.owning(2)
      const outcomes = await session.commit([offsetOf(topic, 0, '', 1), offsetOf(topic, 3, 'm')])
      expect(outcomes).toEqual([
        { topic, partition: 1, problem: null },
        { topic, partition: 0, problem: null },
      ])
      expect(await committedFor(topic)).toEqual([
        [0, 3n, 'm'],
        [1, 0n, ''],
      ])
      await session.leave()
      const next = await join([topic])
      const { owned } = await next.listener.owning(2)
      expect(owned.get(`${topic}#0`)).toMatchObject({
        position: 3,
        committed: { offset: 3n, metadata: 'm' },
      })
    })

    it('O5: is a problem for a partition that is not ours any more, and moves nothing', async () => {
      const topic = await cluster.makeTopic(2)
      await cluster.append(topic, numbered(5, 0))
      const first = await join([topic])
      await first.listener.owning(2)
      const second = await join([topic])
      await Promise.all([first.listener.owning(1), second.listener.owning(1)])
      const [given] = second.listener.places()
      const gone = Number(given!.split('#')[1])
      const [lost, kept] = await first.session.commit([
        offsetOf(topic, 0, 'lost', gone),
        offsetOf(topic, 0, 'kept', 1 - gone),
      ])
      expect(lost!.problem).toMatchObject({ code: expect.any(String), message: expect.any(String) })
      expect(kept!.problem).toBeNull()
      expect(await committedFor(topic)).toEqual([[1 - gone, 0n, 'kept']])
      await first.session.leave()
      const [afterwards] = await first.session.commit([offsetOf(topic, 0, 'left', 1 - gone)])
      expect(afterwards!.problem).not.toBeNull()
    })
  })

  describe(`${name}: producing`, () => {
    it('writes keys, values, headers as they are, readable when acknowledged', async () => {
      const topic = await cluster.makeTopic(1)
      const { session, listener } = await join([topic])
      await listener.owning(1)
      const headers = [
        { name: 'a', value: Uint8Array.of(0, 255) },
        { name: 'b', value: Buffer.from('text') },
      ]
      const binary = Uint8Array.of(0, 1, 254, 255)
      await session.produce(topic, { key: binary, value: binary, headers, timestamp }, null)
      await session.produce(topic, { key: null, value: null }, null)
      const batch = await poll(session, { topic, partition: 0 }, 0, { maxMessages: 1 })
      const [produced] = batch!.messages
      expect(produced!.timestamp).toBe(timestamp)
      expect([...produced!.key!, ...produced!.value!]).toEqual([...binary, ...binary])
      expect(produced!.headers.map((header) => [header.name, [...header.value!]])).toEqual(
        headers.map((header) => [header.name, [...header.value]]),
      )
      const { messages } = (await poll(session, { topic, partition: 0 }, 1))!
      expect(messages.map(({ key, value }) => [key, value])).toEqual([[null, null]])
    })

    it('D7: puts a message and an offset into one transaction, or says that it cannot', async () => {
      const [topic, letters] = [await cluster.makeTopic(2), await cluster.makeTopic(1)]
      await cluster.append(topic, numbered(3))
      const { session, listener, source } = await join([topic, letters])
      await listener.owning(3)
      const put = (commit: CommittedOffset) => session.produce(letters, message('letter'), commit)
      if (!source.canTransact) {
        await expect(put(offsetOf(topic, 1))).rejects.toThrow(UsageError)
        return
      }
      await put(offsetOf(topic, 1, 'with it'))
      // A broker that has decided to commit may still be writing that down everywhere.
      while ((await committedFor(topic)).length === 0) await sleep(10)
      expect(await committedFor(topic)).toEqual([[0, 1n, 'with it']])
      const place = { topic: letters, partition: 0 }
      expect((await read(session, place, 0, 1)).values).toEqual(['letter'])
    })

    it('D7: writes nothing in the transaction of a member that lost the partition', async () => {
      const [topic, letters] = [await cluster.makeTopic(2), await cluster.makeTopic(1)]
      const first = await join([topic])
      await first.listener.owning(2)
      const second = await join([topic])
      await Promise.all([first.listener.owning(1), second.listener.owning(1)])
      const put = ([name]: readonly string[]) => {
        const { partition } = placeOf(name!)
        return first.session.produce(letters, message('letter'), offsetOf(topic, 0, '', partition))
      }
      const refusal = first.source.canTransact ? BrokerError : UsageError
      await expect(put(second.listener.places())).rejects.toThrow(refusal)
      const own = first.listener.places()
      await first.session.leave()
      await expect(put(own)).rejects.toThrow(refusal)
      expect(await committedFor(topic)).toEqual([])
      const { topics } = await cluster.admin.describeTopics([letters])
      expect(topics[0]!.partitions).toEqual([{ partition: 0, start: 0n, end: 0n }])
    })
  })

  describe(`${name}: sharing a group`, () => {
    it('gives each partition to one of two members, after the other has released it', async () => {
      const topic = await cluster.makeTopic(4)
      await cluster.append(
        topic,
        [0, 1, 2, 3].flatMap((partition) => numbered(3, partition)),
      )
      const timeline: { who: string; what: Told }[] = []
      const first = await join([topic], { listener: new RecordedAssignment('first', timeline) })
      await first.listener.owning(4)
      first.listener.beforeRelease = async (places) => {
        // Long enough for another member to take what is not held back.
        await sleep(100)
        // What materialised is committed while the membership holds.
        const offsets = places.map(({ partition }) => offsetOf(topic, 2, 'last words', partition))
        const outcomes = await first.session.commit(offsets)
        expect(outcomes.map(({ problem }) => problem)).toEqual(places.map(() => null))
      }
      const second = await join([topic], { listener: new RecordedAssignment('second', timeline) })
      await Promise.all([first.listener.owning(2), second.listener.owning(2)])
      const shared = [...first.listener.places(), ...second.listener.places()].sort()
      expect(shared).toEqual([0, 1, 2, 3].map((partition) => `${topic}#${partition}`))
      const takenOver = second.listener.places()
      for (const place of takenOver) {
        expect(second.listener.owned.get(place)).toMatchObject({ position: 2 })
        const about = timeline.filter(({ what }) => 'places' in what && what.places.includes(place))
        const [last, before] = about.toReversed()
        expect(last).toMatchObject({ who: 'second', what: { type: 'assigned' } })
        expect(before).toMatchObject({ who: 'first', what: { type: 'released' } })
      }
    })

    it('frees the partitions of a member that leaves, which is told nothing', async () => {
      const topic = await cluster.makeTopic(2)
      const first = await join([topic])
      await first.listener.owning(2)
      const second = await join([topic])
      await Promise.all([first.listener.owning(1), second.listener.owning(1)])
      const told = first.listener.told.length
      const waiting = poll(first.session, placeOf(first.listener.places()[0]!), 0)
      await first.session.leave()
      expect(await waiting).toBeNull()
      await second.listener.owning(2)
      expect(first.listener.told.slice(told)).toEqual([])
    })

    it('ends a poll that waits for a partition which goes to another member', async () => {
      const topic = await cluster.makeTopic(2)
      const first = await join([topic])
      await first.listener.owning(2)
      const waiting = [0, 1].map(async (partition) => {
        return { partition, batch: await poll(first.session, { topic, partition }, 0) }
      })
      const second = await join([topic])
      await second.listener.owning(1)
      const ended = await Promise.race(waiting)
      expect(ended.batch).toBeNull()
    })

    it('shows administrators a stable group, empty when all have left', async () => {
      const topic = await cluster.makeTopic(2)
      const { session, listener } = await join([topic])
      await listener.owning(2)
      await session.commit([offsetOf(topic, 0)])
      const [joined] = await cluster.admin.describeGroups([group])
      expect(joined).toMatchObject({ state: 'stable', members: 1 })
      const [outcome] = await cluster.admin.commitOffsets(group, [offsetOf(topic, 0)])
      expect(outcome!.problem).toMatchObject({ code: 'group-alive' })
      await session.leave()
      const [left] = await cluster.admin.describeGroups([group])
      expect(left).toMatchObject({ state: 'empty', members: 0 })
    })

    it('tells a member that was put out that everything is lost, and lets it in again', async () => {
      if (cluster.expel === undefined) return
      const topic = await cluster.makeTopic(2)
      const { session, listener } = await join([topic])
      await listener.owning(2)
      const waiting = poll(session, { topic, partition: 0 }, 0)
      await cluster.expel(group)
      expect(await waiting).toBeNull()
      await listener.until(({ told }) => told.some(({ type }) => type === 'lost'))
      await listener.owning(2)
      expect(listener.told.map(({ type }) => type)).toEqual(['assigned', 'lost', 'assigned'])
      await cluster.append(topic, [message('m')])
      expect((await read(session, { topic, partition: 0 }, 0, 1)).values).toEqual(['m'])
    })
  })

  describe(`${name}: topics by pattern`, () => {
    it('finds those that match, and those that are made later, and partitions added', async () => {
      const [first, other] = [await cluster.makeTopic(1), await cluster.makeTopic(1)]
      const pattern = new RegExp(`^(?!${other}$)${cluster.prefix}`)
      const { session, listener } = await join([pattern])
      expect((await listener.owning(1)).places()).toEqual([`${first}#0`])
      const later = await cluster.makeTopic(1)
      await listener.until(({ owned }) => owned.has(`${later}#0`))
      await cluster.addPartitions(first, 2)
      await listener.owning(3)
      expect(listener.places()).toEqual([`${first}#0`, `${first}#1`, `${later}#0`].sort())
      await cluster.append(later, [message('m')])
      expect((await read(session, { topic: later, partition: 0 }, 0, 1)).values).toEqual(['m'])
    })
  })
}

function placeOf(name: string): TopicPartition {
  const [topic, partition] = name.split('#')
  return { topic: topic!, partition: Number(partition) }
}

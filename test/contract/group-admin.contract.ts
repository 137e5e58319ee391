import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommittedOffset, TopicPartition } from '../../src/domain/model/cluster.ts'
import type { ClusterProblem, WriteOutcome } from '../../src/domain/model/consumer-group.ts'
import type { GroupAdmin } from '../../src/ports/group-admin.ts'

/** A cluster under test, which others may use as well: all names are drawn anew. */
export interface GroupCluster {
  /** What is tested; the suite closes it. */
  readonly admin: GroupAdmin
  /** A new topic with empty logs; resolves when it can be written to. */
  makeTopic(partitions: number): Promise<string>
  /** Resolves when the log's end has moved by so many messages. */
  append(topic: string, partition: number, messages: number): Promise<void>
  /** Deletes the topic and makes it anew; resolves when what was committed for it is gone too. */
  remakeTopic(topic: string, partitions: number): Promise<void>
  /** A name that no group has. */
  groupName(): string
  /**
   * Puts one member into the group that reads the topic and commits nothing; resolves when the
   * group is stable. What comes back takes it out again, and resolves when the group is empty.
   */
  join(group: string, topic: string): Promise<() => Promise<void>>
  /**
   * Commits in a transaction that is left open; only where `capabilities.transactions` is true.
   * What comes back ends it, and resolves when the end can be seen.
   */
  openCommit?(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<(how: 'commit' | 'abort') => Promise<void>>
  /** Ends what the maker started besides the adapter. */
  close(): Promise<void>
}

/** What a kind of cluster cannot be asked for. */
export interface GroupCapabilities {
  /** Offsets can be committed in transactions; `openCommit` of the made cluster does it. */
  readonly transactions: boolean
}

/** What every GroupAdmin promises, asked of a real cluster. */
export function groupAdminContract(
  name: string,
  make: () => Promise<GroupCluster>,
  capabilities: GroupCapabilities,
): void {
  let cluster: GroupCluster
  let admin: GroupAdmin

  beforeEach(async () => {
    cluster = await make()
    admin = cluster.admin
  })
  afterEach(async () => {
    await admin.close()
    await cluster.close()
  })

  const offset = (
    topic: string,
    partition: number,
    at: bigint | number,
    extra: Partial<CommittedOffset> = {},
  ): CommittedOffset => ({
    topic,
    partition,
    offset: BigInt(at),
    metadata: '',
    leaderEpoch: null,
    ...extra,
  })
  const done = ({ topic, partition }: TopicPartition): WriteOutcome => {
    return { topic, partition, problem: null }
  }
  const refused = ({ topic, partition }: TopicPartition, code: string) => {
    const problem = { code, message: expect.stringMatching(/./), outcome: 'refused' }
    return { topic, partition, problem: problem as ClusterProblem }
  }
  const commit = async (group: string, ...offsets: CommittedOffset[]) => {
    expect(await admin.commitOffsets(group, offsets)).toEqual(offsets.map(done))
  }
  const committed = async (group: string, topics: readonly string[] | null = null) => {
    const [answer, ...more] = await admin.fetchOffsets([group], topics)
    expect(more).toEqual([])
    expect(answer).toMatchObject({ group, pending: [], problem: null })
    return answer!.offsets
  }
  const stateOf = async (group: string) => {
    const [status] = await admin.describeGroups([group])
    return status!.state
  }
  const listed = async (group: string) => {
    return (await admin.listGroups()).find((candidate) => candidate.group === group)
  }
  const byName = (names: readonly string[]) => names.toSorted((a, b) => (a < b ? -1 : 1))

  describe(`${name}: topics`, () => {
    it('describes those that were asked for, by name, with ids and log ranges', async () => {
      const [first, second] = [await cluster.makeTopic(2), await cluster.makeTopic(1)]
      await cluster.append(first, 1, 3)
      const { clusterId, topics, denied } = await admin.describeTopics([second, first])
      expect(clusterId).not.toBe('')
      expect(denied).toEqual([])
      expect(topics.map((topic) => topic.name)).toEqual(byName([first, second]))
      expect(topics.find((topic) => topic.name === first)!.partitions).toEqual([
        { partition: 0, start: 0n, end: 0n },
        { partition: 1, start: 0n, end: 3n },
      ])
      const ids = topics.map(({ topicId }) => topicId)
      expect(new Set(ids).size).toBe(2)
      expect(ids).not.toContain('')
      const again = await admin.describeTopics([first, second])
      expect(again.topics.map(({ topicId }) => topicId)).toEqual(ids)
      expect(again.clusterId).toBe(clusterId)
    })

    it('leaves out topics that do not exist, and makes none by asking', async () => {
      const topic = await cluster.makeTopic(1)
      const absent = `${topic}-absent`
      const described = async (names: readonly string[]) =>
        (await admin.describeTopics(names)).topics.map((found) => found.name)
      expect(await described([absent, topic])).toEqual([topic])
      expect(await described([absent])).toEqual([])
      expect(await described([])).toEqual([])
      const names = await admin.topicNames()
      expect(names).toContain(topic)
      expect(names).not.toContain(absent)
    })

    it('gives a topic that is made anew another id, and forgets what was committed', async () => {
      const [topic, other] = [await cluster.makeTopic(2), await cluster.makeTopic(1)]
      const group = cluster.groupName()
      await commit(group, offset(topic, 0, 1), offset(topic, 1, 2), offset(other, 0, 3))
      const before = (await admin.describeTopics([topic])).topics[0]!
      await cluster.remakeTopic(topic, 1)
      const after = (await admin.describeTopics([topic])).topics[0]!
      expect(after.topicId).not.toBe(before.topicId)
      expect(after.partitions).toEqual([{ partition: 0, start: 0n, end: 0n }])
      expect(await committed(group)).toEqual([offset(other, 0, 3)])
    })
  })

  describe(`${name}: committing`, () => {
    let topic: string
    let group: string
    beforeEach(async () => {
      topic = await cluster.makeTopic(3)
      group = cluster.groupName()
    })

    it('keeps unset and 0 apart', async () => {
      await commit(group, offset(topic, 2, 0))
      expect(await committed(group)).toEqual([offset(topic, 2, 0)])
      expect(await committed(cluster.groupName())).toEqual([])
    })

    it('gives back offset, metadata and leader epoch as they were written', async () => {
      const largest = BigInt(Number.MAX_SAFE_INTEGER)
      const values = [
        { offset: 0n, metadata: '', leaderEpoch: null },
        { offset: 1n, metadata: 'now "here"\n\t', leaderEpoch: 0 },
        { offset: largest - 1n, metadata: 'žluťoučký kůň 日本 🐎', leaderEpoch: 7 },
        { offset: largest, metadata: 'm'.repeat(4096), leaderEpoch: 2 ** 31 - 1 },
      ]
      for (const value of values) {
        const offsets = [offset(topic, 0, 5), { topic, partition: 1, ...value }]
        await commit(group, ...offsets)
        expect(await committed(group)).toEqual(offsets)
      }
    })

    it('answers in the order given, and reads by topic and partition', async () => {
      const other = await cluster.makeTopic(2)
      const offsets = [
        offset(topic, 2, 12),
        offset(other, 1, 21),
        offset(topic, 0, 10),
        offset(other, 0, 20),
        offset(topic, 1, 11),
      ]
      await commit(group, ...offsets)
      const own = [offsets[2], offsets[4], offsets[0]]
      const others = [offsets[3], offsets[1]]
      expect(await committed(group)).toEqual(
        topic < other ? [...own, ...others] : [...others, ...own],
      )
    })

    it('replaces whole: metadata and leader epoch of an earlier commit do not stay', async () => {
      await commit(group, offset(topic, 0, 5, { metadata: 'old', leaderEpoch: 3 }))
      await commit(group, offset(topic, 0, 4))
      expect(await committed(group)).toEqual([offset(topic, 0, 4)])
    })

    it('leaves other partitions and other groups alone', async () => {
      const other = cluster.groupName()
      await commit(group, offset(topic, 0, 1), offset(topic, 1, 2))
      await commit(other, offset(topic, 0, 3))
      await commit(group, offset(topic, 0, 4))
      expect(await committed(group)).toEqual([offset(topic, 0, 4), offset(topic, 1, 2)])
      expect(await committed(other)).toEqual([offset(topic, 0, 3)])
    })

    it('takes offsets outside of the log: what is sensible is decided elsewhere', async () => {
      await cluster.append(topic, 0, 2)
      await commit(group, offset(topic, 0, 1000))
      expect(await committed(group)).toEqual([offset(topic, 0, 1000)])
    })

    it('takes group names as they are', async () => {
      const names = [`${group} b/ü"'`, `${group} B/ü"'`]
      for (const [index, odd] of names.entries()) await commit(odd, offset(topic, 0, index))
      for (const [index, odd] of names.entries()) {
        expect(await committed(odd)).toEqual([offset(topic, 0, index)])
        expect(await listed(odd)).toMatchObject({ state: 'empty' })
      }
    })

    it('refuses a topic and a partition that do not exist', async () => {
      const unknown = [offset(`${topic}-absent`, 0, 1), offset(topic, 3, 1)]
      const outcomes = await admin.commitOffsets(group, unknown)
      expect(outcomes).toEqual(unknown.map((each) => refused(each, 'unknown-topic')))
      expect(await committed(group)).toEqual([])
      expect(await admin.topicNames()).not.toContain(`${topic}-absent`)
    })

    it('refuses metadata that is too long', async () => {
      const long = offset(topic, 0, 1, { metadata: 'm'.repeat(20_000) })
      const outcomes = await admin.commitOffsets(group, [long])
      expect(outcomes).toEqual([refused(long, 'metadata-too-large')])
      expect(await committed(group)).toEqual([])
    })

    it('says for each partition what became of it, and nothing else', async () => {
      await commit(group, offset(topic, 0, 5), offset(topic, 1, 6))
      const offsets = [offset(topic, 1, 8), offset(topic, 3, 9), offset(topic, 0, 7)]
      const outcomes = await admin.commitOffsets(group, offsets)
      expect(outcomes.map(({ topic, partition }) => [topic, partition])).toEqual(
        offsets.map(({ topic, partition }) => [topic, partition]),
      )
      expect(outcomes[1]).toEqual(refused(offsets[1]!, 'unknown-topic'))
      const isDone = (partition: number) =>
        outcomes.find((outcome) => outcome.partition === partition)!.problem === null
      expect(await committed(group)).toEqual([
        offset(topic, 0, isDone(0) ? 7 : 5),
        offset(topic, 1, isDone(1) ? 8 : 6),
      ])
    })

    it('answers nothing for nothing', async () => {
      expect(await admin.commitOffsets(group, [])).toEqual([])
      expect(await admin.deleteOffsets(group, [])).toEqual([])
      expect(await committed(group)).toEqual([])
    })
  })

  describe(`${name}: deleting`, () => {
    let topic: string
    let group: string
    beforeEach(async () => {
      topic = await cluster.makeTopic(3)
      group = cluster.groupName()
    })

    it('makes unset what it is given, whatever it was, and leaves the rest', async () => {
      const other = cluster.groupName()
      await commit(group, ...[0, 1, 2].map((partition) => offset(topic, partition, partition)))
      await commit(other, offset(topic, 2, 3))
      const unset = [2, 0].map((partition) => ({ topic, partition }))
      expect(await admin.deleteOffsets(group, unset)).toEqual(unset.map(done))
      expect(await committed(group)).toEqual([offset(topic, 1, 1)])
      expect(await committed(other)).toEqual([offset(topic, 2, 3)])
    })

    it('is done with what was not set, in groups that are there and that are not', async () => {
      await commit(group, offset(topic, 0, 5))
      const unset = [1, 2].map((partition) => ({ topic, partition }))
      expect(await admin.deleteOffsets(group, unset)).toEqual(unset.map(done))
      expect(await admin.deleteOffsets(group, unset)).toEqual(unset.map(done))
      expect(await committed(group)).toEqual([offset(topic, 0, 5)])
      expect(await admin.deleteOffsets(cluster.groupName(), unset)).toEqual(unset.map(done))
    })

    it('takes the last offset too, after which the group can be committed to anew', async () => {
      await commit(group, offset(topic, 0, 5, { metadata: 'old', leaderEpoch: 1 }))
      const last = { topic, partition: 0 }
      expect(await admin.deleteOffsets(group, [last])).toEqual([done(last)])
      expect(await committed(group)).toEqual([])
      expect(['absent', 'dead', 'empty']).toContain(await stateOf(group))
      await commit(group, offset(topic, 0, 6))
      expect(await committed(group)).toEqual([offset(topic, 0, 6)])
    })

    it('refuses a topic and a partition that do not exist', async () => {
      await commit(group, offset(topic, 0, 5))
      for (const unknown of [
        { topic: `${topic}-absent`, partition: 0 },
        { topic, partition: 3 },
      ]) {
        const outcomes = await admin.deleteOffsets(group, [unknown])
        expect(outcomes).toEqual([refused(unknown, 'unknown-topic')])
      }
      expect(await committed(group)).toEqual([offset(topic, 0, 5)])
    })
  })

  describe(`${name}: reading`, () => {
    it('gives one answer per name, in the order asked', async () => {
      const topic = await cluster.makeTopic(2)
      const [first, absent, second] = [1, 2, 3].map(() => cluster.groupName()) as [
        string,
        string,
        string,
      ]
      await commit(first, offset(topic, 0, 1))
      await commit(second, offset(topic, 1, 2))
      for (const asked of [
        [first, absent, second],
        [second, first, absent],
      ]) {
        const answers = await admin.fetchOffsets(asked, null)
        expect(answers.map(({ group }) => group)).toEqual(asked)
        const at = (group: string) => answers.find((answer) => answer.group === group)!
        const clean = { pending: [], problem: null }
        expect(at(first)).toEqual({ group: first, offsets: [offset(topic, 0, 1)], ...clean })
        expect(at(second)).toEqual({ group: second, offsets: [offset(topic, 1, 2)], ...clean })
        expect(at(absent)).toEqual({ group: absent, offsets: [], ...clean })
      }
      expect(await admin.fetchOffsets([], null)).toEqual([])
    })

    it('reads of the given topics only', async () => {
      const [topic, other] = [await cluster.makeTopic(1), await cluster.makeTopic(1)]
      const group = cluster.groupName()
      await commit(group, offset(topic, 0, 1), offset(other, 0, 2))
      expect(await committed(group, [topic])).toEqual([offset(topic, 0, 1)])
      expect(await committed(group, [`${topic}-absent`, other])).toEqual([offset(other, 0, 2)])
      expect(await committed(group, [`${topic}-absent`])).toEqual([])
      expect(await committed(group, [])).toEqual([])
      expect(await committed(group)).toHaveLength(2)
    })

    it('makes no group by asking', async () => {
      const group = cluster.groupName()
      expect(await committed(group)).toEqual([])
      expect(await stateOf(group)).toBe('absent')
      expect(await listed(group)).toBe(undefined)
    })
  })

  describe(`${name}: groups`, () => {
    it('tells absent, empty and stable apart, in the order asked', async () => {
      const topic = await cluster.makeTopic(1)
      const [absent, empty, stable] = [1, 2, 3].map(() => cluster.groupName()) as [
        string,
        string,
        string,
      ]
      await commit(empty, offset(topic, 0, 1))
      const leave = await cluster.join(stable, topic)
      const none = { problem: null, members: 0 }
      const statuses = await admin.describeGroups([stable, absent, empty])
      expect(statuses).toEqual([
        {
          group: stable,
          type: expect.stringMatching(/^(classic|consumer)$/),
          state: 'stable',
          members: 1,
          problem: null,
        },
        { group: absent, type: null, state: 'absent', ...none },
        { group: empty, type: 'classic', state: 'empty', ...none },
      ])
      await leave()
      expect(['absent', 'dead', 'empty']).toContain(await stateOf(stable))
      expect(await admin.describeGroups([])).toEqual([])
    })

    it('lists them by name, with their states', async () => {
      const topic = await cluster.makeTopic(1)
      const [empty, stable] = [cluster.groupName(), cluster.groupName()]
      await commit(empty, offset(topic, 0, 1))
      const leave = await cluster.join(stable, topic)
      expect(await listed(empty)).toEqual({ group: empty, type: 'classic', state: 'empty' })
      expect(await listed(stable)).toMatchObject({ group: stable, state: 'stable' })
      const names = (await admin.listGroups()).map(({ group }) => group)
      expect(names).toEqual(byName(names))
      await leave()
    })

    it('refuses to move what a group with a member has committed', async () => {
      const topic = await cluster.makeTopic(2)
      const [group, other] = [cluster.groupName(), cluster.groupName()]
      const before = [offset(topic, 0, 5, { metadata: 'as it was' })]
      await commit(group, ...before)
      const leave = await cluster.join(group, topic)
      const offsets = [offset(topic, 1, 9), offset(topic, 0, 8)]
      const alive = offsets.map((each) => refused(each, 'group-alive'))
      expect(await admin.commitOffsets(group, offsets)).toEqual(alive)
      expect(await admin.deleteOffsets(group, offsets)).toEqual(alive)
      expect(await committed(group)).toEqual(before)
      await commit(other, ...offsets)
      await leave()
      await commit(group, ...offsets)
      expect(await committed(group)).toEqual([offset(topic, 0, 8), offset(topic, 1, 9)])
    })
  })

  if (!capabilities.transactions) return
  describe(`${name}: transactions that have not ended`, () => {
    it.for(['commit', 'abort'] as const)('are told, and after %s are not', async (how) => {
      const topic = await cluster.makeTopic(3)
      const group = cluster.groupName()
      const before = [offset(topic, 0, 1), offset(topic, 1, 2)]
      await commit(group, ...before)
      const open = [offset(topic, 1, 9), offset(topic, 2, 9)]
      const end = await cluster.openCommit!(group, open)
      const pending = [1, 2].map((partition) => ({ topic, partition }))
      const answer = { group, offsets: before, pending, problem: null }
      expect(await admin.fetchOffsets([group], null)).toEqual([answer])
      expect(await admin.fetchOffsets([group], [topic])).toEqual([answer])
      expect(await committed(group, [])).toEqual([])
      await end(how)
      expect(await committed(group)).toEqual(
        how === 'commit' ? [offset(topic, 0, 1), ...open] : before,
      )
    })
  })
}

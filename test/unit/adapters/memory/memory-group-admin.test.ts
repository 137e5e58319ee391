import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryCluster } from '../../../../src/adapters/memory/memory-cluster.ts'
import { MemoryGroupAdmin } from '../../../../src/adapters/memory/memory-group-admin.ts'
import { type Fault, FaultyGroupAdmin } from '../../../support/groups/faulty-group-admin.ts'

const log = { start: 0n, end: 10n }
const at = (offset: bigint, partition = 0) => {
  return { topic: 't', partition, offset, metadata: '', leaderEpoch: null }
}
const done = (partition = 0) => ({ topic: 't', partition, problem: null })

let cluster: MemoryCluster
let admin: MemoryGroupAdmin
const committed = async (group = 'g') => (await admin.fetchOffsets([group], null))[0]!.offsets

beforeEach(() => {
  cluster = new MemoryCluster()
  cluster.makeTopic('t', [log, log, log])
  admin = new MemoryGroupAdmin(cluster)
})

describe('a cluster in memory', () => {
  it('tells topics apart that may not be seen', async () => {
    cluster.makeTopic('secret', [log])
    cluster.denyTopic('secret')
    const { topics, denied } = await admin.describeTopics(['t', 'secret', 'absent'])
    expect(topics.map(({ name }) => name)).toEqual(['t'])
    expect(denied).toEqual(['secret'])
    expect(await admin.topicNames()).toEqual(['t'])
  })

  it('has groups of every type and state', async () => {
    cluster.join('g', 'm', { type: 'consumer', state: 'reconciling' })
    expect(await admin.describeGroups(['g'])).toEqual([
      { group: 'g', type: 'consumer', state: 'reconciling', members: 1, problem: null },
    ])
    const [outcome] = await admin.commitOffsets('g', [at(1n)])
    expect(outcome!.problem).toMatchObject({ code: 'group-alive' })
    cluster.putOffset('g', at(2n))
    expect(await committed()).toEqual([at(2n)])
    cluster.leave('g', 'm')
    expect(await admin.listGroups()).toEqual([{ group: 'g', type: 'consumer', state: 'empty' }])
  })

  it('moves log ranges, of partitions that there are', async () => {
    cluster.setRange('t', 1, { start: 4n, end: 11n })
    const [topic] = (await admin.describeTopics(['t'])).topics
    expect(topic!.partitions[1]).toEqual({ partition: 1, start: 4n, end: 11n })
    expect(() => cluster.setRange('t', 3, log)).toThrow(RangeError)
  })

  it('ends a transaction once, without topics that were deleted since', async () => {
    cluster.makeTopic('u', [log])
    const end = cluster.openTransaction('g', [at(1n), { ...at(2n), topic: 'u' }])
    cluster.makeTopic('t', [log])
    expect((await admin.fetchOffsets(['g'], null))[0]!.pending).toEqual([
      { topic: 'u', partition: 0 },
    ])
    end('commit')
    expect(await committed()).toEqual([{ ...at(2n), topic: 'u' }])
    await admin.deleteOffsets('g', [{ topic: 'u', partition: 0 }])
    await admin.commitOffsets('g', [at(3n)])
    end('commit')
    expect(await committed()).toEqual([at(3n)])
  })

  it('has carried a request out, or not, where its process ends', async () => {
    for (const [ending, left] of [
      ['before', []],
      ['after', [at(1n)]],
    ] as const) {
      const crashing = new MemoryGroupAdmin(cluster, ({ name, phase }) => {
        if (name === 'commitOffsets' && phase === ending) throw new Error('killed')
      })
      await expect(crashing.commitOffsets('g', [at(1n)])).rejects.toThrow('killed')
      expect(await committed()).toEqual(left)
    }
  })
})

describe('a cluster with faults', () => {
  const faults: Record<number, Fault> = {
    0: { outcome: 'later' },
    1: { outcome: 'uncertain', done: true },
    2: { outcome: 'uncertain', done: false, code: 'timeout' },
  }
  const offsets = [at(7n, 2), at(5n, 0), at(6n, 1)]

  it('does of a write what the script says, once', async () => {
    const faulty = new FaultyGroupAdmin(admin, ({ name, place, attempt }) =>
      name === 'commitOffsets' && attempt === 0 ? faults[place!.partition]! : null,
    )
    const outcomes = await faulty.commitOffsets('g', offsets)
    expect(outcomes.map(({ partition, problem }) => [partition, problem!.outcome])).toEqual([
      [2, 'uncertain'],
      [0, 'later'],
      [1, 'uncertain'],
    ])
    expect(outcomes[0]!.problem!.code).toBe('timeout')
    expect(await committed()).toEqual([at(6n, 1)])
    expect(await faulty.commitOffsets('g', offsets)).toEqual([done(2), done(0), done(1)])
    expect(await committed()).toHaveLength(3)
  })

  it('mixes with what the cluster itself says', async () => {
    const faulty = new FaultyGroupAdmin(admin, ({ place }) =>
      place?.partition === 0 ? { outcome: 'refused', code: 'not-authorized' } : null,
    )
    const outcomes = await faulty.commitOffsets('g', [at(1n, 9), at(1n, 0), at(1n, 1)])
    const codes = outcomes.map(({ problem }) => problem?.code)
    expect(codes).toEqual(['unknown-topic', 'not-authorized', undefined])
    expect(await committed()).toEqual([at(1n, 1)])
  })

  it('does not say of a group what the script keeps back', async () => {
    await admin.commitOffsets('g', [at(1n)])
    const faulty = new FaultyGroupAdmin(admin, ({ group, attempt }) =>
      group === 'g' && attempt === 0 ? { outcome: 'later' } : null,
    )
    const states = async () => (await faulty.describeGroups(['g', 'h'])).map(({ state }) => state)
    expect(await states()).toEqual(['unknown', 'absent'])
    expect(await states()).toEqual(['empty', 'absent'])
    const [first] = await faulty.fetchOffsets(['g'], null)
    expect(first).toMatchObject({ offsets: [], problem: { outcome: 'later' } })
    expect((await faulty.fetchOffsets(['g'], null))[0]).toMatchObject({ problem: null })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import { LocalDatabase } from '../../../../src/adapters/local/local-database.ts'
import { LocalGroupAdmin } from '../../../../src/adapters/local/local-group-admin.ts'
import { loadSqlite } from '../../../../src/adapters/local/sqlite.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

const { DatabaseSync } = loadSqlite()
const at = (offset: bigint, partition = 0) => {
  return { topic: 't', partition, offset, metadata: '', leaderEpoch: null }
}
const done = (partition = 0) => ({ topic: 't', partition, problem: null })
const failed = (code: string, outcome: string) => {
  const problem = { code, outcome, message: expect.stringContaining('cluster.db') }
  return { topic: 't', partition: 0, problem }
}

let directory: TestDirectory
let path: string
let cluster: LocalCluster
let nowMs: number
const opened: LocalGroupAdmin[] = []

beforeEach(async () => {
  directory = testDirectory()
  path = directory.file('cluster.db')
  nowMs = 1_000_000
  LocalCluster.openOrCreate(path).close()
  cluster = new LocalCluster(databaseWithoutWaiting(), () => nowMs)
  await cluster.createTopic('t', 2)
})
afterEach(async () => {
  for (const admin of opened.splice(0)) await admin.close()
  cluster.close()
  directory.remove()
})

/** What another process holds is an error at once. */
function databaseWithoutWaiting(): LocalDatabase {
  return new LocalDatabase(path, new DatabaseSync(path, { timeout: 0 }))
}

function adminOf(...made: ConstructorParameters<typeof LocalGroupAdmin>): LocalGroupAdmin {
  const admin = new LocalGroupAdmin(...made)
  opened.push(admin)
  return admin
}

const offsetsOf = async (admin: LocalGroupAdmin, group: string) =>
  (await admin.fetchOffsets([group], null))[0]!.offsets

describe('members of a group of the embedded cluster', () => {
  const lease = { memberId: 'm', clientId: 'c', leaseMs: 1000 }

  it('are alive until their lease ends, and longer when they renew it', async () => {
    const admin = adminOf(databaseWithoutWaiting(), { now: () => nowMs })
    const stateAt = async (ms: number) => {
      nowMs = ms
      const [status] = await admin.describeGroups(['g'])
      const listed = (await admin.listGroups()).map(({ state }) => state)
      return [status!.state, status!.members, ...listed]
    }
    await cluster.joinGroup('g', lease)
    await cluster.joinGroup('g', { ...lease, memberId: 'n', leaseMs: 2000 })
    expect(await stateAt(1_000_999)).toEqual(['stable', 2, 'stable'])
    expect(await stateAt(1_001_000)).toEqual(['stable', 1, 'stable'])
    await cluster.joinGroup('g', { ...lease, memberId: 'n', leaseMs: 5000 })
    expect(await stateAt(1_005_999)).toEqual(['stable', 1, 'stable'])
    expect(await stateAt(1_006_000)).toEqual(['absent', 0])
    expect(await admin.commitOffsets('g', [at(1n)])).toEqual([done()])
    expect(await stateAt(1_006_000)).toEqual(['empty', 0, 'empty'])
  })

  it('cannot join between the check and the write', async () => {
    const joins: Promise<string>[] = []
    const admin = adminOf(databaseWithoutWaiting(), {
      now: () => {
        const join = cluster.joinGroup('g', lease)
        joins.push(
          join.then(
            () => 'joined',
            ({ code }) => code,
          ),
        )
        return nowMs
      },
    })
    expect(await admin.commitOffsets('g', [at(1n)])).toEqual([done()])
    expect(await admin.deleteOffsets('g', [at(1n)])).toEqual([done()])
    expect(await Promise.all(joins)).toEqual(['local.busy', 'local.busy'])
  })

  it('are forgotten, as are offsets, when another state is loaded in place', async () => {
    const admin = adminOf(databaseWithoutWaiting(), { now: () => nowMs })
    const describe = () => admin.describeTopics(['t'])
    await admin.commitOffsets('old', [at(1n)])
    await cluster.joinGroup('g', lease)
    const before = await describe()
    const state = { topics: { t: { partitions: 2 } }, groups: { g: { t: { '1': 5 } } } }
    await cluster.load(state, true)
    const after = await describe()
    expect(after.clusterId).toBe(before.clusterId)
    expect(after.topics[0]!.topicId).not.toBe(before.topics[0]!.topicId)
    expect(await admin.listGroups()).toEqual([{ group: 'g', type: 'classic', state: 'empty' }])
    expect(await offsetsOf(admin, 'g')).toEqual([at(5n, 1)])
    expect(await admin.commitOffsets('g', [at(6n)])).toEqual([done()])
  })
})

describe('a write to the embedded cluster that fails', () => {
  it('is for later while another process holds the file', async () => {
    const admin = adminOf(databaseWithoutWaiting())
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    expect(await admin.commitOffsets('g', [at(1n)])).toEqual([failed('busy', 'later')])
    expect(await admin.deleteOffsets('g', [at(1n)])).toEqual([failed('busy', 'later')])
    other.exec('ROLLBACK')
    other.close()
    expect(await offsetsOf(admin, 'g')).toEqual([])
    expect(await admin.commitOffsets('g', [at(1n)])).toEqual([done()])
  })

  it.each([true, false])('is uncertain when the commit fails, done or not (%s)', async (isDone) => {
    class FailingDisk extends DatabaseSync {
      override exec(statement: string): void {
        if (statement !== 'COMMIT' || isDone) super.exec(statement)
        if (statement === 'COMMIT')
          throw Object.assign(new Error('disk I/O error'), { errcode: 10 })
      }
    }
    const admin = adminOf(new LocalDatabase(path, new FailingDisk(path)))
    const outcomes = await admin.commitOffsets('g', [at(1n)])
    expect(outcomes).toEqual([failed('unavailable', 'uncertain')])
    const back = await offsetsOf(adminOf(databaseWithoutWaiting()), 'g')
    expect(back).toEqual(isDone ? [at(1n)] : [])
  })
})

describe('what is told around each request', () => {
  it('comes before anything is written and after all is', async () => {
    const told: unknown[] = []
    const reader = adminOf(databaseWithoutWaiting())
    const admin = adminOf(databaseWithoutWaiting(), {
      onRequest: async ({ name, phase, address }) => {
        told.push([name, phase, address, (await offsetsOf(reader, 'g')).length])
      },
    })
    await admin.commitOffsets('g', [at(1n), at(2n, 1)])
    await admin.deleteOffsets('g', [at(1n)])
    expect(told).toEqual([
      ['commitOffsets', 'before', path, 0],
      ['commitOffsets', 'after', path, 2],
      ['deleteOffsets', 'before', path, 2],
      ['deleteOffsets', 'after', path, 1],
    ])
    told.length = 0
    await admin.describeTopics([])
    await admin.topicNames()
    await admin.listGroups()
    await admin.describeGroups([])
    await admin.fetchOffsets([], null)
    expect(told).toHaveLength(10)
  })
})

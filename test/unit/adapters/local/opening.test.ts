import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import { LocalConsumerSource } from '../../../../src/adapters/local/local-consumer-source.ts'
import { LocalMessageSource } from '../../../../src/adapters/local/local-message-source.ts'
import { RecordedAssignment } from '../../../support/groups/recorded-assignment.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

let directory: TestDirectory
let path: string

beforeEach(() => {
  directory = testDirectory()
  path = directory.file('cluster.db')
})
afterEach(() => directory.remove())

/** Changes the file behind the back of the product. */
function withFile(change: (sql: DatabaseSync) => void): void {
  const sql = new DatabaseSync(path)
  change(sql)
  sql.close()
}

describe('opening an embedded cluster', () => {
  it('says how to make one where there is none, and makes none', () => {
    expect(() => LocalCluster.open(path)).toThrow(
      expect.objectContaining({
        category: 'usage',
        code: 'local.missing',
        suggestions: expect.arrayContaining([expect.stringContaining('pstool init --demo')]),
      }),
    )
    expect(existsSync(path)).toBe(false)
  })

  it('makes one when told to, directory included, and leaves one file behind', async () => {
    path = directory.file('new/cluster.db')
    const cluster = LocalCluster.openOrCreate(path)
    await cluster.createTopic('t', 1)
    cluster.close()
    expect(readdirSync(directory.file('new'))).toEqual(['cluster.db'])
    const again = LocalCluster.openOrCreate(path)
    expect((await again.describe()).topics).toHaveLength(1)
    again.close()
  })

  it('keeps its id', async () => {
    const first = LocalCluster.openOrCreate(path)
    const { clusterId } = await first.describe()
    first.close()
    const second = LocalCluster.open(path)
    expect((await second.describe()).clusterId).toBe(clusterId)
    second.close()
  })

  it('refuses the file of a newer pstool', () => {
    LocalCluster.openOrCreate(path).close()
    withFile((sql) => sql.exec('PRAGMA user_version = 99'))
    for (const open of [LocalCluster.open, LocalCluster.openOrCreate]) {
      expect(() => open(path)).toThrow(/written by a newer pstool: schema 99/)
    }
  })

  it('opens the file of an older pstool, with all that is in it', async () => {
    for (const open of [LocalCluster.open, LocalCluster.openOrCreate]) {
      const made = LocalCluster.openOrCreate(path)
      await made.createTopic('t', 1)
      await made.append('t', [{ key: null, value: Buffer.from('kept') }])
      const before = await made.dump('p')
      made.close()
      // As version 1 left it, which had no tables for members that consume.
      withFile((sql) => {
        sql.exec('DROP TABLE owners; DROP TABLE subscriptions; PRAGMA user_version = 1')
      })
      const opened = open(path)
      expect(await opened.dump('p')).toEqual(before)
      opened.close()
      const source = LocalConsumerSource.open(path)
      const listener = new RecordedAssignment()
      const request = { group: 'g', topics: ['t'], startFrom: 'earliest' } as const
      const session = await source.join(request, listener)
      await listener.owning(1)
      await session.leave()
      rmSync(path)
    }
  })

  it('refuses a database of someone else, and does not touch it', () => {
    withFile((sql) => sql.exec('CREATE TABLE theirs (x)'))
    for (const open of [LocalCluster.open, LocalCluster.openOrCreate]) {
      expect(() => open(path)).toThrow(/is not an embedded cluster/)
    }
    withFile((sql) => {
      expect(sql.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    })
  })

  it('refuses what is no database, and an empty file', () => {
    writeFileSync(path, '{"topics": {}} '.repeat(500))
    expect(() => LocalCluster.open(path)).toThrow(/is not an embedded cluster/)
    expect(() => LocalCluster.openOrCreate(path)).toThrow(/is not an embedded cluster/)
    writeFileSync(path, '')
    expect(() => LocalCluster.open(path)).toThrow(/is not an embedded cluster/)
    mkdirSync(directory.file('directory.db'))
    expect(() => LocalCluster.open(directory.file('directory.db'))).toThrow(/cannot be opened/)
  })

  it('says that a file is damaged: cut off, or overwritten in the middle', async () => {
    const cluster = LocalCluster.openOrCreate(path)
    await cluster.createTopic('t', 1)
    const value = new Uint8Array(3000)
    const batch = Array.from({ length: 100 }, () => ({ key: null, value }))
    await cluster.append('t', batch)
    cluster.close()
    const whole = readFileSync(path)
    const overwritten = whole.fill(0xff, 80 * 1024, 200 * 1024)
    writeFileSync(path, overwritten)
    const open = LocalCluster.open(path)
    const damaged = { code: 'local.damaged', category: 'usage' }
    await expect(open.dump('p')).rejects.toMatchObject(damaged)
    open.close()
    truncateSync(path, 64 * 1024)
    expect(() => LocalCluster.open(path)).toThrow(expect.objectContaining(damaged))
  })
})

describe('opening a topic of an embedded cluster', () => {
  beforeEach(async () => {
    const cluster = LocalCluster.openOrCreate(path)
    await cluster.createTopic('user_events', 1)
    cluster.close()
  })

  it('takes the only topic when none is named', async () => {
    const source = LocalMessageSource.open({ path, topic: null })
    const { topic, uri, kind } = await source.describe()
    expect({ topic, uri, kind }).toEqual({
      topic: 'user_events',
      uri: `local:${path}/user_events`,
      kind: 'local',
    })
    await source.close()
  })

  it('asks which when there are several', async () => {
    const cluster = LocalCluster.open(path)
    await cluster.createTopic('orders', 1)
    cluster.close()
    expect(() => LocalMessageSource.open({ path, topic: null })).toThrow(
      expect.objectContaining({
        category: 'usage',
        suggestions: [expect.stringContaining(`local:${path}/orders, local:${path}/user_events`)],
      }),
    )
  })

  it('answers an unknown topic as a broker does', () => {
    expect(() => LocalMessageSource.open({ path, topic: 'user_event' })).toThrow(
      expect.objectContaining({ category: 'broker', code: 'broker.unknown-topic' }),
    )
  })
})

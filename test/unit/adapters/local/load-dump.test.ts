import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

let directory: TestDirectory
let cluster: LocalCluster

beforeEach(() => {
  directory = testDirectory()
  cluster = LocalCluster.openOrCreate(directory.file('cluster.db'))
})
afterEach(() => {
  cluster.close()
  directory.remove()
})

const canonical = {
  kind: 'local-state',
  version: 1,
  generatedBy: 'pstool 9.9.9',
  topics: {
    a: {
      partitions: 3,
      ranges: { '0': { start: '5', end: '20' }, '2': { start: '0', end: '100' } },
      messages: [
        {
          partition: 0,
          key: 'k',
          value: '{"a":1}',
          headers: [{ name: 'h', value: '' }, { name: 'h' }, { name: 'b', valueBase64: '/w==' }],
          timestamp: 1767600000000,
        },
        { partition: 0, offset: '9', keyBase64: '/wA=', value: '' },
        { partition: 1, key: '', timestamp: 0 },
        { partition: 1 },
      ],
    },
    b: { partitions: 1 },
  },
  groups: {
    g1: { a: { '0': '0', '2': { offset: '100', metadata: 'm', leaderEpoch: 0 } }, b: { '0': '7' } },
    g2: { a: { '1': { offset: '1', leaderEpoch: 4 } } },
  },
}

describe('loading and dumping a cluster', () => {
  it('gives a canonical document back, byte for byte', async () => {
    await cluster.load(canonical, false)
    expect(JSON.stringify(await cluster.dump('pstool 9.9.9'))).toBe(JSON.stringify(canonical))
  })

  it('sorts and completes what was written by hand', async () => {
    const byHand = {
      groups: {
        z: { t: { '1': 3, '0': 2 } },
        a: { t: { '0': { offset: 1, metadata: '' } } },
        e: {},
      },
      topics: { t: { messages: [{ partition: 1, offset: 0, key: 'x' }], partitions: 2 } },
    }
    await cluster.load(byHand, false)
    expect(await cluster.dump('p')).toEqual({
      kind: 'local-state',
      version: 1,
      generatedBy: 'p',
      topics: { t: { partitions: 2, messages: [{ partition: 1, key: 'x' }] } },
      groups: { a: { t: { '0': '1' } }, z: { t: { '0': '2', '1': '3' } } },
    })
    expect(Object.keys((await cluster.dump('p')).groups)).toEqual(['a', 'z'])
  })

  it('takes names that mean something to JavaScript', async () => {
    const document = JSON.parse(
      '{"topics":{"constructor":{"partitions":1},"__proto__":{"partitions":1}},"groups":{"__proto__":{"__proto__":{"0":5}}}}',
    )
    await cluster.load(document, false)
    const dump = JSON.stringify(await cluster.dump('p'))
    expect(JSON.parse(dump).topics).toEqual(document.topics)
    expect(dump).toContain('"groups":{"__proto__":{"__proto__":{"0":"5"}}}')
  })

  it('refuses a cluster that holds something, and changes nothing then', async () => {
    await cluster.load(canonical, false)
    const again = cluster.load({ topics: { other: { partitions: 1 } } }, false)
    await expect(again).rejects.toMatchObject({
      code: 'local.not-empty',
      message: 'the cluster holds topics: a, b',
    })
    expect((await cluster.describe()).topics.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('replaces when told to: topics of the same name are other topics', async () => {
    await cluster.load(canonical, false)
    const idOf = async () => (await cluster.describe()).topics[0]?.topicId
    const before = await idOf()
    await cluster.load(canonical, true)
    expect(await idOf()).not.toBe(before)
    await cluster.load({ topics: { other: { partitions: 1 } } }, true)
    expect(await cluster.dump('p')).toMatchObject({ topics: { other: {} }, groups: {} })
  })

  it('appends after the end of a log whose content is not kept', async () => {
    await cluster.load(canonical, false)
    const appended = await cluster.append('a', [{ partition: 2, key: null, value: null }])
    expect(appended).toEqual([{ partition: 2, offset: 100n }])
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LocalCluster } from '../../../../src/adapters/local/local-cluster.ts'
import { LocalMessageSource } from '../../../../src/adapters/local/local-message-source.ts'
import { READ_ALL, type Selection } from '../../../../src/domain/model/selection.ts'
import { type TestDirectory, testDirectory } from './test-directory.ts'

let directory: TestDirectory
let path: string
let source: LocalMessageSource

/** Partition 0: every tenth offset of 100..1099, as after compaction. Partition 1: no content. */
beforeEach(async () => {
  directory = testDirectory()
  path = directory.file('cluster.db')
  const cluster = LocalCluster.openOrCreate(path)
  const messages = Array.from({ length: 100 }, (_, i) => ({
    partition: 0,
    offset: 105 + i * 10,
    key: `k${i}`,
    // Every other message is older than the one before it.
    timestamp: 1000 + (i % 2 === 0 ? i : i - 10),
  }))
  const ranges = { '0': { start: 100, end: 1100 }, '1': { start: 50, end: 80 } }
  await cluster.load({ topics: { t: { partitions: 2, messages, ranges } } }, false)
  cluster.close()
  source = LocalMessageSource.open({ path, topic: 't' })
})
afterEach(async () => {
  await source.close()
  directory.remove()
})

async function offsetsOf(selection: Partial<Selection>): Promise<number[]> {
  const offsets: number[] = []
  for await (const batch of source.read({ ...READ_ALL, ...selection })) {
    offsets.push(...batch.offset.subarray(0, batch.count))
  }
  return offsets
}

describe('a log with gaps', () => {
  it('is read whole, and the offsets without a message are counted', async () => {
    expect(await offsetsOf({})).toHaveLength(100)
    expect(source.report()).toMatchObject({ skippedOffsets: 900 + 30, available: 100 })
  })

  it('gives a log without content as offsets that were passed over', async () => {
    expect(await offsetsOf({ partitions: [1] })).toEqual([])
    expect(source.report()).toMatchObject({ skippedOffsets: 30, available: 0 })
    const { partitions } = await source.describe()
    expect(partitions[1]).toEqual({ partition: 1, start: 50n, end: 80n })
  })

  it('counts messages, not offsets, up to a limit', async () => {
    expect(await offsetsOf({ partitions: [0], sample: 'head', limit: 3 })).toEqual([105, 115, 125])
    expect(source.report()).toMatchObject({ skippedOffsets: 5 + 9 + 9, available: 100 })
    expect(await offsetsOf({ sample: 'tail', limit: 3 })).toEqual([1075, 1085, 1095])
  })

  it('spreads over the messages, each once', async () => {
    const offsets = await offsetsOf({ sample: 'spread', limit: 40 })
    expect(new Set(offsets).size).toBe(40)
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
    expect(offsets.filter((offset) => offset < 400).length).toBeGreaterThan(5)
    expect(offsets.filter((offset) => offset > 800).length).toBeGreaterThan(5)
  })

  it('starts an offset range at the next message that there is', async () => {
    const from = { at: 'offset', offset: 110n } as const
    const until = { at: 'offset', offset: 136n } as const
    expect(await offsetsOf({ from, until })).toEqual([115, 125, 135])
    expect(source.report()).toMatchObject({ available: 3, skippedOffsets: 26 - 3 })
  })

  it('takes a time as the place of the first message that is not before it', async () => {
    // Messages 20, 21, 22 stand at 1020, 1011, 1022.
    const from = { at: 'timestamp', timestampMs: 1020 } as const
    const until = { at: 'timestamp', timestampMs: 1022 } as const
    expect(await offsetsOf({ from, until })).toEqual([305, 315])
  })

  it('still counts messages after old ones were dropped', async () => {
    const cluster = LocalCluster.open(path)
    // As many offsets stay as there were messages, and ten of them hold one.
    await cluster.deleteRecords('t', 0, 1000n)
    cluster.close()
    const kept = Array.from({ length: 10 }, (_, i) => 1005 + i * 10)
    expect(await offsetsOf({ partitions: [0] })).toEqual(kept)
    expect(source.report()).toMatchObject({ available: 10, skippedOffsets: 90 })
    expect(await offsetsOf({ sample: 'tail', limit: 1 })).toEqual([1095])
  })

  it('never reads a topic that took the name, and ends', async () => {
    const cluster = LocalCluster.open(path)
    await cluster.deleteTopic('t')
    await cluster.createTopic('t', 1)
    await cluster.append('t', [{ partition: 0, key: null, value: null }])
    cluster.close()
    expect(await offsetsOf({})).toEqual([])
  })

  it('refuses a partition that the topic does not have', async () => {
    await expect(offsetsOf({ partitions: [0, 2] })).rejects.toMatchObject({
      code: 'broker.unknown-partition',
      suggestions: ['It has partitions 0 to 1.'],
    })
  })
})

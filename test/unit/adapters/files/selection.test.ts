import { describe, expect, it } from 'vitest'
import { spread } from '../../../../src/adapters/files/sampling.ts'
import { ColumnBatch } from '../../../../src/domain/model/column-batch.ts'
import type { MessageBatch } from '../../../../src/domain/model/message-batch.ts'
import { READ_ALL, type Selection } from '../../../../src/domain/model/selection.ts'
import { errorOf, folderOfTests, messagesOf, rowsOf, sourceOf, stdinOf } from './reading.ts'

const file = folderOfTests()

const ndjson = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({ key: `k${i}`, partition: i % 3, offset: i, timestamp: 1000 + i }),
  ).join('\n')
async function offsets(path: string, selection: Partial<Selection>): Promise<number[]> {
  const all: number[] = []
  for await (const { offset, count } of sourceOf(path).read({ ...READ_ALL, ...selection })) {
    all.push(...offset.subarray(0, count))
  }
  return all
}
const upTo = (count: number, first = 0) => Array.from({ length: count }, (_, i) => first + i)

describe('which records are selected', () => {
  const path = file('ten.ndjson', ndjson(10))

  it('by partition, offset and time', async () => {
    expect(await offsets(path, { partitions: [1] })).toEqual([1, 4, 7])
    const from = { at: 'offset', offset: 3n } as const
    const until = { at: 'timestamp', timestampMs: 1006 } as const
    expect(await offsets(path, { from, until })).toEqual([3, 4, 5])
    expect(await offsets(path, { partitions: [0], from, until, limit: 1 })).toEqual([3])
  })

  it('none from the end on or up to the start', async () => {
    const source = sourceOf(path)
    expect(await rowsOf(source, { from: { at: 'latest' } })).toEqual([])
    expect(source.report().available).toBe(0)
    expect(await offsets(path, { until: { at: 'earliest' } })).toEqual([])
    const missing = sourceOf(file('missing.ndjson'))
    expect(await errorOf(missing, { from: { at: 'latest' } })).toMatchObject({
      code: 'input.no-such-file',
    })
  })

  it('and counted, unless the limit ended the reading', async () => {
    const source = sourceOf(path)
    await rowsOf(source, { partitions: [0, 1] })
    expect(source.report().available).toBe(7)
    await rowsOf(source, { limit: 4 })
    expect(source.report().available).toBeNull()
    await rowsOf(source, { limit: 4, sample: 'tail' })
    expect(source.report().available).toBe(10)
  })

  it('only when they say what is asked for', async () => {
    const cases: readonly [Partial<Selection>, string][] = [
      [{ partitions: [0] }, 'no partition to select by'],
      [{ from: { at: 'offset', offset: 1n } }, 'no offset to select by'],
      [{ until: { at: 'timestamp', timestampMs: 1 } }, 'no timestamp to select by'],
    ]
    for (const [selection, reason] of cases) {
      const error = await errorOf(sourceOf('-', stdinOf('{"key":"a"}\n')), selection)
      expect(error.message).toContain(`stdin:1: ${reason}`)
    }
  })
})

async function* batches(...all: readonly MessageBatch[]) {
  yield* all
}

describe('samples', () => {
  const many = file('many.ndjson', ndjson(10_000))

  it('head and all are the first records', async () => {
    expect(await offsets(many, { limit: 5000, sample: 'head' })).toEqual(upTo(5000))
    expect(await offsets(many, { limit: 3 })).toEqual(upTo(3))
  })

  it('tail is the last ones, as rows and as messages', async () => {
    for (const limit of [1, 4096, 5000, 9999]) {
      const last = upTo(limit, 10_000 - limit)
      expect(await offsets(many, { limit, sample: 'tail' })).toEqual(last)
    }
    const messages = await messagesOf(sourceOf(many), { limit: 2, sample: 'tail' })
    expect(messages.map(({ key }) => Buffer.from(key!).toString())).toEqual(['k9998', 'k9999'])
  })

  it.each([1, 10, 100, 1000, 4000])('spread gives %d in evenly placed stretches', async (limit) => {
    const length = Math.floor(Math.sqrt(limit))
    const got = await offsets(many, { limit, sample: 'spread', seed: 7 })
    expect(got).toHaveLength(limit)
    expect(got).toEqual([...new Set(got)].toSorted((a, b) => a - b))
    const starts = got.filter((offset, i) => i === 0 || offset !== got[i - 1]! + 1)
    expect(starts.every((offset) => offset % length === 0)).toBe(true)
    // Every tenth of the file has its share, give or take two stretches.
    for (let tenth = 0; tenth < 10; tenth++) {
      const inTenth = got.filter((offset) => Math.floor(offset / 1000) === tenth).length
      expect(Math.abs(inTenth - limit / 10)).toBeLessThanOrEqual(2 * length)
    }
  })

  it('spread is placed by the seed alone', async () => {
    const path = file('some.ndjson', ndjson(600))
    const place = (seed: number) => offsets(path, { limit: 20, sample: 'spread', seed })
    expect(await place(1)).toEqual(await place(1))
    const placed = new Set<string>()
    for (const seed of [1, 2, 3, 4, 5]) placed.add(String(await place(seed)))
    expect(placed.size).toBeGreaterThan(1)
  })

  it('spread gives every record the same chance', async () => {
    const batch = new ColumnBatch('few', 60)
    for (const offset of upTo(60)) batch.addRow(null, 0, 0, offset, 0)
    const times = new Array<number>(60).fill(0)
    for (let seed = 0; seed < 900; seed++) {
      for await (const { offset, count } of spread(batches(batch), 4, seed, false)) {
        for (let row = 0; row < count; row++) times[offset[row]!]!++
      }
    }
    // 900 seeds choose 4 of 60: 60 times each on average, with a deviation of 7.5.
    expect(Math.min(...times)).toBeGreaterThan(60 - 38)
    expect(Math.max(...times)).toBeLessThan(60 + 38)
  })

  it('spread keeps whole messages, and topics apart', async () => {
    const lines = upTo(500).map((i) => `{"key":${i},"value":"v${i}","topic":"t${i % 2}"}`)
    const path = file('topics.ndjson', lines.join('\n'))
    const messages = await messagesOf(sourceOf(path), { limit: 50, sample: 'spread' })
    expect(messages).toHaveLength(50)
    for (const { key, value, topic } of messages) {
      const number = Number(Buffer.from(key!).toString())
      expect(Buffer.from(value!).toString()).toBe(`v${number}`)
      expect(topic).toBe(`t${number % 2}`)
    }
  })
})

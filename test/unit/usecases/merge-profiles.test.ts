import { describe, expect, it } from 'vitest'
import { MemoryMessageSource } from '../../../src/adapters/memory/memory-message-source.ts'
import { READ_ALL, type Selection } from '../../../src/domain/model/selection.ts'
import { partitionerNamed } from '../../../src/domain/routing/partitioners.ts'
import { lanesOf } from '../../../src/domain/routing/strategy.ts'
import { analyzeKeys } from '../../../src/usecases/analyze-keys.ts'
import { mergeKeyAnalyses } from '../../../src/usecases/merge-profiles.ts'

const strategy = {
  name: 's',
  partitioner: partitionerNamed('key', { seed: 1 }),
  counts: { segment: [3] },
  reducers: {},
}
const limits = { maxMemoryBytes: 2 ** 24, maxMessages: 100, windowMs: 60_000, top: 10 }
const generatedBy = 'pstool 1.2.3'
const messages = Array.from({ length: 90 }, (_, i) => ({
  ...{ partition: i % 3, key: Buffer.from(`k${(i * i) % 17}`), value: null },
  ...{ headers: [], timestamp: 1_000_000 + i },
}))

async function run(selection: Partial<Selection>, topic = 'events') {
  const source = new MemoryMessageSource(topic, 3, messages)
  const request = { selection: { ...READ_ALL, ...selection }, strategy, limits, generatedBy }
  const { document, state } = await analyzeKeys(source, request)
  return { document, state: state() }
}
type Run = Awaited<ReturnType<typeof run>>
const merge = (...runs: Run[]) =>
  mergeKeyAnalyses(
    runs,
    { ...limits, partitioner: strategy.partitioner, lanes: lanesOf(strategy) },
    generatedBy,
  ).document
const offsets = (from: bigint, until: bigint): Partial<Selection> => ({
  from: { at: 'offset', offset: from },
  until: { at: 'offset', offset: until },
})

describe('profiles of several runs as one', () => {
  it.each<[string, Partial<Selection>, Partial<Selection>]>([
    ['partitions', { partitions: [1, 2] }, { partitions: [0] }],
    ['ranges of offsets', offsets(10n, 30n), offsets(0n, 10n)],
  ])('of different %s count what one run counts', async (_, one, other) => {
    const whole = (await run({})).document
    const merged = merge(await run(one), await run(other))
    expect(merged.read.ranges).toEqual(whole.read.ranges)
    expect(merged).toMatchObject({ messages: 90, keys: whole.keys, topKeys: whole.topKeys })
    expect(merged.lanes).toEqual(whole.lanes)
  })

  it.each<[string, Partial<Selection>, Partial<Selection>]>([
    ['a partition', { partitions: [0, 1] }, { partitions: [1, 2] }],
    ['an offset', offsets(0n, 11n), offsets(10n, 20n)],
  ])('that share %s are refused: it would count twice', async (_, one, other) => {
    const runs = [await run(one), await run(other)]
    expect(() => merge(...runs)).toThrow(expect.objectContaining({ code: 'input.counted-twice' }))
  })

  it('of different topics add up', async () => {
    const merged = merge(await run({}), await run({}, 'other'))
    expect(merged.read.sources).toHaveLength(2)
    expect(merged).toMatchObject({ messages: 180 })
  })

  it('are interrupted when one of them was', async () => {
    const part = await run({ partitions: [0] })
    const cut = await run({ partitions: [1] })
    const read = { ...cut.document.read, interrupted: true, badRecords: 2, available: null }
    const merged = merge(part, { ...cut, document: { ...cut.document, read } })
    expect(merged.read).toMatchObject({ interrupted: true, badRecords: 2, available: null })
  })
})

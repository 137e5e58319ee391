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
const merged = (...runs: Run[]): Run => {
  const { document, state } = mergeKeyAnalyses(
    runs,
    { ...limits, partitioner: strategy.partitioner, lanes: lanesOf(strategy) },
    generatedBy,
  )
  return { document, state: state() }
}
const merge = (...runs: Run[]) => merged(...runs).document
const codesOf = ({ findings }: Run['document']) => findings.map(({ code }) => code)
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
    const both = merge(await run(one), await run(other))
    expect(both.read.ranges).toEqual(whole.read.ranges)
    expect(both).toMatchObject({ messages: 90, keys: whole.keys, topKeys: whole.topKeys })
    expect(both.lanes).toEqual(whole.lanes)
  })

  it.each<[string, Partial<Selection>, Partial<Selection>]>([
    ['a partition', { partitions: [0, 1] }, { partitions: [1, 2] }],
    ['an offset', offsets(0n, 11n), offsets(10n, 20n)],
  ])('that share %s are refused: it would count twice', async (_, one, other) => {
    const runs = [await run(one), await run(other)]
    expect(() => merge(...runs)).toThrow(expect.objectContaining({ code: 'input.counted-twice' }))
  })

  it('keep ranges apart that do not touch, and join them when the gap is filled', async () => {
    const [first, last] = [await run(offsets(0n, 10n)), await run(offsets(20n, 30n))]
    const outer = merged(first, last)
    expect(outer.document.read.ranges.filter(({ partition }) => partition === 1)).toEqual([
      { topic: 'events', partition: 1, from: '0', to: '10', messages: 10 },
      { topic: 'events', partition: 1, from: '20', to: '30', messages: 10 },
    ])
    const whole = merged(outer, await run(offsets(10n, 20n)))
    expect(whole.document.read.ranges).toEqual((await run({})).document.read.ranges)
  })

  it('of a part say which partitions, of all of them that it is all', async () => {
    const part = merge(await run({ partitions: [2] }), await run({ partitions: [0] }))
    expect(part.read.partitions).toEqual([0, 2])
    const all = merge(await run({ partitions: [2] }), await run({ partitions: [0, 1] }))
    expect(all.read.partitions).toBeNull()
  })

  it('of different topics have the keys of both, and nothing on partitions', async () => {
    const both = merge(await run({}), await run({}, 'other'))
    expect(both.read.sources).toHaveLength(2)
    expect(both.read.ranges.map(({ topic, partition }) => `${topic} ${partition}`)).toEqual([
      ...['events 0', 'events 1', 'events 2', 'other 0', 'other 1', 'other 2'],
    ])
    expect(both).toMatchObject({ messages: 180, partitions: [], placement: null })
    expect(both.findings.at(-1)).toMatchObject({
      code: 'several-topics',
      message: expect.stringContaining('2 topics (events, other)'),
    })
    expect(codesOf(both)).not.toContain('counted-twice')
  })

  it('of one topic by two addresses may count twice, which is said', async () => {
    const one = await run({})
    const sources = ['kafka://elsewhere/events']
    const other = { ...one, document: { ...one.document, read: { ...one.document.read, sources } } }
    const both = merge(one, other)
    expect(both.findings[0]).toMatchObject({
      code: 'counted-twice',
      severity: 'warning',
      message: expect.stringContaining('events partition 0'),
    })
  })

  it('of spread samples may count twice; of a file that was read twice too', async () => {
    const spread = { sample: 'spread', limit: 30 } as const
    expect(codesOf(merge(await run(spread), await run({ ...spread, seed: 2 })))).toContain(
      'counted-twice',
    )
    const one = await run({ partitions: [0] })
    const { read } = one.document
    const ranges = [{ topic: 'keys', partition: -1, from: null, to: null, messages: 30 }]
    const file = (uri: string) => ({
      ...one,
      document: { ...one.document, read: { ...read, sources: [uri], ranges } },
    })
    expect(codesOf(merge(file('a.txt'), file('a.txt')))).toContain('counted-twice')
    expect(codesOf(merge(file('a.txt'), file('b.txt')))).not.toContain('counted-twice')
    // Standard input was another one each time.
    expect(codesOf(merge(file('-'), file('-')))).not.toContain('counted-twice')
  })

  it('are interrupted when one of them was', async () => {
    const part = await run({ partitions: [0] })
    const cut = await run({ partitions: [1] })
    const read = { ...cut.document.read, interrupted: true, badRecords: 2, available: null }
    const both = merge(part, { ...cut, document: { ...cut.document, read } })
    expect(both.read).toMatchObject({ interrupted: true, badRecords: 2, available: null })
  })
})

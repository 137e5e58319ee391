import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/domain/model/key-text.ts'
import type { OffsetPlanDocument } from '../../src/domain/offsets/plan.ts'
import { documentOf } from '../support/cli.ts'
import { EmbeddedRun, type GroupTable } from '../support/segments/embedded.ts'

/** S2's reducer, written down once more: the bytes of the key added up, 16 bits kept, modulo n. */
const byteSum = (key: string | null, count: number) =>
  ([...Buffer.from(key ?? '')].reduce((sum, byte) => sum + byte, 0) % 65_536) % count

const messages = Array.from({ length: 900 }, (_, i) => ({
  partition: i % 2,
  key: i % 13 === 0 ? null : `user-${(i * i) % 97}`,
  user: `u${(i * 7) % 31}`,
  offset: Math.floor(i / 2),
}))
const committed: Readonly<Record<string, readonly [number, number]>> = {
  'g-parallel-0': [100, 50],
  'g-parallel-1': [230, 50],
  'g-parallel-2': [410, 333],
}
const groups: GroupTable = Object.fromEntries(
  Object.entries(committed).map(([group, [first, second]]) => [
    group,
    { events: { '0': first, '1': second } },
  ]),
)
const strategies = {
  'by-key': { partitioner: 'key' },
  'by-user': { partitioner: 'header:user', reducers: { segment: 'byte-sum' } },
  dealt: { partitioner: 'round-robin' },
}
const config = {
  clusters: { c: 'local:c.db' },
  strategies,
  groups: {
    g: { segments: 3, strategy: 'by-key' },
    told: { segments: 3, strategy: 'by-key' },
    untold: { segments: 3 },
  },
  defaults: { cluster: 'c' },
}
let run: EmbeddedRun
beforeAll(async () => {
  const state = { topics: { events: { partitions: 2 } }, groups: {} }
  run = await EmbeddedRun.of(state, { 'pstool.config.json': JSON.stringify(config) })
  await run.change((cluster) =>
    cluster.append(
      'events',
      messages.map(({ partition, key, user }) => ({
        partition,
        key: key === null ? null : bytesOf(key),
        value: bytesOf('{}'),
        headers: [{ name: 'user', value: bytesOf(user) }],
      })),
    ),
  )
  for (const [group, topics] of Object.entries(groups)) {
    for (const [partition, offset] of Object.entries(topics.events ?? {})) {
      await run.commit(group, 'events', Number(partition), Number(offset))
    }
  }
})
afterAll(() => run[Symbol.dispose]())

/** Messages that a segment has processed past the lowest offset, counted one by one. */
function naive(textOf: (message: (typeof messages)[number]) => string | null): number[] {
  const names = Object.keys(committed)
  return names.map((group, segment) =>
    messages.reduce((count, message) => {
      const { partition, offset } = message
      const lowest = Math.min(...names.map((name) => committed[name]![partition]!))
      const isAgain = offset >= lowest && offset < committed[group]![partition]!
      return isAgain && byteSum(textOf(message), 3) === segment ? count + 1 : count
    }, 0),
  )
}

const costOf = async (args: readonly string[]) => {
  const result = await run.pstool([
    ...['segments', ...args, '--force', '--dry-run', '--quiet-window', '0', '--json'],
  ])
  expect(result).toMatchObject({ stderr: '', exitCode: 0 })
  const { cost, exclusions } = documentOf<OffsetPlanDocument>(result)
  const again = Object.keys(committed).map((group) =>
    cost.partitions.filter((row) => row.group === group).reduce((sum, row) => sum + row.again, 0),
  )
  return { ...cost, byGroup: again, exclusions }
}

describe.concurrent('the cost of going back (M11)', () => {
  it.each([
    { command: ['collapse'] },
    { command: ['reset'] },
    { command: ['rescale', '--to', '5'] },
  ])('is exact where the strategy is known: $command', async ({ command }) => {
    const cost = await costOf([...command, '--groups', 'g'])
    expect(cost).toMatchObject({ exact: true, reason: null, byGroup: naive(({ key }) => key) })
    expect(cost.again).toBe(cost.byGroup.reduce((sum, count) => sum + count, 0))
    expect(cost.again).toBeGreaterThan(0)
  })

  it('is counted by the header that the strategy reads', async () => {
    const cost = await costOf(['collapse', '--groups', 'g', '--strategy', 'by-user'])
    expect(cost).toMatchObject({ exact: true, byGroup: naive(({ user }) => user) })
    expect(cost.byGroup).not.toEqual(naive(({ key }) => key))
  })

  it('is at most the distance where it is not counted, and says why', async () => {
    const bound = [0, 130, 310 + 283]
    const asked = await costOf(['collapse', '--groups', 'g', '--cost', 'bound'])
    expect(asked).toMatchObject({ exact: false, byGroup: bound, reason: expect.any(String) })
    const dealt = await costOf(['collapse', '--groups', 'g', '--strategy', 'dealt'])
    expect(dealt).toMatchObject({ exact: false, byGroup: bound })
    expect(dealt.reason).toMatch(/^round-robin does not say where an earlier message went/)
    const counted = await costOf(['collapse', '--groups', 'g'])
    expect(counted.again).toBeLessThan(dealt.again)
  })

  it('comes with ranges that a consumer may leave out after a rescale (M12)', async () => {
    const { exclusions } = await costOf(['rescale', '--to', '5', '--groups', 'g'])
    const ranges = exclusions.map(({ partition, segment, segments, from, to }) => {
      return { partition, segment, segments, from, to }
    })
    expect(ranges).toEqual(
      expect.arrayContaining([
        { partition: 0, segment: 1, segments: 3, from: '100', to: '230' },
        { partition: 0, segment: 2, segments: 3, from: '100', to: '410' },
        { partition: 1, segment: 2, segments: 3, from: '50', to: '333' },
      ]),
    )
    expect(ranges).toHaveLength(3)
    expect(exclusions.every(({ fingerprint }) => /^[0-9a-f]{32}$/.test(fingerprint ?? ''))).toBe(
      true,
    )
  })
})

describe('the cost without a strategy', () => {
  it('is a bound that names what is missing', async () => {
    for (const [group, [first, second]] of Object.entries(committed)) {
      const untold = group.replace('g-', 'untold-')
      await run.commit(untold, 'events', 0, first)
      await run.commit(untold, 'events', 1, second)
    }
    const cost = await costOf(['collapse', '--groups', 'untold'])
    expect(cost).toMatchObject({ exact: false, again: 130 + 310 + 283 })
    expect(cost.reason).toMatch(/^no strategy was named for untold: --strategy/)
  })
})

import { describe, expect, it } from 'vitest'
import type { StrategySettings } from '../../../src/cli/config/config.ts'
import { type LayerValues, layersOf } from '../../../src/cli/flags/layer-flags.ts'
import { sideBySide, strategyFrom, withComparison } from '../../../src/cli/strategies.ts'
import type { Strategy } from '../../../src/domain/routing/strategy.ts'
import type { UserModules } from '../../../src/ports/user-modules.ts'

const modules: UserModules = { load: async () => ({ always: () => 1 }) }
const context = { modules, folder: '.' }

function made(flags: LayerValues, settings?: StrategySettings, partitioner?: string) {
  const named = settings === undefined ? null : { name: 'configured', settings }
  return strategyFrom({ partitioner, layers: layersOf(flags, null), seed: 1 }, named, context)
}

function shown({ name, partitioner, counts, reducers }: Strategy) {
  const names = Object.entries(reducers).map(([layer, list]) => [layer, list.map((r) => r.name)])
  return { name, partitioner: partitioner.name, counts, reducers: Object.fromEntries(names) }
}

const CONFIGURED: StrategySettings = {
  partitioner: 'header:user',
  reducer: 'md5',
  reducers: { segment: 'xxh32' },
  partitions: 6,
  segments: 4,
}

describe('flags and a configured strategy together', () => {
  it('is the key and nothing else where nothing is said', async () => {
    const nothing = { name: 'default', partitioner: 'key', counts: {}, reducers: {} }
    expect(shown(await made({}))).toEqual(nothing)
  })

  it('takes all of the configuration where no flag says otherwise', async () => {
    expect(shown(await made({}, CONFIGURED))).toEqual({
      name: 'configured',
      partitioner: 'header:user',
      counts: { partition: [6], segment: [4] },
      reducers: { partition: ['md5'], segment: ['xxh32'], virtualPartition: ['md5'] },
    })
  })

  it.each<[string, LayerValues, object]>([
    ['one count replaces all', { segments: '5,8' }, { counts: { segment: [5, 8] } }],
    [
      'a reducer replaces that of its layer',
      { 'segment-reducer': 'murmur2' },
      { reducers: { partition: ['md5'], segment: ['murmur2'], virtualPartition: ['md5'] } },
    ],
    [
      'reducers replace those of every layer',
      { reducers: 'md5,crc32' },
      { reducers: { segment: ['md5', 'crc32'], partition: ['md5', 'crc32'] } },
    ],
  ])('%s', async (_, flags, expected) => {
    expect(shown(await made(flags, CONFIGURED))).toMatchObject(expected)
  })

  it('loads functions, and calls them by what names them', async () => {
    const byUser = () => 'u'
    const settings = { partitioner: byUser, reducer: 'module:./own.ts#always' }
    const strategy = await made({ segments: '3' }, settings)
    expect(strategy.partitioner.name).toBe('byUser')
    const [reducer] = strategy.reducers.segment!
    expect(reducer!.name).toBe('module:./own.ts#always')
    expect(reducer!.slotOf('any', 3)).toBe(1)
  })

  it('deals over the innermost layer that there is', async () => {
    const flags = { partitions: '9', segments: '7', 'virtual-partitions': '3' }
    const { partitioner } = await made(flags, undefined, 'partition-id:2')
    expect(partitioner.name).toBe('partition-id:2')
    await expect(made(flags, undefined, 'partition-id:3')).rejects.toThrow()
  })
})

describe('strategies side by side', () => {
  it('is one where there is nothing to compare', async () => {
    const strategy = await made({ segments: '5', reducer: 'md5' })
    expect(sideBySide(strategy)).toEqual([strategy])
  })

  it('is one per reducer, named for it; a layer with one keeps it', async () => {
    const flags = { segments: '5', reducers: 'md5,crc32', 'partition-reducer': 'murmur2' }
    expect(sideBySide(await made(flags)).map(shown)).toMatchObject([
      { name: 'md5', reducers: { partition: ['murmur2'], segment: ['md5'] } },
      { name: 'crc32', reducers: { partition: ['murmur2'], segment: ['crc32'] } },
    ])
  })
})

describe('what analyze-keys compares', () => {
  it("puts well-known hashes beside a layer's default", async () => {
    const { reducers } = shown(withComparison(await made({ segments: '5' })))
    const compared = ['byte-sum', 'md5', 'murmur2', 'xxh32']
    expect(reducers).toEqual({ segment: compared, virtualPartition: compared })
  })

  it('leaves alone what was named, and slots that a partitioner deals itself', async () => {
    const named = await made({ segments: '5', 'segment-reducer': 'md5' })
    expect(shown(withComparison(named)).reducers.segment).toEqual(['md5'])
    const dealt = await made({ segments: '5' }, undefined, 'round-robin')
    expect(shown(withComparison(dealt)).reducers).toEqual({})
  })
})

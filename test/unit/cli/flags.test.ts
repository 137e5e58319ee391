import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { keyFlags, layerFlags, layersOf } from '../../../src/cli/flags/layer-flags.ts'
import {
  maxMemoryOf,
  samplingFlags,
  samplingFlagsWithPartitions,
  selectionOf,
} from '../../../src/cli/flags/sampling-flags.ts'
import { clusterFlags, sourceFlags } from '../../../src/cli/flags/source-flags.ts'
import { UsageError } from '../../../src/errors.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const parse = (argv: string[], flags = { ...samplingFlags, ...layerFlags }) =>
  Parser.parse(argv, { flags, strict: true }).then(({ flags }) => flags)
const select = async (...argv: string[]) => selectionOf(await parse(argv), NOW)
const layers = async (...argv: string[]) => layersOf(await parse(argv), 'sampling flags')

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof UsageError ? error.code : String(error)
}

describe('sampling flags', () => {
  it('select everything unless told otherwise', async () => {
    expect(await select()).toEqual({
      partitions: null,
      from: { at: 'earliest' },
      until: { at: 'latest' },
      limit: null,
      sample: 'all',
      seed: 1,
    })
  })

  it('become a selection', async () => {
    const argv = '--limit 1M --from 10 --until 20 --only-partitions 0,3-5 --sample tail --seed 7'
    expect(await select(...argv.split(' '))).toEqual({
      partitions: [0, 3, 4, 5],
      from: { at: 'offset', offset: 10n },
      until: { at: 'offset', offset: 20n },
      limit: 1_000_000,
      sample: 'tail',
      seed: 7,
    })
  })

  it('count --last back from the time that is given', async () => {
    const timestampMs = Date.parse('2026-11-21T11:00:00Z')
    expect((await select('--last', '1h')).from).toEqual({ at: 'timestamp', timestampMs })
  })

  it('bound a sample that has no limit, and only that', async () => {
    expect((await select('--sample', 'spread')).limit).toBe(100_000)
    expect((await select('--sample', 'spread', '--limit', '10')).limit).toBe(10)
    expect((await select('--sample', 'all')).limit).toBeNull()
  })

  it('refuse what contradicts itself', async () => {
    await expect(parse(['--last', '1h', '--from', '5'])).rejects.toThrow(/--from/)
    for (const argv of [
      ['--from', '20', '--until', '20'],
      ['--last', '1h', '--until', '2026-11-21T10:00Z'],
      ['--from', '2026-11-21', '--until', '2026-11-21T00:00Z'],
      ['--until', 'earliest'],
    ]) {
      expect(await codeOf(select(...argv))).toBe('flags.empty-selection')
    }
    expect(await codeOf(select('--from', '20', '--until', '21'))).toBe('null')
  })

  it('have a memory of their own', () => {
    expect(maxMemoryOf({})).toBe(256 * 2 ** 20)
    expect(maxMemoryOf({ 'max-memory': '1GiB' })).toBe(2 ** 30)
  })
})

describe('--partitions (docs/decisions/0001)', () => {
  it.each([
    ['6', [6], null],
    ['6,12', [6, 12], null],
    ['2..4', [2, 3, 4], null],
    ['0,3-5', undefined, [0, 3, 4, 5]],
    ['3-5', undefined, [3, 4, 5]],
    ['0', undefined, [0]],
  ])('%s counts %j and selects %j', async (text, counts, selected) => {
    expect((await layers('--partitions', text)).counts.partition).toEqual(counts)
    expect((await select('--partitions', text)).partitions).toEqual(selected)
  })

  it('selects beside --only-partitions nothing, and not twice', async () => {
    const argv = ['--only-partitions', '1', '--partitions']
    expect((await select(...argv, '6')).partitions).toEqual([1])
    expect(await codeOf(select(...argv, '0,2'))).toBe('flags.partitions-twice')
  })

  it('is the other name of --only-partitions where there are no layers', async () => {
    const flags = await parse(['--partitions', '3,5'], samplingFlagsWithPartitions as never)
    expect(selectionOf(flags, NOW).partitions).toEqual([3, 5])
  })

  it('counts where nothing is read, so that 0 is refused', () => {
    expect(() => layersOf({ partitions: '0' }, null)).toThrow('--partitions takes')
    expect(layersOf({ partitions: '6' }, null).counts).toEqual({ partition: [6] })
  })
})

describe('layer flags', () => {
  it('leave out what they do not mention', async () => {
    expect(await layers()).toEqual({ counts: {}, reducers: {} })
  })

  it('take counts per layer, one reducer for all, and another for one', async () => {
    const argv = '--segments 5,8 --vps 10 --reducer md5 --segment-reducer crc32'
    expect(await layers(...argv.split(' '))).toEqual({
      counts: { segment: [5, 8], virtualPartition: [10] },
      reducers: { partition: ['md5'], segment: ['crc32'], virtualPartition: ['md5'] },
    })
  })

  it('take several reducers to compare, each once', async () => {
    const { reducers } = await layers('--reducers', 'md5, crc32,md5')
    expect(reducers.virtualPartition).toEqual(['md5', 'crc32'])
    expect(await codeOf(layers('--reducers', 'md5,,crc32'))).toBe('flags.bad-value')
    await expect(parse(['--reducers', 'md5', '--reducer', 'md5'])).rejects.toThrow(/--reducer/)
  })
})

describe('every flag', () => {
  const all = { ...sourceFlags, ...clusterFlags, ...samplingFlags, ...layerFlags, ...keyFlags }

  it.each(Object.entries(all))('%s says what it is, and has its variable', (name, flag) => {
    expect(flag.description?.length).toBeGreaterThan(8)
    expect(flag.helpGroup).toBeTruthy()
    if (flag.env) expect(flag.env).toBe(`PSTOOL_${name.replaceAll('-', '_').toUpperCase()}`)
  })
})

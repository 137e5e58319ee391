import { describe, expect, it } from 'vitest'
import { parsePartitionIds, parseSlotCounts } from '../../../src/cli/flags/number-lists.ts'
import { parsePosition } from '../../../src/cli/flags/positions.ts'
import {
  parseCount,
  parseDuration,
  parseMemory,
  parseSeed,
} from '../../../src/cli/flags/quantities.ts'
import { UsageError } from '../../../src/errors.ts'

/** The value, or the code of the error, which must name the flag and show an example. */
function read<T>(parse: (flag: string, text: string) => T, text: string): T | string {
  try {
    return parse('flag', text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    expect(error.message).toContain(`--flag takes`)
    expect(error.message).toContain(`not "${text}"`)
    const example = /--flag (\S+)/.exec(error.suggestions[0] ?? '')?.[1] ?? ''
    expect(() => parse('flag', example)).not.toThrow()
    return error.code
  }
}
const bad = 'flags.bad-value'

describe('values of flags', () => {
  it.each([
    ['500', 500],
    ['1_000_000', 1_000_000],
    ['1e6', 1_000_000],
    ['1M', 1_000_000],
    ['1.5k', 1500],
    ['2G', 2_000_000_000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740993', bad],
    ['0', bad],
    ['-1', bad],
    ['1.5', bad],
    ['1e-1', bad],
    ['', bad],
    ['_1', bad],
    ['Infinity', bad],
    ['0x10', bad],
  ])('a number of messages: %j', (text, value) => {
    expect(read(parseCount, text)).toBe(value)
  })

  it.each([
    ['256MiB', 268_435_456],
    ['256M', 268_435_456],
    ['300MB', 300_000_000],
    ['1.5GiB', 1_610_612_736],
    ['1048576', 1_048_576],
    ['256', bad],
    ['1 XB', bad],
    ['MiB', bad],
    ['1e9', bad],
  ])('memory: %j', (text, value) => {
    expect(read(parseMemory, text)).toBe(value)
  })

  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['7d', 604_800_000],
    ['500ms', 500],
    ['2w', 1_209_600_000],
    ['90', bad],
    ['0s', bad],
    ['1h 30m', bad],
    ['-1h', bad],
    ['1y', bad],
    ['', bad],
  ])('a span of time: %j', (text, value) => {
    expect(read(parseDuration, text)).toBe(value)
  })

  it.each([
    ['0', 0],
    ['4294967295', 4_294_967_295],
    ['4294967296', bad],
    ['1.5', bad],
    ['', bad],
  ])('a seed: %j', (text, value) => {
    expect(read(parseSeed, text)).toBe(value)
  })

  it.each([
    ['5', [5]],
    ['5,8,16', [5, 8, 16]],
    ['16,5,16', [16, 5]],
    ['2..5,10', [2, 3, 4, 5, 10]],
    ['1000000', [1_000_000]],
    ['0', bad],
    ['1000001', bad],
    ['5..2', bad],
    ['2-5', bad],
    ['2..', bad],
    ['5,', bad],
    ['1..2..3', bad],
    ['', bad],
    ['1..1000000', bad],
    ['999999,1', [999_999, 1]],
    ['999999,2', bad],
    ['1..20000', bad],
  ])('numbers of slots: %j', (text, value) => {
    expect(read(parseSlotCounts, text)).toEqual(value)
  })

  it.each([
    ['0', [0]],
    ['0,3-5', [0, 3, 4, 5]],
    ['5,3-5, 1', [1, 3, 4, 5]],
    ['5-3', bad],
    ['a', bad],
    ['-1', bad],
    ['0-99999999', bad],
  ])('partitions: %j', (text, value) => {
    expect(read(parsePartitionIds, text)).toEqual(value)
  })

  const time = (iso: string) => ({ at: 'timestamp', timestampMs: Date.parse(iso) })
  it.each([
    ['earliest', { at: 'earliest' }],
    ['latest', { at: 'latest' }],
    ['0', { at: 'offset', offset: 0n }],
    ['9223372036854775807', { at: 'offset', offset: 2n ** 63n - 1n }],
    ['2026-11-21', time('2026-11-21T00:00:00Z')],
    ['2026-11-21T09:30', time('2026-11-21T09:30:00Z')],
    ['2026-11-21 09:30:15.250', time('2026-11-21T09:30:15.250Z')],
    ['2026-11-21T09:30+02:00', time('2026-11-21T07:30:00Z')],
    ['2024-02-29', time('2024-02-29T00:00:00Z')],
    ['9223372036854775808', bad],
    ['2026-02-29', bad],
    ['2026-13-01', bad],
    ['2026-11-21T25:00', bad],
    ['yesterday', bad],
    ['-5', bad],
    ['', bad],
  ])('a place in the log: %j', (text, value) => {
    expect(read(parsePosition, text)).toEqual(value)
  })
})

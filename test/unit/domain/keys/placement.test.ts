import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../../../src/domain/model/key-text.ts'
import { REDUCER_NAMES, reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { documentOf, type Row } from './streams.ts'

const producers = REDUCER_NAMES.filter((name) => name !== 'identity')

function placed(reducer: string, partitions: number, keys: number, messages = 2000): Row[] {
  const { slotOfBytes } = reducerNamed(reducer)
  return Array.from({ length: messages }, (_, i) => {
    const key = `order-${(i * 31) % keys}`
    return { key, partition: slotOfBytes(bytesOf(key), 0, key.length, partitions) }
  })
}

const placementOf = (rows: readonly Row[], partitionCount: number) =>
  documentOf(rows, { partitionCount }).placement!

describe('placement', () => {
  it.each(producers)('names %s from 2,000 messages', (reducer) => {
    const placement = placementOf(placed(reducer, 6, 300), 6)
    expect(placement).toMatchObject({
      reducer,
      verdict: 'consistent',
      minority: null,
      partitionCount: 6,
      messages: 2000,
      keysInSeveralPartitions: 0,
    })
    expect(placement.candidates[0]).toEqual({ reducer, explained: 1 })
    expect(placement.candidates[1]!.explained).toBeLessThan(0.9)
  })

  it('notices a second producer from 1 % of the messages on', () => {
    const rows = [...placed('murmur2', 6, 1000, 9900), ...placed('crc32', 6, 97, 100)]
    const { verdict, reducer, minority, keysInSeveralPartitions } = placementOf(rows, 6)
    expect({ verdict, reducer, by: minority?.reducer }).toEqual({
      verdict: 'mixed',
      reducer: 'murmur2',
      by: 'crc32',
    })
    expect(minority?.share).toBeGreaterThan(0.007)
    expect(minority?.share).toBeLessThanOrEqual(0.01)
    expect(keysInSeveralPartitions).toBeGreaterThan(60)
    const { findings } = documentOf(rows, { partitionCount: 6 })
    expect(findings[0]).toMatchObject({ code: 'mixed-hashes', severity: 'warning' })
  })

  it.each([
    ['round robin', (i: number) => i % 6],
    ['sticky', (i: number) => Math.floor(i / 37) % 6],
  ])('sees that %s does not go by key', (_, partitionOf) => {
    const rows = Array.from({ length: 2000 }, (__, i) => ({
      key: `order-${(i * i) % 211}`,
      partition: partitionOf(i),
    }))
    const { verdict, reducer, keysInSeveralPartitions } = placementOf(rows, 6)
    expect([verdict, reducer]).toEqual(['unkeyed', null])
    expect(keysInSeveralPartitions).toBeGreaterThan(60)
  })

  describe('says unkeyed up to a tenth of the way from chance to always', () => {
    /** Every `each`-th message follows its key by a hash that is not known, the others go round. */
    const partly = (followers: number) =>
      Array.from({ length: 6000 }, (_, i) => {
        const order = (i * 7919) % 97
        const follows = (i * 13) % 100 < followers
        return { key: `order-${order}`, partition: follows ? (order * 5 + 1) % 6 : i % 6 }
      })

    it.each([
      // Of f messages in 100 that follow their key, f^2 of 10,000 pairs do: 0.3^2 < 0.1 < 0.4^2.
      [0, 'unkeyed'],
      [25, 'unkeyed'],
      [40, 'unknown'],
      [60, 'unknown'],
      [100, 'unknown'],
    ])('%i in 100 that follow their key are %s', (followers, verdict) => {
      expect(placementOf(partly(followers), 6).verdict).toBe(verdict)
    })

    it.each([
      [99, 'unknown'],
      [100, 'unkeyed'],
    ])('%i repeats of a key are %s', (repeats, verdict) => {
      const rows = Array.from({ length: repeats * 2 }, (_, i) => ({
        key: `order-${i % repeats}`,
        partition: i < repeats ? i % 6 : (i + 1 + (i % 5)) % 6,
      }))
      expect(placementOf(rows, 6).verdict).toBe(verdict)
    })

    it('takes chance from the partitions as full as they are', () => {
      const rows = Array.from({ length: 6000 }, (_, i) => ({
        key: `order-${(i * 7919) % 97}`,
        partition: i % 10 === 0 ? i % 6 : 0,
      }))
      expect(placementOf(rows, 6).verdict).toBe('unkeyed')
    })

    it('claims nothing of one partition', () => {
      const rows = placed('murmur2', 1000, 300).map((row) => ({ ...row, partition: 2 }))
      expect(placementOf(rows, 6).verdict).toBe('unknown')
    })
  })

  it('does not know a producer that stays with its key but uses no known hash', () => {
    const rows = placed('murmur2', 1000, 300).map((row) => ({
      ...row,
      partition: row.partition! % 7,
    }))
    expect(placementOf(rows, 7)).toMatchObject({ verdict: 'unknown', reducer: null })
  })

  it('claims nothing where luck explains as much: few keys, or one partition', () => {
    expect(placementOf(placed('murmur2', 6, 4), 6)).toMatchObject({
      verdict: 'unknown',
      reducer: null,
    })
    const single = placementOf(placed('murmur2', 1, 300), 1)
    expect(single).toMatchObject({ verdict: 'unknown', reducer: null })
    expect(single.candidates.every(({ explained }) => explained === 1)).toBe(true)
  })

  it('takes the highest partition where nobody says how many there are', () => {
    const rows = placed('murmur3', 5, 300)
    expect(documentOf(rows).placement).toMatchObject({ partitionCount: 5, reducer: 'murmur3' })
  })

  it('asks no question of messages without a key', () => {
    expect(documentOf([{ key: null, partition: 3 }]).placement).toBeNull()
  })
})

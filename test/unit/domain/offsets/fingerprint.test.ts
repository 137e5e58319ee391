import { describe, expect, it } from 'vitest'
import { plannedStrategy } from '../../../../src/domain/offsets/segment-routing.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { REDUCER_NAMES, reducerNamed } from '../../../../src/domain/routing/reducers.ts'

const of = (partitioner: string, reducer: string, name = 's') =>
  plannedStrategy({
    name,
    partitioner: partitionerNamed(partitioner, { seed: 1 }),
    reducer: reducerNamed(reducer),
  }).fingerprint

describe('the fingerprint of a strategy', () => {
  it('is the same each time, whatever the strategy is called', () => {
    expect(of('key', 'md5', 'a')).toBe(of('key', 'md5', 'b'))
    expect(of('key', 'md5')).toMatch(/^[0-9a-f]{32}$/)
  })

  it('tells reducers apart, and partitioners', () => {
    const names = REDUCER_NAMES
    expect(names.length).toBeGreaterThan(5)
    expect(new Set(names.map((name) => of('key', name))).size).toBe(names.length)
    expect(of('header:a', 'md5')).not.toBe(of('header:b', 'md5'))
  })
})

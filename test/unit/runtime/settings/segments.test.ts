import { describe, expect, it } from 'vitest'
import { plannedStrategy } from '../../../../src/domain/offsets/segment-routing.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import { resolveSettings } from '../../../../src/runtime/settings/resolve-settings.ts'
import { type Loose, problemOf, problemsOf, settings } from './settings-examples.ts'

const parallel = (given: Loose, rest: Loose = {}) =>
  settings({}, { parallelSegments: given, ...rest })
const segments = (given: Loose) => resolveSettings(parallel(given)).segments!
const problem = (given: Loose, rest: Loose = {}) =>
  problemOf({}, { parallelSegments: given, ...rest })

describe('parallel segments', () => {
  it('P1: one segment is none', () => {
    expect(resolveSettings(parallel({})).segments).toBeNull()
    expect(resolveSettings(parallel({ count: 1, segmentIds: [0] })).segments).toBeNull()
  })

  it('P1: are groups by id, all of them consumed unless told otherwise', () => {
    expect(segments({ count: 2 })).toMatchObject({
      count: 2,
      mergeKey: '-parallel-',
      ids: [0, 1],
      groups: ['analytics-parallel-0', 'analytics-parallel-1'],
      partitioner: { name: 'key' },
      reducer: { name: 'byte-sum' },
    })
    expect(segments({ count: 3, mergeKey: '+', segmentIds: [2, 0] })).toMatchObject({
      ids: [0, 2],
      groups: ['analytics+0', 'analytics+1', 'analytics+2'],
    })
  })

  it('P1: an origin that looks like a segment is refused', () => {
    expect(problem({ count: 2 }, { group: 'a-parallel-1' })).toMatch(
      /^group is refused: .*merge key -parallel-.*perhaps a\.$/,
    )
    const consumed = resolveSettings(settings({}, { group: 'a-parallel-1' }))
    expect(consumed.group).toBe('a-parallel-1')
  })

  it('P1: ids are those of segments, each once, and some', () => {
    expect(problem({ count: 2, segmentIds: [] })).toMatch(/segmentIds is an empty list; give/)
    expect(problemsOf(parallel({ count: 2, segmentIds: [0, 2, 0, '1'] }))).toEqual([
      'parallelSegments.segmentIds[1] is 2; give an integer from 0 to 1',
      'parallelSegments.segmentIds[2] is 0 once more; give it once',
      'parallelSegments.segmentIds[3] is "1"; give an integer from 0 to 1',
    ])
    expect(problem({ count: 0 })).toBe('parallelSegments.count is 0; give an integer of at least 1')
    expect(problem({ count: 2, mergeKey: '' })).toMatch(/^parallelSegments\.mergeKey is ""/)
  })

  it('R5: a partitioner that gives slots brings its reducer', () => {
    expect(segments({ count: 2, partitioner: 'hourly' }).reducer.name).toBe('identity')
    expect(segments({ count: 2, partitioner: 'hourly', reducer: 'md5' }).reducer.name).toBe('md5')
  })

  it('I7: what deals messages out in turn is refused', () => {
    for (const partitioner of ['random', 'round-robin', 'weighted:0=1,1=1', 'priority:/p=high']) {
      expect(problem({ count: 3, partitioner })).toMatch(
        /^parallelSegments\.partitioner is .*; give one that goes by the message alone/,
      )
    }
    expect(segments({ count: 2, partitioner: 'priority:/p=high' }).count).toBe(2)
    expect(segments({ count: 3, partitioner: 'partition-id:2' }).count).toBe(3)
  })
})

describe('exclusions', () => {
  const fingerprintOf = (partitioner: string, reducer: string) =>
    plannedStrategy({
      name: 'any',
      partitioner: partitionerNamed(partitioner, { seed: 1 }),
      reducer: reducerNamed(reducer),
    }).fingerprint
  const range = (given: Loose = {}) => ({
    origin: 'analytics',
    topic: 'orders',
    partition: 0,
    segment: 1,
    segments: 2,
    from: '100',
    to: '150',
    fingerprint: fingerprintOf('key', 'byte-sum'),
    ...given,
  })
  const exclusions = (ranges: readonly Loose[], rest: Loose = {}, current: Loose = {}) => ({
    count: 3,
    exclusions: { ranges, ...rest },
    ...current,
  })
  const resolved = (given: Loose) => resolveSettings(parallel(given)).exclusions

  it('M12: route as segments do now unless told otherwise', () => {
    expect(resolved(exclusions([range()]))).toMatchObject({
      partitioner: { name: 'key' },
      reducer: { name: 'byte-sum' },
      ranges: [{ topic: 'orders', partition: 0, segment: 1, segments: 2, from: 100, to: 150 }],
    })
    const md5 = range({ fingerprint: fingerprintOf('key', 'md5') })
    expect(resolved(exclusions([md5], {}, { reducer: 'md5' }))!.reducer.name).toBe('md5')
    expect(resolved(exclusions([md5], { reducer: 'md5' }))!.reducer.name).toBe('md5')
    const hourly = range({ fingerprint: fingerprintOf('hourly', 'identity') })
    const old = resolved(exclusions([hourly], { partitioner: 'hourly' }))!
    expect([old.partitioner.name, old.reducer.name]).toEqual(['hourly', 'identity'])
  })

  it('M12: another strategy than the plan had is refused, once for each', () => {
    const other = fingerprintOf('key', 'md5')
    const ranges = [range(), range({ fingerprint: other }), range({ fingerprint: other })]
    expect(problem(exclusions(ranges))).toBe(
      `parallelSegments.exclusions.ranges[1].fingerprint is "${other}"; give as exclusions.partitioner and exclusions.reducer what the rescale was planned with; key with byte-sum is ${fingerprintOf('key', 'byte-sum')}`,
    )
  })

  it('M12: a plan that was not told the strategy is taken at its word', () => {
    const blind = exclusions([range({ fingerprint: null })], { reducer: 'md5' })
    expect(resolved(blind)!.reducer.name).toBe('md5')
  })

  it('M12: of several origins of one plan the own one counts', () => {
    const other = range({ origin: 'billing', fingerprint: 'else' })
    expect(resolved(exclusions([other, range()]))!.ranges).toHaveLength(1)
    expect(problem(exclusions([other]))).toMatch(/ranges has nothing of group analytics;/)
    expect(resolved(exclusions([]))).toBeNull()
  })

  it('M12: hold too where the rescale was to one segment', () => {
    const one = resolveSettings(parallel(exclusions([range()], {}, { count: 1 })))
    expect([one.segments, one.exclusions!.ranges.length]).toEqual([null, 1])
  })

  it('M12: ranges that make no sense are refused', () => {
    const wrong = range({ from: 100, to: '5', segment: 2, partition: -1, fingerprin: 1 })
    expect(problemsOf(parallel(exclusions([wrong])))).toEqual([
      'parallelSegments.exclusions.ranges[0].fingerprin is no setting. Did you mean fingerprint?',
      'parallelSegments.exclusions.ranges[0].from is 100; give an offset in decimal, as a text',
      'parallelSegments.exclusions.ranges[0].partition is -1; give an integer of at least 0',
      'parallelSegments.exclusions.ranges[0].segment is 2; give an integer from 0 to 1',
    ])
    expect(problem(exclusions([range({ to: '99' })]))).toMatch(/\.to is "99"; give an offset of at/)
  })

  it('names a bad partitioner once, though two places go by it', () => {
    const twice = exclusions([range()], {}, { partitioner: 'kee' })
    expect(problem(twice)).toMatch(/^parallelSegments\.partitioner is "kee": there is no/)
  })
})

import { describe, expect, it } from 'vitest'
import { leftBehind } from '../../../../src/domain/offsets/scope.ts'
import { segmentedGroup, withSegments } from '../../../../src/domain/offsets/segmented-group.ts'
import { anIndex, type Offsets } from '../../../support/offsets/snapshots.ts'

const named = (count: number) => segmentedGroup('g', count, { topics: ['events'] })
const both = { events: { '0': 5 }, audit: { '0': 7 } }
const events = { events: { '0': 5 } }
const placesOf = (count: number, to: number, sources: readonly string[], offsets: Offsets) => {
  const group = named(count)
  const left = leftBehind(group, withSegments(group, to), sources, anIndex(offsets))
  return left.map(({ group: name, topic, partition }) => `${name} ${topic}#${partition}`)
}

describe('topics that were not named', () => {
  it('are left behind where new segments would start without their offsets', () => {
    const three = { 'g-parallel-0': both, 'g-parallel-1': both, 'g-parallel-2': events }
    expect(placesOf(2, 3, ['g-parallel-0', 'g-parallel-1'], three)).toEqual(['g audit#0'])
    const fresh = { g: both, 'g-parallel-0': {}, 'g-parallel-1': {} }
    expect(placesOf(2, 2, ['g'], fresh)).toEqual(['g audit#0'])
  })

  it('are left behind where segments that are no more keep theirs', () => {
    const two = { g: both, 'g-parallel-0': both, 'g-parallel-1': both }
    expect(placesOf(2, 1, ['g-parallel-0', 'g-parallel-1'], two)).toEqual(['g audit#0'])
  })

  it('are not once they were moved too, nor where their topic is gone', () => {
    const moved = { g: both, 'g-parallel-0': both, 'g-parallel-1': both }
    expect(placesOf(2, 2, ['g'], moved)).toEqual([])
    const offsets = { g: { audit: { '0': 7 } }, 'g-parallel-0': {}, 'g-parallel-1': {} }
    const group = named(2)
    const gone = anIndex(offsets, { ranges: { audit: [] } })
    expect(leftBehind(group, group, ['g'], gone)).toEqual([])
  })

  it('do not exist where none was named', () => {
    const group = segmentedGroup('g', 2)
    const fresh = anIndex({ g: both, 'g-parallel-0': {}, 'g-parallel-1': {} })
    expect(leftBehind(group, group, ['g'], fresh)).toEqual([])
  })
})

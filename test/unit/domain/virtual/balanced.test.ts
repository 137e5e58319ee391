import { describe, expect, it } from 'vitest'
import { balancedSlots } from '../../../../src/domain/virtual/balanced.ts'

describe('balancedSlots', () => {
  it.each<[string, readonly number[], number, readonly number[]]>([
    ['the largest group first, to the least loaded slot', [1, 5, 3, 2], 2, [0, 0, 1, 1]],
    ['equal groups by first offset, equal slots by index', [2, 2, 2, 2, 2], 3, [0, 1, 2, 0, 1]],
    ['one slot for all', [4, 1, 7], 1, [0, 0, 0]],
    ['no more slots than groups', [9, 8], 5, [0, 1]],
    ['a heavy key alone', [100, 1, 1, 1], 2, [0, 1, 1, 1]],
    ['nothing', [], 3, []],
  ])('gives %s', (_what, sizes, count, slots) => {
    expect(balancedSlots(sizes, count)).toEqual(slots)
  })
})

import { describe, expect, it } from 'vitest'
import { configProblems } from '../../../src/cli/config/config-problems.ts'
import { parseSlotCounts } from '../../../src/cli/flags/number-lists.ts'

describe('a number of slots', () => {
  it.each(['partitions', 'segments', 'virtualPartitions'])(
    'has the same limit as the flag of %s: slots take memory',
    (layer) => {
      const problems = (count: number) => configProblems({ strategies: { s: { [layer]: count } } })
      expect(problems(1_000_000)).toEqual([])
      expect(problems(1_000_001)).toMatchObject([{ path: ['strategies', 's', layer] }])
      expect(parseSlotCounts('segments', '1000000')).toEqual([1_000_000])
      expect(() => parseSlotCounts('segments', '1000001')).toThrow()
    },
  )
})

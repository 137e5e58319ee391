import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignRanges, isSubscribed } from '../../../../src/domain/model/group-assignment.ts'
import { startPosition } from '../../../../src/domain/model/start-position.ts'

const member = (memberId: string, ...topics: (string | RegExp)[]) => ({ memberId, topics })

describe('assignRanges', () => {
  it('deals contiguous ranges in the order of joining, the first ones larger', () => {
    const members = [member('z', 't'), member('a', 't'), member('m', 'u')]
    const assigned = assignRanges(members, [
      { name: 't', partitions: 5 },
      { name: 'u', partitions: 1 },
    ])
    const partitions = (id: string) =>
      assigned.get(id)!.map(({ topic, partition }) => `${topic}${partition}`)
    expect(partitions('z')).toEqual(['t0', 't1', 't2'])
    expect(partitions('a')).toEqual(['t3', 't4'])
    expect(partitions('m')).toEqual(['u0'])
  })

  it('gives each partition that anybody wants to exactly one who wants it, evenly', () => {
    const names = ['a', 'b', 'ab']
    const wishes = fc.array(fc.subarray<string | RegExp>(['a', 'b', 'ab', /a/g, /^b/]), {
      maxLength: 5,
    })
    const counts = fc.array(fc.nat(7), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(wishes, counts, (topicsOf, partitionCounts) => {
        const members = topicsOf.map((topics, index) => member(`m${index}`, ...topics))
        const topics = names.map((name, index) => ({ name, partitions: partitionCounts[index]! }))
        const assigned = assignRanges(members, topics)
        for (const { name, partitions } of topics) {
          const takers = members.filter((one) => isSubscribed(one.topics, name))
          const shares = members.map(({ memberId }) =>
            assigned.get(memberId)!.filter(({ topic }) => topic === name),
          )
          const dealt = shares.flat().map(({ partition }) => partition)
          const all = Array.from({ length: takers.length === 0 ? 0 : partitions }, (_, p) => p)
          expect(dealt.toSorted((a, b) => a - b)).toEqual(all)
          const sizes = takers.map((taker) => shares[members.indexOf(taker)]!.length)
          if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(2)
        }
      }),
    )
  })
})

describe('isSubscribed', () => {
  it('takes names whole and patterns anywhere, again and again whatever their flags', () => {
    const pattern = /user/g
    expect(isSubscribed(['user'], 'user_events')).toBe(false)
    expect([1, 2, 3].map(() => isSubscribed([pattern], 'all_user_events'))).toEqual([
      true,
      true,
      true,
    ])
    expect(isSubscribed([/^user/], 'all_user_events')).toBe(false)
  })
})

describe('startPosition', () => {
  const log = { start: 10n, end: 20n }
  it('is the committed offset wherever the log still or already has it, its end included', () => {
    for (const offset of [10n, 15n, 20n]) {
      expect(startPosition(log, offset, 'fail')).toBe(Number(offset))
    }
  })

  it('is where startFrom says without one, or with one that is out of the log', () => {
    for (const offset of [null, 9n, 21n]) {
      expect(startPosition(log, offset, 'earliest')).toBe(10)
      expect(startPosition(log, offset, 'latest')).toBe(20)
      expect(startPosition(log, offset, 'fail')).toBeNull()
    }
  })
})

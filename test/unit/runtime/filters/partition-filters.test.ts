import { describe, expect, it } from 'vitest'
import { customPartitioner, partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import type { Partitioner } from '../../../../src/domain/routing/types.ts'
import type { ResolvedRange } from '../../../../src/runtime/settings/resolved-settings.ts'
import { filters, handedOut, keyed, message } from './filtering.ts'

const byKey = {
  partitioner: partitionerNamed('key', { seed: 1 }),
  reducer: reducerNamed('byte-sum'),
}
// By byte sums: "0" is 48, "1" is 49, so that even digits are segment 0's of two.
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

describe('segments', () => {
  const segment = (id: number, given = {}) => ({ id, count: 2, ...byKey, ...given })

  it("P2: leave other segments' messages out", () => {
    const one = filters({ segment: segment(1) })
    expect(handedOut(one, keyed(digits, 100))).toEqual({
      offsets: [101, 103, 105, 107, 109],
      take: 10,
      hold: null,
    })
  })

  it('P3: a batch of others is dropped whole, and done with', () => {
    const one = filters({ segment: segment(1) })
    expect(handedOut(one, keyed(['0', '2', null]))).toEqual({ offsets: [], take: 3, hold: null })
  })

  it('P2: do not touch values unless the partitioner reads them', () => {
    const untouchable = Object.defineProperty(message({ key: Buffer.from('1') }), 'value', {
      get: () => {
        throw new Error('the value was read')
      },
    })
    const keyNeverAsked: Partitioner = {
      ...byKey.partitioner,
      keyOf: () => {
        throw new Error('the key was asked for')
      },
    }
    for (const partitioner of [keyNeverAsked, partitionerNamed('header:a', { seed: 1 })]) {
      const zero = filters({ segment: segment(0, { partitioner, count: 1 }) })
      expect(handedOut(zero, [untouchable]).offsets).toEqual([0])
    }
    const payload = partitionerNamed('payload:/a', { seed: 1 })
    const reading = filters({ segment: segment(1, { partitioner: payload }) })
    const read = message({ value: Buffer.from('{"a":1}') })
    expect(handedOut(reading, [read]).offsets).toEqual([0])
  })

  const picky = customPartitioner('picky', ({ key }) => {
    if (String(key) === 'bad') throw new Error('cannot place it')
    return key
  })

  it('P4: a message that cannot be placed goes to segment 0 alone, and each group tells of it', () => {
    for (const [id, offsets] of [
      [0, [0, 1]],
      [1, [2]],
    ] as const) {
      const told: [string, number][] = []
      const one = filters({
        segment: segment(id, { partitioner: picky }),
        onPartitionerError: (error, _, offset) => told.push([String(error), offset]),
      })
      expect(handedOut(one, keyed(['0', 'bad', '1'])).offsets).toEqual(offsets)
      expect(told).toEqual([['RoutingError: partitioner picky: cannot place it', 1]])
    }
  })

  it('P4: tells once of a message that is fetched again, and of each other one', () => {
    const told: number[] = []
    const one = filters({
      segment: segment(1, { partitioner: picky }),
      onPartitionerError: (_, { offset }) => told.push(Number(offset)),
    })
    handedOut(one, keyed(['bad', 'bad'], 5))
    handedOut(one, keyed(['bad', 'bad', 'bad'], 5))
    expect(told).toEqual([5, 6, 7])
  })

  it('P4, R4: a reducer that gives no slot, or throws, is such an error', () => {
    const whole = { ...byKey.reducer, slotOfBytes: () => 2 }
    const throwing = customReducer('throwing', () => {
      throw new Error('no')
    })
    for (const reducer of [whole, throwing, customReducer('large', () => 2)]) {
      let told = 0
      const options = { onPartitionerError: () => told++ }
      const zero = filters({ segment: segment(0, { reducer }), ...options })
      const one = filters({ segment: segment(1, { reducer }), ...options })
      expect(handedOut(zero, keyed(['1'])).offsets).toEqual([0])
      expect(handedOut(one, keyed(['1'])).offsets).toEqual([])
      expect(told).toBe(2)
    }
  })
})

describe('exclusions', () => {
  const range = (given: Partial<ResolvedRange> = {}): ResolvedRange => ({
    topic: 'orders',
    partition: 0,
    segment: 1,
    segments: 2,
    from: 2,
    to: 7,
    ...given,
  })
  const excluding = (...ranges: readonly ResolvedRange[]) =>
    filters({ exclusions: { ...byKey, ranges } })

  it('M12: leave out what the old segment of the key had processed, `to` exclusive', () => {
    expect(handedOut(excluding(range()), keyed(digits)).offsets).toEqual([0, 1, 2, 4, 6, 7, 8, 9])
    const both = excluding(range(), range({ segment: 0, from: 0, to: 3 }))
    expect(handedOut(both, keyed(digits)).offsets).toEqual([1, 4, 6, 7, 8, 9])
    // Of four, "1" is in segment 1 and "3" in 3.
    expect(handedOut(excluding(range({ segments: 4 })), keyed(digits)).offsets).toEqual([
      0, 1, 2, 3, 4, 6, 7, 8, 9,
    ])
  })

  it('M12: hold for their partition alone', () => {
    const elsewhere = excluding(range({ topic: 'payments' }), range({ partition: 1 }))
    expect(handedOut(elsewhere, keyed(digits)).offsets).toHaveLength(10)
  })

  it('M12, P4: what could not be placed was the old segment 0', () => {
    const reducer = reducerNamed('identity')
    const ranges = [range({ segment: 0, from: 0, to: 9 })]
    const old = filters({ exclusions: { ...byKey, reducer, ranges } })
    expect(handedOut(old, keyed(['a', '1', null, '2'])).offsets).toEqual([1])
  })

  it('M12: come after the segment that is now', () => {
    const now = filters({
      segment: { id: 0, count: 3, ...byKey },
      exclusions: { ...byKey, ranges: [range({ from: 0, to: 10 })] },
    })
    // Of three, "0", "3", "6" and "9" are segment 0's; of two, "3" and "9" were segment 1's.
    expect(handedOut(now, keyed(digits)).offsets).toEqual([0, 6])
  })
})

describe('ages', () => {
  const aged = (...timestamps: readonly (number | null)[]) =>
    timestamps.map((timestamp, i) => message({ offset: BigInt(i), timestamp }))

  it('L7: what is older than its expiry is dropped; without a timestamp nothing is', () => {
    const old = filters({ expire: { ageMs: 10 } })
    expect(handedOut(old, aged(89, 90, null, 500), 100)).toEqual({
      offsets: [1, 2, 3],
      take: 4,
      hold: null,
    })
  })

  it('L7: a message waits until it is that old, and those behind it wait too', () => {
    const late = filters({ delay: { ageMs: 10 } })
    const messages = aged(90, null, 95.5, 80)
    expect(handedOut(late, messages, 100)).toEqual({
      offsets: [0, 1],
      take: 2,
      hold: { waitMs: 6, reason: 'delay' },
    })
    expect(handedOut(late, messages, 105.5)).toEqual({ offsets: [0, 1, 2, 3], take: 4, hold: null })
    expect(handedOut(late, aged(null), 5).offsets).toEqual([0])
  })

  it('L7: a wait is what a timer can do', () => {
    const late = filters({ delay: { ageMs: 2 ** 40 } })
    expect(handedOut(late, aged(0), 0).hold).toEqual({ waitMs: 2 ** 31 - 1, reason: 'delay' })
  })

  it('L7: what is dropped does not wait', () => {
    const both = filters({ segment: { id: 1, count: 2, ...byKey }, delay: { ageMs: 10 } })
    const messages = keyed(['0', '1']).map((one) => ({ ...one, timestamp: 95 }))
    expect(handedOut(both, messages, 100)).toEqual({
      offsets: [],
      take: 1,
      hold: { waitMs: 5, reason: 'delay' },
    })
  })
})

describe('throttle', () => {
  const three = { throttle: { limit: 3, intervalMs: 100 } }

  it('L7: lets so many go in any interval, and says when the next one may', () => {
    const slow = filters(three)
    const all = keyed(digits)
    expect(handedOut(slow, all.slice(0, 1), 0).offsets).toEqual([0])
    expect(handedOut(slow, all.slice(1), 60)).toEqual({
      offsets: [1, 2],
      take: 2,
      hold: { waitMs: 40, reason: 'throttle' },
    })
    // A window on fixed marks would let three go here.
    expect(handedOut(slow, all.slice(3), 100)).toMatchObject({ offsets: [3], hold: { waitMs: 60 } })
    expect(handedOut(slow, all.slice(4), 160)).toMatchObject({
      offsets: [4, 5],
      hold: { waitMs: 40 },
    })
  })

  it('L7: counts an offset once, however often it is fetched', () => {
    const slow = filters(three)
    const all = keyed(digits)
    expect(handedOut(slow, all, 0).offsets).toEqual([0, 1, 2])
    expect(handedOut(slow, all, 50)).toEqual({
      offsets: [0, 1, 2],
      take: 3,
      hold: { waitMs: 50, reason: 'throttle' },
    })
    expect(handedOut(slow, all, 100).offsets).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('L7: what is dropped costs nothing', () => {
    const slow = filters({ ...three, segment: { id: 1, count: 2, ...byKey } })
    expect(handedOut(slow, keyed(digits), 0)).toEqual({
      offsets: [1, 3, 5],
      take: 7,
      hold: { waitMs: 100, reason: 'throttle' },
    })
  })

  it('L7: what waits for its age costs nothing yet', () => {
    const slow = filters({ throttle: { limit: 1, intervalMs: 100 }, delay: { ageMs: 10 } })
    const two = [95, 95].map((timestamp, i) => message({ offset: BigInt(i), timestamp }))
    expect(handedOut(slow, two, 100).hold).toEqual({ waitMs: 5, reason: 'delay' })
    expect(handedOut(slow, two, 105).offsets).toEqual([0])
    expect(handedOut(slow, two, 200).hold).toEqual({ waitMs: 5, reason: 'throttle' })
  })

  it('L7: a clock that is set back opens no window', () => {
    const slow = filters(three)
    handedOut(slow, keyed(digits), 1000)
    expect(handedOut(slow, keyed(digits, 3), 500).hold).toEqual({ waitMs: 100, reason: 'throttle' })
  })
})

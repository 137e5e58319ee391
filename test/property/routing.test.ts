import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { customReducer, REDUCER_NAMES, reducerNamed } from '../../src/domain/routing/reducers.ts'
import { route } from '../../src/domain/routing/route.ts'
import type { LaneSpec, VirtualKey } from '../../src/domain/routing/types.ts'
import { canonicalBytes } from '../../src/domain/routing/virtual-key.ts'

const integer = fc.oneof(fc.integer(), fc.bigInt(), fc.maxSafeInteger())
const anyKey: fc.Arbitrary<VirtualKey> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 80 }),
  integer,
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
)
const count = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }))

describe.each(REDUCER_NAMES)('%s', (name) => {
  const reducer = reducerNamed(name)
  const key = name === 'identity' ? integer : anyKey

  it('is total, in range and stable', () => {
    fc.assert(
      fc.property(key, count, (k, n) => {
        const slot = reducer.slotOf(k, n)
        expect(Number.isInteger(slot) && slot >= 0 && slot < n && !Object.is(slot, -0)).toBe(true)
        expect(reducer.slotOf(k, n)).toBe(slot)
      }),
    )
  })

  it('knows a key by its canonical bytes, wherever they stand', () => {
    fc.assert(
      fc.property(key, count, fc.uint8Array(), fc.uint8Array(), (k, n, before, after) => {
        const bytes = canonicalBytes(k) ?? new Uint8Array(0)
        const larger = Buffer.concat([before, bytes, after])
        const start = before.length
        const slot = reducer.slotOf(k, n)
        expect(reducer.slotOfBytes(larger, start, start + bytes.length, n)).toBe(slot)
        expect(reducer.slotOf(bytes, n)).toBe(slot)
      }),
    )
  })
})

describe('routing', () => {
  it('identity is the mathematical remainder of integers of any size', () => {
    fc.assert(
      fc.property(fc.bigInt(), count, (k, n) => {
        const size = BigInt(n)
        const expected = Number(((k % size) + size) % size)
        expect(reducerNamed('identity').slotOf(k, n)).toBe(expected)
      }),
    )
  })

  it('byte-sum does not see the order of the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), count, (bytes, n) => {
        const { slotOf } = reducerNamed('byte-sum')
        expect(slotOf(bytes.toReversed(), n)).toBe(slotOf(bytes, n))
      }),
    )
  })

  it('a custom reducer is either in range or an error', () => {
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 1, max: 9 }), (answer, n) => {
        const good = typeof answer === 'number' && [...Array(n).keys()].includes(answer)
        const reducer = customReducer('any', () => answer as number)
        const slot = () => reducer.slotOf('key', n)
        if (good) expect(slot()).toBe(answer === 0 ? 0 : answer)
        else expect(slot).toThrow('an integer from 0 to')
      }),
    )
  })

  it('a route holds the slots that the reducers give', () => {
    const anyLane = (layer: LaneSpec['layer']) =>
      fc.record({
        layer: fc.constant(layer),
        count,
        reducer: fc.constantFrom(...REDUCER_NAMES.filter((name) => name !== 'identity')),
      })
    const lanes = fc.tuple(anyLane('partition'), anyLane('segment'), anyLane('virtualPartition'))
    fc.assert(
      fc.property(anyKey, lanes, (key, specs) => {
        const [p, s, v] = specs.map((spec) => ({ ...spec, reducer: reducerNamed(spec.reducer) }))
        const found = route(key, [v!, p!, s!])
        const keyed = key !== null && key !== undefined
        expect(found.partition).toBe(keyed ? p!.reducer.slotOf(key, p!.count) : undefined)
        expect(found.segment).toBe(s!.reducer.slotOf(key, s!.count))
        expect(found.virtualPartition).toBe(v!.reducer.slotOf(key, v!.count))
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { parseKeyText } from '../../../../src/domain/routing/key-encoding.ts'
import {
  customReducer,
  REDUCER_NAMES,
  reducerNamed,
} from '../../../../src/domain/routing/reducers.ts'
import type { VirtualKey } from '../../../../src/domain/routing/types.ts'
import { RoutingError, UsageError } from '../../../../src/errors.ts'
import {
  iggyKeys,
  type ReducerCase,
  reducerCases,
  segmentVectors,
} from '../../../support/vectors.ts'

const byteSum = reducerNamed('byte-sum')

function keyOf(vector: ReducerCase): VirtualKey {
  if (vector.type === 'nil') return null
  if (vector.type === 'bigint') return BigInt(vector.decimal!)
  if (vector.type === 'binary') return Buffer.from(vector.base64!, 'base64')
  if (vector.type === 'string_repeat') return vector.unit!.repeat(vector.count!)
  // How floats are written is the language's own; the vector says how Ruby did.
  if (vector.type === 'float') return vector.text_in_ruby
  return vector.value
}

describe('byte-sum', () => {
  it.each(reducerCases)('$id: a $type is placed as Ruby places it', (vector) => {
    const key = keyOf(vector)
    for (const [count, slot] of Object.entries(vector.mod)) {
      expect(byteSum.slotOf(key, Number(count))).toBe(slot)
    }
  })

  it.each(segmentVectors.assignments)('puts $key in its segment for every count', (vector) => {
    const { key } = vector
    const whole = typeof key === 'object' ? key.unit.repeat(key.count) : key
    for (const [count, slot] of Object.entries(vector.segment)) {
      expect(byteSum.slotOf(whole, Number(count))).toBe(slot)
    }
  })

  it.each(segmentVectors.filters)('$id: each segment keeps its own messages', (vector) => {
    for (const [segment, kept] of Object.entries(vector.kept)) {
      const own = vector.messages.filter(
        ({ key }) => byteSum.slotOf(key, vector.count) === Number(segment),
      )
      expect(own.map(({ offset }) => offset)).toEqual(kept)
    }
  })
})

describe('xxh32', () => {
  const encodings = { str: 'text', bytes: 'base64', u32: 'u32', u64: 'u64', u128: 'u128' } as const

  it('puts keys of every encoding where real Iggy servers put them', () => {
    const xxh32 = reducerNamed('xxh32')
    for (const key of iggyKeys) {
      const bytes = parseKeyText(key.value, encodings[key.kind])
      expect(Buffer.from(bytes).toString('base64')).toBe(key.bytes_b64)
      for (const [count, partition] of Object.entries(key.partition)) {
        expect(xxh32.slotOf(bytes, Number(count))).toBe(partition)
      }
    }
  })
})

describe('hash reducers', () => {
  // Hashes are checked against published values in hash.test.ts; here, how each becomes a slot.
  it.each([
    ['murmur2', 'abc', 479470107 % 10],
    ['murmur2', '21', (-973932308 & 0x7fffffff) % 10],
    ['crc32', '123456789', 0xcbf43926 % 10],
    ['fnv1a', 'foobar', 0xbf9cf968 % 10],
    ['fnv1a-sarama', 'foobar', (0x100000000 - 0xbf9cf968) % 10],
    ['murmur3', 'Hello, world!', 0xc0363e43 % 10],
    ['xxh32', 'a', 1426945110 % 10],
    ['md5', 'a', Number(0x0cc175b9c0f1b6a831c399e269772661n % 10n)],
  ])('%s takes its reading of the hash of "%s" mod n', (name, key, slot) => {
    expect(reducerNamed(name).slotOf(key, 10)).toBe(slot)
  })

  // The values of librdkafka's own unit test of its Sarama-compatible hash.
  it.each([
    ['kafka', 0x0d33c4e1],
    ['giberish123456789', 0x77a58295],
    ['1234', 0x023bdd03],
    ['234', 0x2dea3cd2],
    ['34', 0x740fa83e],
    ['4', 0x310ca263],
    ['', 0x7ee3623b],
  ])('fnv1a-sarama reads "%s" as librdkafka does', (key, value) => {
    expect(reducerNamed('fnv1a-sarama').slotOf(key, 2 ** 31 - 1)).toBe(value)
  })
})

describe('identity', () => {
  const identity = reducerNamed('identity')

  it.each<[VirtualKey, number]>([
    [0, 0],
    [7, 2],
    ['12', 2],
    ['007', 2],
    [12345678901234567890123456789n, 4],
    [2 ** 70, Number(2n ** 70n % 5n)],
    [Buffer.from('8'), 3],
    [-1, 4],
    [-5n, 0],
    ['-13', 2],
  ])('takes %s of 5 slots as %i', (key, slot) => {
    expect(identity.slotOf(key, 5)).toBe(slot)
  })

  it.each<[string, VirtualKey]>([
    ['no key', null],
    ['an empty text', ''],
    ['a minus alone', '-'],
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['text', 'user-1'],
    ['digits and more', '12 '],
    ['a boolean', true],
    ['binary', Uint8Array.of(0xff, 0)],
  ])('refuses %s', (_what, key) => {
    expect(() => identity.slotOf(key, 5)).toThrow(RoutingError)
  })
})

describe('explain', () => {
  it.each<[string, VirtualKey, number, string]>([
    ['byte-sum', '14', 5, '49+52 = 101 -> 101 mod 5 = 1'],
    ['byte-sum', '0', 5, '48 -> 48 mod 5 = 3'],
    ['byte-sum', null, 5, 'no bytes = 0 -> 0 mod 5 = 0'],
    [
      'byte-sum',
      'z'.repeat(600),
      5,
      '122+122+122+122+(592 more)+122+122+122+122 = 73200 mod 65536 = 7664 -> 7664 mod 5 = 4',
    ],
    ['murmur2', 'abc', 6, 'murmur2 = 0x1c94221b & 0x7fffffff -> 479470107 mod 6 = 3'],
    ['crc32', '123456789', 7, `crc32 = 0xcbf43926 -> ${0xcbf43926} mod 7 = ${0xcbf43926 % 7}`],
    [
      'fnv1a-sarama',
      'foobar',
      9,
      'fnv1a-sarama = 0xbf9cf968 = -1080231576 -> 1080231576 mod 9 = 6',
    ],
    ['md5', 'a', 5, 'md5 = 0x0cc175b9c0f1b6a831c399e269772661 -> 0x0cc1..2661 mod 5 = 2'],
    ['identity', -1n, 5, '-1 mod 5 = 4'],
  ])('%s shows the arithmetic of %s', (name, key, count, expected) => {
    expect(reducerNamed(name).explain(key, count)).toBe(expected)
  })

  it('ends in the slot, for every reducer and count', () => {
    for (const name of REDUCER_NAMES) {
      for (const key of ['0', '17', '123456789012345678901234567890']) {
        for (const count of [1, 2, 3, 16, 100]) {
          const reducer = reducerNamed(name)
          const shown = reducer.explain(key, count)
          expect(shown.endsWith(`mod ${count} = ${reducer.slotOf(key, count)}`)).toBe(true)
        }
      }
    }
  })
})

describe('reducerNamed', () => {
  it('lists the reducers of the documentation', () => {
    expect([...REDUCER_NAMES].sort()).toEqual(
      [
        ...['byte-sum', 'crc32', 'fnv1a', 'fnv1a-sarama', 'identity', 'md5'],
        ...['murmur2', 'murmur2-legacy', 'murmur3', 'xxh32'],
      ].sort(),
    )
  })

  it('names what is near an unknown name', () => {
    const near = () => reducerNamed('murmer2')
    expect(near).toThrow(UsageError)
    expect(near).toThrow(
      expect.objectContaining({
        code: 'routing.unknown-reducer',
        suggestions: expect.arrayContaining(['Did you mean murmur2 or murmur3?']),
      }),
    )
  })
})

describe('customReducer', () => {
  it('gets text where the key is text, bytes where it is not, and the count', () => {
    const seen: unknown[] = []
    const reducer = customReducer('mine', (key, count) => {
      seen.push(key, count)
      return count - 1
    })
    expect(reducer.slotOf(14, 5)).toBe(4)
    expect(reducer.slotOf(null, 3)).toBe(2)
    expect(reducer.slotOf(Uint8Array.of(0xff), 2)).toBe(1)
    expect(seen).toEqual(['14', 5, '', 3, Uint8Array.of(0xff), 2])
    expect(reducer.explain('a', 5)).toBe('mine("a", 5) = 4')
  })

  it.each<[string, unknown]>([
    ['n itself', 5],
    ['a negative number', -1],
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['a numeric text', '1'],
    ['nothing', undefined],
    ['a bigint', 1n],
    ['a promise', Promise.resolve(1)],
  ])('never clamps or converts %s', (_what, slot) => {
    const reducer = customReducer('mine', () => slot as number)
    expect(() => reducer.slotOf('key', 5)).toThrow(RoutingError)
  })

  it('keeps the cause of what the function threw', () => {
    const cause = new Error('no such user')
    const reducer = customReducer('mine', () => {
      throw cause
    })
    expect(() => reducer.slotOf('key', 5)).toThrow(
      expect.objectContaining({ code: 'routing.reducer-threw', cause }),
    )
  })

  it('gives plain zero for minus zero', () => {
    expect(customReducer('mine', () => -0).slotOf('key', 5)).toBe(0)
  })
})

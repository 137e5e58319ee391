import { describe, expect, it } from 'vitest'
import type { KeyEncoding } from '../../../../src/domain/routing/key-encoding.ts'
import { parseKeyText } from '../../../../src/domain/routing/key-encoding.ts'
import type { VirtualKey } from '../../../../src/domain/routing/types.ts'
import { canonicalBytes } from '../../../../src/domain/routing/virtual-key.ts'
import { RoutingError, UsageError } from '../../../../src/errors.ts'

const textOf = (key: VirtualKey) => Buffer.from(canonicalBytes(key)!).toString()

describe('canonicalBytes', () => {
  it.each<[VirtualKey, string]>([
    ['14', '14'],
    ['', ''],
    ['e\u0301', 'e\u0301'],
    [14, '14'],
    [-0, '0'],
    [2 ** 53, '9007199254740992'],
    [1e21, '1000000000000000000000'],
    [123456789012345678901234567890n, '123456789012345678901234567890'],
    [0.1, '0.1'],
    [-2.5e-7, '-2.5e-7'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [false, 'false'],
  ])('of %o is the text %s', (key, text) => {
    expect(textOf(key)).toBe(text)
  })

  it('does not normalise text: composed and decomposed are two keys', () => {
    expect(canonicalBytes('\u00e9')).toEqual(Uint8Array.of(0xc3, 0xa9))
    expect(canonicalBytes('e\u0301')).toEqual(Uint8Array.of(0x65, 0xcc, 0x81))
  })

  it('takes binary as it is, and knows no key from the empty one', () => {
    expect(canonicalBytes(Uint8Array.of(0, 255))).toEqual(Uint8Array.of(0, 255))
    expect(canonicalBytes(null)).toBeNull()
    expect(canonicalBytes(undefined)).toBeNull()
    expect(canonicalBytes('')).toEqual(new Uint8Array(0))
  })

  it.each<[string, unknown]>([
    ['an object', { id: 1 }],
    ['an array', [1]],
    ['a promise', Promise.resolve('a')],
    ['a symbol', Symbol('a')],
    ['a function', () => 'a'],
  ])('refuses %s by its name', (what, key) => {
    expect(() => canonicalBytes(key as VirtualKey)).toThrow(RoutingError)
    expect(() => canonicalBytes(key as VirtualKey)).toThrow(what)
  })
})

describe('parseKeyText', () => {
  it.each<[string, KeyEncoding, readonly number[]]>([
    ['é', 'text', [0xc3, 0xa9]],
    ['00fFa1', 'hex', [0x00, 0xff, 0xa1]],
    ['', 'hex', []],
    ['AP8=', 'base64', [0, 255]],
    ['AP8', 'base64', [0, 255]],
    ['258', 'u32', [2, 1, 0, 0]],
    ['4294967295', 'u32', [255, 255, 255, 255]],
    ['18446744073709551615', 'u64', Array(8).fill(255)],
    ['1', 'u128', [1, ...Array(15).fill(0)]],
  ])('reads "%s" as %s', (text, encoding, bytes) => {
    expect([...parseKeyText(text, encoding)]).toEqual(bytes)
  })

  it.each<[string, KeyEncoding]>([
    ['abc', 'hex'],
    ['zz', 'hex'],
    ['A', 'base64'],
    ['A P8=', 'base64'],
    ['AP8==', 'base64'],
    ['4294967296', 'u32'],
    ['-1', 'u32'],
    ['1.0', 'u64'],
    ['', 'u64'],
    ['18446744073709551616', 'u64'],
    ['340282366920938463463374607431768211456', 'u128'],
  ])('refuses "%s" as %s', (text, encoding) => {
    expect(() => parseKeyText(text, encoding)).toThrow(UsageError)
  })

  it('says the range', () => {
    expect(() => parseKeyText('4294967296', 'u32')).toThrow('an integer from 0 to 4294967295')
  })
})

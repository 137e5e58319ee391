import { describe, expect, it } from 'vitest'
import { trapsAmong } from '../../../../src/domain/keys/encodings.ts'
import { isUtf8, shapeOf } from '../../../../src/domain/keys/key-shape.ts'
import { bytesOf, textOf } from '../../../../src/domain/model/key-text.ts'
import { documentOf } from './streams.ts'

describe('shapeOf', () => {
  it.each([
    ['integer-text', '42'],
    ['integer-text', '-7'],
    ['text', '-'],
    ['text', '4.2'],
    ['text', 'Zürich'],
    ['empty', ''],
    ['uuid-text', '6F9619ff-8b86-d011-b42d-00cf4fc964ff'],
    ['text', '6F9619ff-8b86-d011-b42d-00cf4fc964fg'],
    ['binary-4', '*\0\0\0'],
    ['binary-8', '*\0\0\0\0\0\0\0'],
    ['binary-16', '*\0\0\0\0\0\0\0*\0\0\0\0\0\0\0'],
    ['text', 'tab\there'],
    ['binary', 'bell\x07s'],
  ])('is %s for %j', (shape, key) => {
    const bytes = bytesOf(key)
    expect(shapeOf(bytes, 0, bytes.length)).toBe(shape)
  })
})

describe('isUtf8', () => {
  it('agrees with the decoder of the platform', () => {
    const interesting = [
      0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
    ]
    const bytes = [...interesting, 0xe1, 0xec, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff]
    const wrong: number[][] = []
    for (const a of bytes) {
      for (const b of bytes) {
        for (const c of bytes) {
          for (const tail of [[], [0x80], [0x41]]) {
            const key = [a, b, c, ...tail]
            const text = textOf(Uint8Array.from(key))
            if (isUtf8(Uint8Array.from(key), 0, key.length) !== (text !== null)) wrong.push(key)
          }
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('traps', () => {
  const trap = (...keys: (string | number[])[]) =>
    trapsAmong(keys.map((key) => (typeof key === 'string' ? bytesOf(key) : Uint8Array.from(key))))

  it.each([
    ['little-endian, 4 bytes', [42, 0, 0, 0]],
    ['big-endian, 4 bytes', [0, 0, 0, 42]],
    ['little-endian, 8 bytes', [42, 0, 0, 0, 0, 0, 0, 0]],
    ['big-endian, 8 bytes', [0, 0, 0, 0, 0, 0, 0, 42]],
  ])('finds a number as text and as bytes: %s', (_, bytes) => {
    expect(trap('7', '42', bytes)).toMatchObject([
      { trap: 'number-and-text', keys: ['42', textOf(Uint8Array.from(bytes))] },
    ])
  })

  it('finds negative numbers too', () => {
    expect(trap('-2', [0xfe, 0xff, 0xff, 0xff])).toMatchObject([{ trap: 'number-and-text' }])
  })

  it('finds both byte orders, unless it is one chance in many', () => {
    expect(trap([7, 0, 0, 0], [0, 0, 0, 7])).toMatchObject([{ trap: 'byte-order' }])
    const bigEndian = Array.from({ length: 300 }, (_, i) => [0, 0, i >> 8, i & 255])
    expect(trap(...bigEndian, [0, 1, 0, 0])).toEqual([])
    expect(trap([1, 0, 0, 1], [0, 0, 0, 65], [0, 0, 0, 97])).toEqual([])
  })

  it('finds letter case and white space', () => {
    expect(trap('alice', 'Alice', 'bob')).toMatchObject([
      {
        trap: 'letter-case',
        keys: ['alice', 'Alice'],
        message: 'An id is found in different letter case.',
      },
    ])
    expect(trap('alice', 'alice\n', 'bob', ' bob')).toMatchObject([
      { trap: 'white-space', keys: ['alice', 'alice\n', 'bob', ' bob'] },
    ])
    expect(trap('alice', 'bob', ' carol')).toEqual([])
  })

  it('are part of the document, with the shapes', () => {
    const { encodings, findings } = documentOf([
      { key: '42' },
      { key: '42' },
      { key: '43' },
      { key: Uint8Array.of(42, 0, 0, 0) },
    ])
    expect(encodings.shapes).toEqual([
      { shape: 'integer-text', messages: 3, keys: 2 },
      { shape: 'binary-4', messages: 1, keys: 1 },
    ])
    expect(findings.map(({ code }) => code)).toContain('encoding-number-and-text')
  })
})

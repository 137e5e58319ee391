import { describe, expect, it } from 'vitest'
import { snappy } from '../../../../../src/adapters/kafka/codecs/snappy.ts'

const text = (bytes: readonly number[]) => Buffer.from(snappy(Uint8Array.from(bytes))).toString()
const ascii = (letters: string) => [...Buffer.from(letters)]

describe('snappy blocks', () => {
  it('hold literals of every length', () => {
    expect(text([5, 4 << 2, ...ascii('hello')])).toBe('hello')
    expect(text([0])).toBe('')
    const long = 'x'.repeat(300)
    expect(text([0xac, 2, 61 << 2, 43, 1, ...ascii(long)])).toBe(long)
  })

  it('repeat what came before, by every kind of copy', () => {
    expect(text([11, 3 << 2, ...ascii('abcd'), (3 << 2) | 1, 4])).toBe('abcdabcdabc')
    expect(text([8, 3 << 2, ...ascii('abcd'), (3 << 2) | 2, 4, 0])).toBe('abcdabcd')
    expect(text([8, 3 << 2, ...ascii('abcd'), (3 << 2) | 3, 4, 0, 0, 0])).toBe('abcdabcd')
    expect(text([9, 0, ...ascii('a'), (7 << 2) | 2, 1, 0])).toBe('aaaaaaaaa')
    const far = 'a'.padEnd(600, 'b')
    const tag = ((600 >> 8) << 5) | (0 << 2) | 1
    const [low, high] = [604 & 0x7f, 604 >> 7]
    const bytes = [low | 0x80, high, 61 << 2, 599 & 255, 599 >> 8, ...ascii(far), tag, 600 & 255]
    expect(text(bytes)).toBe(`${far}abbb`)
  })

  it("come in the chunks of Java's streams too", () => {
    const header = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    const chunk = (word: string) => [
      ...[0, 0, 0, word.length + 2],
      ...[word.length, (word.length - 1) << 2, ...ascii(word)],
    ]
    expect(text([...header, ...chunk('hello'), ...chunk('you')])).toBe('helloyou')
    expect(() => text([...header, ...chunk('hello').slice(0, -1)])).toThrow(RangeError)
  })

  it.each([
    ['nothing', []],
    ['a length without an end', [0x80, 0x80]],
    ['literals beyond the block', [5, 4 << 2, 65]],
    ['more than it says', [1, 4 << 2, ...ascii('hello')]],
    ['less than it says', [9, 4 << 2, ...ascii('hello')]],
    ['a copy from before the start', [8, 3 << 2, ...ascii('abcd'), (3 << 2) | 2, 5, 0]],
    ['a copy from nowhere', [8, 3 << 2, ...ascii('abcd'), (3 << 2) | 2, 0, 0]],
    ['a copy beyond its length', [6, 3 << 2, ...ascii('abcd'), (3 << 2) | 2, 4, 0]],
  ])('are refused: %s', (_, bytes) => {
    expect(() => text(bytes)).toThrow(RangeError)
  })
})

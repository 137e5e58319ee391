import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../../../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../../../../src/adapters/kafka/wire/byte-writer.ts'

const hex = (writer: ByteWriter) => Buffer.from(writer.finish()).toString('hex')
const reader = (bytes: string) => new ByteReader(Buffer.from(bytes, 'hex'))

/** Numbers and bytes of the varints of Protocol Buffers' documentation, and the edges. */
const UVARINTS: readonly (readonly [number, string])[] = [
  [0, '00'],
  [1, '01'],
  [127, '7f'],
  [128, '8001'],
  [150, '9601'],
  [300, 'ac02'],
  [16_384, '808001'],
  [2 ** 31, '8080808008'],
  [2 ** 32 - 1, 'ffffffff0f'],
]

describe('the compact encoding', () => {
  it.each(UVARINTS)('has %i as %s', (value, bytes) => {
    expect(hex(new ByteWriter().uvarint(value))).toBe(bytes)
    expect(reader(bytes).uvarint()).toBe(value)
  })

  it('refuses numbers that are too long, or end too early', () => {
    expect(() => reader('ffffffffff01').uvarint()).toThrow(RangeError)
    expect(() => reader('ff').uvarint()).toThrow(RangeError)
  })

  it('has strings by the bytes of UTF-8, null apart from empty', () => {
    const written = new ByteWriter().compactString('mü').compactString('').compactString(null)
    expect(hex(written)).toBe('046dc3bc0100')
    const read = reader('046dc3bc0100')
    const strings = [1, 2, 3].map(() => read.compactNullableString())
    expect(strings).toEqual(['mü', '', null])
    expect(reader('00').compactString()).toBe('')
    expect(() => reader('05616263').compactString()).toThrow(RangeError)
  })

  it('has strings longer than one byte can tell', () => {
    const long = 'x'.repeat(40_000)
    expect(new ByteReader(new ByteWriter().compactString(long).finish()).compactString()).toBe(long)
  })

  it('has arrays, null apart from empty', () => {
    const int8s = (items: readonly number[] | null) =>
      hex(new ByteWriter().compactArray(items, (item, entry) => entry.int8(item)))
    expect([int8s([7, 8]), int8s([]), int8s(null)]).toEqual(['030708', '01', '00'])
    expect(reader('030708').compactArray((entry) => entry.int8())).toEqual([7, 8])
    for (const none of ['01', '00']) expect(reader(none).compactArray(() => 1)).toEqual([])
  })

  it('passes over tagged fields that it does not know', () => {
    const read = reader('0200020a0b05010c2a')
    read.tags()
    expect(read.int8()).toBe(42)
    expect(() => reader('010005ff').tags()).toThrow(RangeError)
    expect(hex(new ByteWriter().noTags())).toBe('00')
  })

  it('has bytes, ids and whole 64-bit numbers', () => {
    expect([...reader('03ff01').compactBlob()]).toEqual([255, 1])
    expect(reader('7073746f6f6c2d74657374732d2d2d2d').uuid()).toBe('cHN0b29sLXRlc3RzLS0tLQ')
    const greatest = 2n ** 63n - 1n
    expect(hex(new ByteWriter().int64(greatest))).toBe('7fffffffffffffff')
    expect(reader('7fffffffffffffff').bigint64()).toBe(greatest)
  })
})

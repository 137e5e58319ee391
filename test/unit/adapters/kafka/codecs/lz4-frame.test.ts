import { describe, expect, it } from 'vitest'
import { Lz4Frames } from '../../../../../src/adapters/kafka/codecs/lz4-frame.ts'

interface FrameSpec {
  readonly flags?: number
  readonly descriptor?: readonly number[]
  readonly trailer?: number
}

/** A frame of hand-made blocks; `plain` ones are kept as they are. */
function frame(
  blocks: readonly { bytes: number[]; plain?: boolean }[],
  spec: FrameSpec = {},
): Buffer {
  const { flags = 0x60, descriptor = [], trailer = 0 } = spec
  const parts = blocks.map(({ bytes, plain = false }) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(bytes.length + (plain ? 0x8000_0000 : 0))
    return Buffer.concat([size, Buffer.from(bytes), Buffer.alloc(trailer, 9)])
  })
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, 0x40, ...descriptor, 0])
  return Buffer.concat([head, ...parts, Buffer.alloc(4)])
}

function text(bytes: Buffer): string {
  const plain = new Lz4Frames().decompress(bytes, 0, bytes.length)
  return Buffer.from(plain.bytes.subarray(plain.from, plain.end)).toString()
}

const ascii = (letters: string) => [...Buffer.from(letters)]
const literals = (letters: string) => ({ bytes: [letters.length << 4, ...ascii(letters)] })
/** "abc", then 7 bytes from a distance, then "z". */
const repeating = (distance: number) => ({
  bytes: [0x33, ...ascii('abc'), distance, 0, 0x10, ...ascii('z')],
})

describe('LZ4 frames', () => {
  it('hold literals, plain blocks and nothing', () => {
    expect(text(frame([literals('hello'), { bytes: ascii(' you'), plain: true }]))).toBe(
      'hello you',
    )
    expect(text(frame([]))).toBe('')
  })

  it('repeat what came before, from near and from far', () => {
    expect(text(frame([repeating(1)]))).toBe('abccccccccz')
    expect(text(frame([repeating(2)]))).toBe('abcbcbcbcbz')
    expect(text(frame([repeating(3)]))).toBe('abcabcabcaz')
    for (let distance = 4; distance < 40; distance++) {
      const start = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, distance)
      const extra = distance >= 15 ? [distance - 15] : []
      const token = (Math.min(15, distance) << 4) | 15
      const bytes = [token, ...extra, ...ascii(start), distance, 0, 81, 0x10, ...ascii('!')]
      expect(text(frame([{ bytes }]))).toBe(`${start.repeat(26).slice(0, distance + 100)}!`)
    }
  })

  it('take lengths of several bytes', () => {
    const long = 'x'.repeat(15 + 255 + 255 + 3)
    expect(text(frame([{ bytes: [0xf0, 255, 255, 3, ...ascii(long)] }]))).toBe(long)
  })

  it('may reach back into earlier blocks only where they are linked', () => {
    const blocks = [literals('abc'), { bytes: [0x03, 3, 0, 0x10, ...ascii('z')] }]
    expect(text(frame(blocks, { flags: 0x40 }))).toBe('abcabcabcaz')
    expect(() => text(frame(blocks, { flags: 0x60 }))).toThrow('broken LZ4 block')
  })

  it('may carry a content size, a dictionary id and checksums', () => {
    const size = [0, 0, 0, 0, 0, 0, 0, 5]
    expect(text(frame([literals('hello')], { flags: 0x68, descriptor: size }))).toBe('hello')
    expect(text(frame([literals('hello')], { flags: 0x61, descriptor: [1, 2, 3, 4] }))).toBe(
      'hello',
    )
    expect(text(frame([literals('hel'), literals('lo')], { flags: 0x70, trailer: 4 }))).toBe(
      'hello',
    )
  })

  it.each([
    ['no frame', Buffer.from('no frame at all')],
    ['a frame that ends before its end mark', frame([literals('hello')]).subarray(0, -2)],
    ['a block that is longer than the frame', frame([literals('hello')]).subarray(0, -6)],
    ['an empty block', frame([{ bytes: [] }, literals('x')]).fill(1, 7, 8)],
    ['literals beyond the block', frame([{ bytes: [0x50, 1, 2] }])],
    ['a match without a distance', frame([{ bytes: [0x13, 65, 1] }])],
    ['a match from nowhere', frame([{ bytes: [0x13, 65, 0, 0, 0x10, 65] }])],
    ['a match before the start', frame([{ bytes: [0x13, 65, 2, 0, 0x10, 65] }])],
    ['a length without an end', frame([{ bytes: [0xf0, 255, 255] }])],
    [
      'more than a block may hold',
      frame([{ bytes: [0x1f, 65, 1, 0, ...Array(300).fill(255), 0, 0x10, 65] }]),
    ],
  ])('are refused: %s', (_, bytes) => {
    expect(() => text(Buffer.from(bytes))).toThrow(RangeError)
  })
})

import { randomBytes } from 'node:crypto'
import { compressionsAlgorithms } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lz4Frames } from '../../src/adapters/kafka/codecs/lz4-frame.ts'
import { snappy } from '../../src/adapters/kafka/codecs/snappy.ts'

/** Words that come again and again, with noise between: matches of every length and distance. */
const data = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.nat(400)).map(([word, times]) => {
        return Buffer.concat(Array.from({ length: times }, () => word))
      }),
      fc.nat(20_000).map((length) => Buffer.alloc(length, 'abcdefgh and so on ')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))

const lz4 = new Lz4Frames()
const fromLz4 = (bytes: Uint8Array) => {
  const plain = lz4.decompress(bytes, 0, bytes.length)
  return Buffer.from(plain.bytes.subarray(plain.from, plain.end))
}
const compressed = (codec: 'lz4' | 'snappy', bytes: Buffer) =>
  compressionsAlgorithms[codec].compressSync(bytes) as Buffer

// The encoder keeps a view of its memory, which is lost when the memory grows: it is grown here, for
// inputs longer than any that come, each longer than the last, which is what makes a new view.
for (const codec of ['lz4', 'snappy'] as const) {
  for (const length of [400_000, 400_100, 400_200]) compressed(codec, randomBytes(length))
}

describe('codecs', () => {
  it('LZ4 gives back what another implementation compressed', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        expect(fromLz4(compressed('lz4', bytes)).equals(bytes)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('snappy gives back what another implementation compressed', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        expect(Buffer.from(snappy(compressed('snappy', bytes))).equals(bytes)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('damaged input is refused or gives bytes; the next input is read as ever', () => {
    const good = Buffer.from('the same words, the same words, the same words')
    fc.assert(
      fc.property(data, fc.array(fc.tuple(fc.nat(), fc.nat(255))), (bytes, changes) => {
        for (const codec of ['lz4', 'snappy'] as const) {
          const damaged = Buffer.from(compressed(codec, bytes))
          // Past the length, which may say anything and is then simply not met.
          const first = codec === 'lz4' ? 7 : 5
          for (const [place, value] of changes) {
            if (damaged.length > first) damaged[first + (place % (damaged.length - first))] = value
          }
          try {
            if (codec === 'lz4') fromLz4(damaged)
            else snappy(damaged)
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError)
          }
        }
        expect(fromLz4(compressed('lz4', good)).equals(good)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

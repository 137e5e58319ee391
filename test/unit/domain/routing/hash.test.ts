import { createHash } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { murmur2 as platformaticMurmur2 } from '@platformatic/kafka'
import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { byteSum } from '../../../../src/domain/routing/hash/byte-sum.ts'
import { crc32 } from '../../../../src/domain/routing/hash/crc32.ts'
import { fnv1a } from '../../../../src/domain/routing/hash/fnv1a.ts'
import { md5, md5Remainder } from '../../../../src/domain/routing/hash/md5.ts'
import { murmur2 } from '../../../../src/domain/routing/hash/murmur2.ts'
import { murmur2Legacy } from '../../../../src/domain/routing/hash/murmur2-legacy.ts'
import { murmur3 } from '../../../../src/domain/routing/hash/murmur3.ts'
import { xxh32 } from '../../../../src/domain/routing/hash/xxh32.ts'
import { seededRandom } from '../../../../src/domain/routing/seeded-random.ts'
import { iggyKeys } from '../../../support/vectors.ts'

type Hash = (bytes: Uint8Array, start: number, end: number) => number

/** Hashes the bytes from the middle of a larger array, as batches hold them. */
function hashed(hash: Hash, key: string | Uint8Array): number {
  const bytes = Buffer.from(key)
  const larger = Buffer.concat([Buffer.from([0xff, 7, 1]), bytes, Buffer.from([9, 0xff])])
  return hash(larger, 3, 3 + bytes.length)
}

/** Keys of every length from 0 to 200, all byte values among them. */
const random = seededRandom(20)
const keys = Array.from({ length: 201 }, (_, length) =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))),
)
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('murmur2', () => {
  // Kafka's own values: org.apache.kafka.common.utils.UtilsTest.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('gives Kafka\'s value for "%s"', (key, expected) => {
    expect(hashed(murmur2, key)).toBe(expected >>> 0)
  })

  it('agrees with two other clients on keys of every length', () => {
    const partition = kafkajs.Partitioners.JavaCompatiblePartitioner()
    const partitionMetadata = Array.from({ length: 1009 }, (_, partitionId) => ({ partitionId }))
    for (const key of keys) {
      const hash = hashed(murmur2, key)
      expect(hash).toBe(platformaticMurmur2(key) >>> 0)
      const message = { key, value: null }
      expect((hash & 0x7fffffff) % 1009).toBe(
        partition({ topic: 't', partitionMetadata: partitionMetadata as never, message }),
      )
    }
  })
})

describe('murmur2-legacy', () => {
  it('places keys of every length where the legacy partitioner of kafkajs does', () => {
    const partition = kafkajs.Partitioners.LegacyPartitioner()
    const partitionMetadata = Array.from({ length: 4093 }, (_, partitionId) => ({
      partitionId,
      leader: 0,
    }))
    for (const key of keys) {
      const message = { key, value: null }
      expect((hashed(murmur2Legacy, key) & 0x7fffffff) % 4093).toBe(
        partition({ topic: 't', partitionMetadata: partitionMetadata as never, message }),
      )
    }
  })

  it('is not murmur2', () => {
    expect(hashed(murmur2Legacy, 'foobar')).not.toBe(hashed(murmur2, 'foobar'))
  })
})

describe('crc32', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('gives the published value for "%s"', (key, expected) => {
    expect(hashed(crc32, key)).toBe(expected)
  })

  it('agrees with zlib on keys of every length', () => {
    for (const key of keys) expect(hashed(crc32, key)).toBe(zlibCrc32(key))
  })
})

describe('fnv1a', () => {
  // Noll's published 32-bit vectors.
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['b', 0xe70c2de5],
    ['foobar', 0xbf9cf968],
  ])('gives the published value for "%s"', (key, expected) => {
    expect(hashed(fnv1a, key)).toBe(expected)
  })
})

describe('murmur3', () => {
  // The seed-0 rows of the widely used list of MurmurHash3_x86_32 vectors.
  it.each([
    [bytes(), 0],
    [bytes(0xff, 0xff, 0xff, 0xff), 0x76293b50],
    [bytes(0x21, 0x43, 0x65, 0x87), 0xf55b516b],
    [bytes(0x21, 0x43, 0x65), 0x7e4a8634],
    [bytes(0x21, 0x43), 0xa0f7b07a],
    [bytes(0x21), 0x72661cf4],
    [bytes(0, 0, 0, 0), 0x2362f9de],
    [bytes(0, 0, 0), 0x85f0b427],
    [bytes(0, 0), 0x30f4c306],
    [bytes(0), 0x514e28b7],
    [Buffer.from('test'), 0xba6bd213],
    [Buffer.from('Hello, world!'), 0xc0363e43],
    [Buffer.from('The quick brown fox jumps over the lazy dog'), 0x2e4ff723],
  ])('gives the published value for %o', (key, expected) => {
    expect(hashed(murmur3, key)).toBe(expected)
  })
})

describe('xxh32', () => {
  it.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('gives the published value for "%s"', (key, expected) => {
    expect(hashed(xxh32, key)).toBe(expected)
  })

  it('gives the hash that placed every key on real Iggy servers', () => {
    for (const key of iggyKeys) {
      expect(hashed(xxh32, Buffer.from(key.bytes_b64, 'base64'))).toBe(key.xxh32)
    }
  })
})

describe('md5', () => {
  const digestOf = (key: string | Uint8Array) => {
    const digest = new Uint32Array(4)
    hashed((all, start, end) => {
      md5(all, start, end, digest)
      return 0
    }, key)
    return digest
  }
  const hex = (digest: Uint32Array) =>
    Array.from(digest, (word) => word.toString(16).padStart(8, '0')).join('')

  // The test suite of RFC 1321, appendix A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      'd174ab98d277d9f5a5611c2c9f419d9f',
    ],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      '57edf4a22be3c955ac49da2e2107b67a',
    ],
  ])('gives the digest of RFC 1321 for "%s"', (key, expected) => {
    expect(hex(digestOf(key))).toBe(expected)
  })

  it('agrees with OpenSSL on keys of every length, block boundaries among them', () => {
    for (const key of keys) {
      expect(hex(digestOf(key))).toBe(createHash('md5').update(key).digest('hex'))
    }
  })

  it('takes the remainder of the whole 128-bit integer', () => {
    for (const key of keys) {
      const digest = digestOf(key)
      for (const count of [1, 2, 5, 10, 1009, 65536, 2 ** 31 - 1]) {
        const expected = BigInt(`0x${hex(digest)}`) % BigInt(count)
        expect(md5Remainder(digest, count)).toBe(Number(expected))
      }
    }
  })
})

describe('byte-sum', () => {
  it('adds bytes and keeps 16 bits', () => {
    expect(hashed(byteSum, '14')).toBe(101)
    expect(hashed(byteSum, new Uint8Array(257).fill(255))).toBe(65535)
    expect(hashed(byteSum, new Uint8Array(512).fill(128))).toBe(0)
  })
})

import { constants, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ZstdProgress } from '../../../../src/adapters/files/zstd-progress.ts'

const random = Buffer.from(Array.from({ length: 140_000 }, (_, i) => (i * i * 7919) >> 7))
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
/** Raw, compressed and run-length blocks, with and without checksums and content sizes. */
const frames: readonly [string, Uint8Array][] = [
  ['an empty one', zstdCompressSync(Buffer.alloc(0))],
  ['a short one', zstdCompressSync(Buffer.from('key\n'))],
  ['one with a checksum', zstdCompressSync(Buffer.from('key\n'.repeat(99)), withChecksum)],
  ['a run', zstdCompressSync(Buffer.alloc(200_000, 'a'))],
  ['several blocks', zstdCompressSync(random, withChecksum)],
  ['one to skip', Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3)],
]

describe('zstd data ends with a frame', () => {
  it.each(frames)('%s: at its end and nowhere before', (_, frame) => {
    for (const pieces of [1, 7]) {
      const progress = new ZstdProgress()
      progress.push(frames[2]![1])
      expect(progress.atFrameEnd).toBe(true)
      const step = Math.ceil(frame.length / (pieces === 1 ? frame.length : pieces))
      for (let at = 0; at < frame.length; at += step) {
        progress.push(frame.subarray(at, at + step))
        expect(progress.atFrameEnd).toBe(at + step >= frame.length)
      }
    }
  })

  it('and what is no zstd is left to others to judge', () => {
    const progress = new ZstdProgress()
    progress.push(Buffer.from('no archive'))
    expect(progress.atFrameEnd).toBe(true)
  })
})

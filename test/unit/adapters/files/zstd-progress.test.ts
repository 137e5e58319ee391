import { createHash } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ZstdProgress } from '../../../../src/adapters/files/zstd-progress.ts'

const noise = createHash('shake256', { outputLength: 140_000 }).update('noise').digest()
const withChecksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
/** Raw, compressed and run-length blocks, with and without checksums and content sizes. */
const frames = new Map<string, Uint8Array>([
  ['an empty one', zstdCompressSync(Buffer.alloc(0))],
  ['a short one', zstdCompressSync(Buffer.from('key\n'))],
  ['one with a checksum', zstdCompressSync(Buffer.from('key\n'.repeat(99)), withChecksum)],
  ['a run', zstdCompressSync(Buffer.alloc(200_000, 'a'))],
  ['several blocks', zstdCompressSync(noise, withChecksum)],
  ['one to skip', Uint8Array.of(0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3)],
])

describe('zstd data ends with a frame', () => {
  it.each([...frames.keys()])('%s: at its end and nowhere before', (name) => {
    const frame = frames.get(name)!
    for (const bytes of [1, Math.ceil(frame.length / 7)]) {
      const progress = new ZstdProgress()
      progress.push(frames.get('one with a checksum')!)
      expect(progress.atFrameEnd).toBe(true)
      const ends: number[] = []
      for (let at = 0; at < frame.length; at += bytes) {
        progress.push(frame.subarray(at, at + bytes))
        if (progress.atFrameEnd) ends.push(Math.min(at + bytes, frame.length))
      }
      expect(ends).toEqual([frame.length])
    }
  })

  it('and what is no zstd is left to others to judge', () => {
    const progress = new ZstdProgress()
    progress.push(Buffer.from('no archive'))
    expect(progress.atFrameEnd).toBe(true)
  })
})

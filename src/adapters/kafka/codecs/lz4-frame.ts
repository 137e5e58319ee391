import { LZ4_SLACK, type Lz4BlockDecoder, lz4BlockDecoder } from './lz4-block.ts'

const MAGIC = 0x184d2204
const PAGE_BYTES = 65536
/** Flags of the frame descriptor. */
const BLOCKS_ARE_INDEPENDENT = 32
const BLOCK_CHECKSUMS = 16
const CONTENT_SIZE = 8
const DICTIONARY = 1

/** A part of a buffer; it holds until the next one is decompressed. */
export interface Plain {
  readonly bytes: Uint8Array
  readonly from: number
  readonly end: number
}

/**
 * Decompresses LZ4 frames, block after block, in memory that is used again. Checksums are not
 * checked: the batch has one of its own, and the broker has checked that.
 */
export class Lz4Frames {
  private readonly decoder: Lz4BlockDecoder = lz4BlockDecoder()
  private memory = new Uint8Array(this.decoder.memory.buffer)

  /** @throws RangeError for what is no frame, or a broken one */
  decompress(bytes: Uint8Array, from: number, end: number): Plain {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, end - from)
    if (view.getUint32(0, true) !== MAGIC) throw new RangeError('no LZ4 frame')
    const flags = view.getUint8(4)
    const blockBytes = 1 << (8 + 2 * ((view.getUint8(5) >> 4) & 7))
    const descriptor =
      6 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8) + ((flags & DICTIONARY) === 0 ? 0 : 4)
    const trailer = (flags & BLOCK_CHECKSUMS) === 0 ? 0 : 4

    const blocks = blocksOf(view, descriptor + 1, trailer)
    const source = PAGE_BYTES
    const target = source + view.byteLength + LZ4_SLACK
    this.makeRoom(target + blocks.length * blockBytes + LZ4_SLACK)
    this.memory.set(bytes.subarray(from, end), source)
    let at = target
    for (const block of blocks) {
      const first = source + block.from
      if (block.isPlain) {
        this.memory.copyWithin(at, first, first + block.length)
        at += block.length
        continue
      }
      const history = (flags & BLOCKS_ARE_INDEPENDENT) === 0 ? target : at
      at = this.decoder.run(first, first + block.length, at, at + blockBytes, history)
      if (at === 0) throw new RangeError('broken LZ4 block')
    }
    return { bytes: this.memory, from: target, end: at }
  }

  /** Growing replaces the memory's buffer: what was decompressed before is gone then. */
  private makeRoom(bytes: number): void {
    const missing = bytes - this.memory.length
    if (missing <= 0) return
    this.decoder.memory.grow(Math.ceil(missing / PAGE_BYTES))
    this.memory = new Uint8Array(this.decoder.memory.buffer)
  }
}

interface Block {
  readonly from: number
  readonly length: number
  readonly isPlain: boolean
}

function blocksOf(view: DataView, first: number, trailer: number): Block[] {
  const blocks: Block[] = []
  for (let at = first; ; ) {
    const size = view.getInt32(at, true)
    at += 4
    if (size === 0) return blocks
    const length = size & 0x7fff_ffff
    if (at + length > view.byteLength) throw new RangeError('an LZ4 block is cut off')
    blocks.push({ from: at, length, isPlain: size < 0 })
    at += length + trailer
  }
}

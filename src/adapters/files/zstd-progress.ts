const ZSTD_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const DICTIONARY_ID_BYTES = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]
const CHECKSUM_BYTES = 4
const RLE_BLOCK = 1
const RESERVED_BLOCK = 3

/** What the next gathered bytes are. */
type Part = 'magic' | 'skippable size' | 'frame descriptor' | 'block header' | 'unknown'

const PART_BYTES = {
  magic: 4,
  'skippable size': 4,
  'frame descriptor': 1,
  'block header': 3,
  unknown: 0,
} as const satisfies Record<Part, number>

/**
 * Follows zstd data from header to header (RFC 8878, section 3) without decompressing, to know
 * whether it ends where a frame ends: Node 22 takes a frame that is cut off for a whole one.
 */
export class ZstdProgress {
  private part: Part = 'magic'
  private gathered: number[] = []
  private toSkip = 0
  private checksumBytes = 0

  /** True where no frame is open; also where the data is not zstd, which decompressing tells. */
  get atFrameEnd(): boolean {
    if (this.part === 'unknown') return true
    return this.part === 'magic' && this.gathered.length === 0 && this.toSkip === 0
  }

  /** Takes the bytes that follow the last ones. */
  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length && this.part !== 'unknown') {
      const skipped = Math.min(this.toSkip, chunk.length - at)
      this.toSkip -= skipped
      at += skipped
      if (at === chunk.length) return
      this.gathered.push(chunk[at++]!)
      if (this.gathered.length === PART_BYTES[this.part]) {
        const number = this.gathered.reduceRight((sum, byte) => sum * 256 + byte, 0)
        this.gathered = []
        this.part = this.after(this.part, number)
      }
    }
  }

  /** What follows a part with this little-endian number, past the bytes that are to be skipped. */
  private after(part: Part, number: number): Part {
    switch (part) {
      case 'magic':
        if (number === ZSTD_MAGIC) return 'frame descriptor'
        return (number & ~0xf) === SKIPPABLE_MAGIC ? 'skippable size' : 'unknown'
      case 'skippable size':
        this.toSkip = number
        return 'magic'
      case 'frame descriptor':
        this.toSkip = headerBytes(number)
        this.checksumBytes = (number & 4) === 0 ? 0 : CHECKSUM_BYTES
        return 'block header'
      case 'block header':
        return this.afterBlock((number & 1) === 1, (number >> 1) & 3, number >> 3)
      case 'unknown':
        return 'unknown'
    }
  }

  private afterBlock(last: boolean, type: number, size: number): Part {
    if (type === RESERVED_BLOCK) return 'unknown'
    this.toSkip = (type === RLE_BLOCK ? 1 : size) + (last ? this.checksumBytes : 0)
    return last ? 'magic' : 'block header'
  }
}

/** Bytes of the frame's header after its descriptor: window, dictionary id, content size. */
function headerBytes(descriptor: number): number {
  const singleSegment = (descriptor & 32) !== 0
  const sizeFlag = descriptor >> 6
  const contentSize = sizeFlag === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!
  return (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3]! + contentSize
}

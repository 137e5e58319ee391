/** How Java's snappy streams start; after it come version and compatible version, 4 bytes each. */
const XERIAL = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0)
const XERIAL_HEADER_BYTES = 16

/**
 * Decompresses snappy, bare (librdkafka) or in the chunks of Java's streams.
 * @throws RangeError for broken input
 */
export function snappy(input: Uint8Array): Uint8Array {
  if (!XERIAL.every((byte, i) => input[i] === byte)) return snappyBlock(input)
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const chunks: Uint8Array[] = []
  for (let at = XERIAL_HEADER_BYTES; at < input.length; ) {
    const length = view.getInt32(at)
    const end = at + 4 + length
    if (length < 0 || end > input.length) throw new RangeError('a snappy chunk is cut off')
    chunks.push(snappyBlock(input.subarray(at + 4, end)))
    at = end
  }
  return Buffer.concat(chunks)
}

/** The length of the output, then literals and copies of earlier output. */
function snappyBlock(input: Uint8Array): Uint8Array {
  const [length, start] = outputLength(input)
  const output = Buffer.allocUnsafe(length)
  let at = start
  let written = 0
  while (at < input.length) {
    const tag = input[at++]!
    const kind = tag & 3
    const short = tag >> 2
    // Bytes of the size of a long literal, or of a copy's distance.
    const width = kind === 0 ? Math.max(0, short - 59) : kind === 3 ? 4 : kind
    const number = littleEndian(input, at, width)
    at += width
    if (kind === 0) {
      const size = 1 + (width === 0 ? short : number)
      if (at + size > input.length || written + size > length) throw broken()
      output.set(input.subarray(at, at + size), written)
      at += size
      written += size
      continue
    }
    const size = kind === 1 ? 4 + (short & 7) : 1 + short
    const distance = kind === 1 ? number + ((tag >> 5) << 8) : number
    if (distance === 0 || distance > written || written + size > length) throw broken()
    repeat(output, written, distance, size)
    written += size
  }
  if (written !== length) throw broken()
  return output
}

/** @returns the length that the block says it has, and where its elements start */
function outputLength(input: Uint8Array): [number, number] {
  let length = 0
  for (let at = 0; at < 5 && at < input.length; at++) {
    length += (input[at]! & 0x7f) * 0x80 ** at
    if (input[at]! < 0x80) return [length, at + 1]
  }
  throw broken()
}

/** Writes bytes that were written a distance before; a near copy repeats what it writes itself. */
function repeat(output: Uint8Array, at: number, distance: number, size: number): void {
  if (distance >= size) output.copyWithin(at, at - distance, at - distance + size)
  else for (let i = at; i < at + size; i++) output[i] = output[i - distance]!
}

function littleEndian(input: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value |= input[at + i]! << (8 * i)
  return value >>> 0
}

function broken(): RangeError {
  return new RangeError('broken snappy block')
}

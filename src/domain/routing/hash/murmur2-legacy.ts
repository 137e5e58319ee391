const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The hash of kafkajs 1's default partitioner (kafkajs 2: `Partitioners.LegacyPartitioner`),
 * unsigned. It meant to be murmur2 and differs in two ways that its users' data now depend on:
 * products are floating point, so their low bits are rounded away, and a last group of one to three
 * bytes is mixed in twice: first as a word filled up with zeros, then as a tail.
 */
export function murmur2Legacy(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let h = SEED ^ length
  for (let i = start; i < end; i += 4) {
    // `*` on purpose, not Math.imul: the rounding is the quirk.
    let k = byteAt(bytes, i, end) | (byteAt(bytes, i + 1, end) << 8)
    k |= (byteAt(bytes, i + 2, end) << 16) | (byteAt(bytes, i + 3, end) << 24)
    k *= M
    k ^= k >>> 24
    h = (h * M) ^ (k * M)
  }
  const tail = end - (length & 3)
  if (tail < end) {
    h ^= byteAt(bytes, tail + 2, end) << 16
    h ^= byteAt(bytes, tail + 1, end) << 8
    h = (h ^ bytes[tail]!) * M
  }
  h ^= h >>> 13
  h *= M
  h ^= h >>> 15
  return h >>> 0
}

function byteAt(bytes: Uint8Array, index: number, end: number): number {
  return index < end ? bytes[index]! : 0
}

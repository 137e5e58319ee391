const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * MurmurHash2, 32 bits, with the seed of Kafka's Java client: unsigned. Kafka places a key by
 * `(hash & 0x7fffffff) mod n`.
 */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let h = SEED ^ length
  const wordsEnd = end - (length & 3)
  for (let i = start; i < wordsEnd; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  if (wordsEnd < end) {
    if (wordsEnd + 2 < end) h ^= bytes[wordsEnd + 2]! << 16
    if (wordsEnd + 1 < end) h ^= bytes[wordsEnd + 1]! << 8
    h = Math.imul(h ^ bytes[wordsEnd]!, M)
  }
  h ^= h >>> 13
  h = Math.imul(h, M)
  return (h ^ (h >>> 15)) >>> 0
}

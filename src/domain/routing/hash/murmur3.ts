const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/** MurmurHash3_x86_32 with seed 0, unsigned. */
export function murmur3(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const wordsEnd = end - (length & 3)
  let h = 0
  for (let i = start; i < wordsEnd; i += 4) {
    const k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    h ^= scramble(k)
    h = (h << 13) | (h >>> 19)
    h = (Math.imul(h, 5) + 0xe6546b64) | 0
  }
  if (wordsEnd < end) {
    let k = bytes[wordsEnd]!
    if (wordsEnd + 1 < end) k |= bytes[wordsEnd + 1]! << 8
    if (wordsEnd + 2 < end) k |= bytes[wordsEnd + 2]! << 16
    h ^= scramble(k)
  }
  h ^= length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function scramble(word: number): number {
  const k = Math.imul(word, C1)
  return Math.imul((k << 15) | (k >>> 17), C2)
}

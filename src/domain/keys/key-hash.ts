const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/**
 * 32 bits of a key, signed: what the key table, the sample of keys and the distinct counter go by.
 * Part of a saved profile's meaning, so it never changes. Two seeds give two independent hashes.
 */
export function keyHash(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let h = seed
  let i = start
  for (const wordsEnd = end - 3; i < wordsEnd; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    h = mixed(h, word)
  }
  if (i < end) {
    let word = bytes[i]!
    if (i + 1 < end) word |= bytes[i + 1]! << 8
    if (i + 2 < end) word |= bytes[i + 2]! << 16
    h = mixed(h, word)
  }
  return finished(h ^ (end - start))
}

/** Mixes four bytes into a hash. */
export function mixed(hash: number, word: number): number {
  let k = Math.imul(word, C1)
  k = (k << 15) | (k >>> 17)
  const h = hash ^ Math.imul(k, C2)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

/** Makes all bits of a hash depend on all bytes. */
export function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

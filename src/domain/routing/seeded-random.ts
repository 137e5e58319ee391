/**
 * Chance that can be repeated: numbers in [0, 1), 32 bits each, the same for the same seed.
 * The generator is xoshiro128++ (Blackman and Vigna), its state filled from the seed by splitmix32.
 */
export function seededRandom(seed: number): () => number {
  const fill = splitmix32(seed)
  let a = fill()
  let b = fill()
  let c = fill()
  let d = fill()
  return () => {
    const sum = (a + d) | 0
    const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result / 2 ** 32
  }
}

function splitmix32(seed: number): () => number {
  // Both halves of a large seed count, so that seeds 2^32 apart are different.
  let state = (seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
}

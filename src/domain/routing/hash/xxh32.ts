const P1 = 0x9e3779b1
const P2 = 0x85ebca77
const P3 = 0xc2b2ae3d
const P4 = 0x27d4eb2f
const P5 = 0x165667b1

/** xxHash, 32 bits, with seed 0, unsigned: where Iggy's servers put a key (mod n). */
export function xxh32(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  let h = P5
  if (end - start >= 16) {
    let a = (P1 + P2) | 0
    let b = P2 | 0
    let c = 0
    let d = -P1 | 0
    for (; i + 16 <= end; i += 16) {
      a = round(a, word(bytes, i))
      b = round(b, word(bytes, i + 4))
      c = round(c, word(bytes, i + 8))
      d = round(d, word(bytes, i + 12))
    }
    h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)
  }
  h = (h + (end - start)) | 0
  for (; i + 4 <= end; i += 4) h = Math.imul(rotate(h + Math.imul(word(bytes, i), P3), 17), P4)
  for (; i < end; i++) h = Math.imul(rotate(h + Math.imul(bytes[i]!, P5), 11), P1)
  h = Math.imul(h ^ (h >>> 15), P2)
  h = Math.imul(h ^ (h >>> 13), P3)
  return (h ^ (h >>> 16)) >>> 0
}

function round(accumulator: number, lane: number): number {
  return Math.imul(rotate(accumulator + Math.imul(lane, P2), 13), P1)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** Four bytes, little-endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

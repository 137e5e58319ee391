/** What each of the 64 steps rotates by, reads and adds (RFC 1321, section 3.4). */
const SHIFTS = Int32Array.from(
  ['7 12 17 22', '5 9 14 20', '4 11 16 23', '6 10 15 21'].flatMap((round) => {
    const four = round.split(' ').map(Number)
    return [...four, ...four, ...four, ...four]
  }),
)
const WORDS = Int32Array.from({ length: 64 }, (_, step) => {
  const stride = [1, 5, 3, 7][step >> 4]!
  return (stride * step + [0, 1, 5, 0][step >> 4]!) & 15
})
const SINES = Int32Array.from({ length: 64 }, (_, step) => Math.abs(Math.sin(step + 1)) * 2 ** 32)
const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]

const state = new Int32Array(4)
const words = new Int32Array(16)
const block = new DataView(new ArrayBuffer(64))
const blockBytes = new Uint8Array(block.buffer)

/**
 * MD5 (RFC 1321) of `bytes[start..end)` into `digest`: four words that, written one after the other
 * as big-endian, are the digest as it is printed.
 */
export function md5(bytes: Uint8Array, start: number, end: number, digest: Uint32Array): void {
  state.set(INITIAL)
  const length = end - start
  let i = start
  for (; i + 64 <= end; i += 64) {
    for (let at = 0; at < 64; at++) blockBytes[at] = bytes[i + at]!
    mixBlock()
  }
  blockBytes.fill(0)
  for (let at = i; at < end; at++) blockBytes[at - i] = bytes[at]!
  blockBytes[end - i] = 0x80
  if (end - i >= 56) {
    mixBlock()
    blockBytes.fill(0)
  }
  block.setUint32(56, length << 3, true)
  block.setUint32(60, Math.floor(length / 2 ** 29), true)
  mixBlock()
  for (let word = 0; word < 4; word++) digest[word] = swapBytes(state[word]!)
}

/** The digest as one unsigned 128-bit integer, mod n: Ruby's `hexdigest(key).to_i(16) % n`. */
export function md5Remainder(digest: Uint32Array, count: number): number {
  let remainder = 0
  for (const word of digest) {
    // Sixteen bits at a time keep every step exact for any count up to 2^37.
    remainder = (remainder * 65536 + (word >>> 16)) % count
    remainder = (remainder * 65536 + (word & 0xffff)) % count
  }
  return remainder
}

function mixBlock(): void {
  for (let word = 0; word < 16; word++) words[word] = block.getInt32(word * 4, true)
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  for (let step = 0; step < 64; step++) {
    const round = step >> 4
    // Written out, because a call per step would be most of the work.
    const chosen =
      round === 0
        ? (b & c) | (~b & d)
        : round === 1
          ? (d & b) | (~d & c)
          : round === 2
            ? b ^ c ^ d
            : c ^ (b | ~d)
    const sum = (a + chosen + SINES[step]! + words[WORDS[step]!]!) | 0
    const shift = SHIFTS[step]!
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
}

function swapBytes(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}

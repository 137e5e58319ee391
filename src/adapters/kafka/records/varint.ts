/**
 * Kafka's zigzag varints. The place of reading is kept beside the reader, because a record has five
 * of them: returning value and place together would make an object for each.
 */
let place = 0

/** Where the next varint is read. */
export function moveTo(at: number): void {
  place = at
}

/** Where the last varint ended. */
export function placeAfter(): number {
  return place
}

/** A 32-bit number. Past the end of the bytes it gives nonsense: check places afterwards. */
export function varint(bytes: Uint8Array): number {
  const byte = bytes[place++]!
  const raw = byte < 0x80 ? byte : longVarint(bytes, byte & 0x7f)
  return (raw >>> 1) ^ -(raw & 1)
}

function longVarint(bytes: Uint8Array, first: number): number {
  let raw = first
  for (let shift = 7; shift < 35; shift += 7) {
    const byte = bytes[place++]!
    raw |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  return raw
}

/** A 64-bit number, exact up to 2^53. */
export function varlong(bytes: Uint8Array): number {
  const byte = bytes[place++]!
  const raw = byte < 0x80 ? byte : longVarlong(bytes, byte & 0x7f)
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
}

function longVarlong(bytes: Uint8Array, first: number): number {
  let raw = first
  for (let weight = 0x80; weight < 2 ** 70; weight *= 0x80) {
    const byte = bytes[place++]!
    raw += (byte & 0x7f) * weight
    if (byte < 0x80) break
  }
  return raw
}

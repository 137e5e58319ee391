const PADDING = 61

/** The bytes of standard base64 with its padding (RFC 4648, section 4), or null when it is not. */
export function base64Bytes(text: Uint8Array): Uint8Array | null {
  const length = base64Length(text, 0, text.length)
  if (length < 0) return null
  const { buffer, byteOffset } = text
  const latin1 = Buffer.from(buffer, byteOffset, text.length).toString('latin1')
  const decoded = Buffer.from(latin1, 'base64')
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.length)
}

/** How many bytes the base64 in `bytes[start, stop)` stands for, or -1 when it is not base64. */
export function base64Length(bytes: Uint8Array, start: number, stop: number): number {
  const size = stop - start
  if (size % 4 !== 0) return -1
  const padding =
    size === 0 || bytes[stop - 1] !== PADDING ? 0 : bytes[stop - 2] === PADDING ? 2 : 1
  for (let i = start; i < stop - padding; i++) if (IN_ALPHABET[bytes[i]!] === 0) return -1
  return (size / 4) * 3 - padding
}

const IN_ALPHABET = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

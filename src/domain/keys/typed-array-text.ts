type TypedArray = Uint8Array | Int32Array | Uint32Array | Float64Array

/** Characters per call of String.fromCharCode, whose arguments lie on the stack. */
const CHUNK = 0x6000

/** The bytes of a typed array in base64; little-endian, as every machine that runs Node is. */
export function typedArrayText(array: TypedArray): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const parts: string[] = []
  // A chunk is a multiple of 3 bytes, so that its base64 needs no padding.
  for (let start = 0; start < bytes.length; start += CHUNK) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(start, start + CHUNK))))
  }
  return parts.join('')
}

/** The bytes of `typedArrayText`. @throws DOMException for what is no base64 */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Keys and header values are bytes; these are text in the examples. No bytes are the empty text. */
export function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : ''
}

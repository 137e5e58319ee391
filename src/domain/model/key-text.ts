import type { DocumentKey } from './document.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The text of bytes that are valid UTF-8, else null. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

/** How documents write a key: text where it is valid UTF-8, else base64. */
export function documentKey(bytes: Uint8Array | null): DocumentKey {
  if (bytes === null) return null
  return textOf(bytes) ?? { base64: base64(bytes) }
}

/** UTF-8 bytes; no Unicode normalisation (R2). */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The bytes of a document's key; null for no key. */
export function bytesOfDocumentKey(key: DocumentKey): Uint8Array | null {
  if (key === null) return null
  if (typeof key === 'string') return bytesOf(key)
  return Uint8Array.from(atob(key.base64), (character) => character.charCodeAt(0))
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

import type { DocumentKey } from '../../domain/model/document.ts'
import { bytesOfDocumentKey } from '../../domain/model/key-text.ts'
import { safeText } from './safe-text.ts'

/** Longer than any column; keys can be a megabyte long. */
const MAX_CHARACTERS = 400

/**
 * A key as people read it: text in double quotes with escapes, bytes that are no text as `0x00ff`
 * without quotes, no key as `(no key)`. Different keys look different, up to the elided middle of
 * very long ones.
 */
export function keyLabel(key: DocumentKey): string {
  if (key === null) return '(no key)'
  if (typeof key !== 'string') return bounded(`0x${hexOf(bytesOfDocumentKey(key)!)}`)
  return `"${safeText(bounded(key).replace(/["\\]/g, '\\$&'))}"`
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function bounded(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text
  const half = MAX_CHARACTERS / 2
  // A cut through a surrogate pair would show a character that the key does not have.
  const head = text.slice(0, half).replace(/[\ud800-\udbff]$/, '')
  const tail = text.slice(-half).replace(/^[\udc00-\udfff]/, '')
  return `${head}…${tail}`
}

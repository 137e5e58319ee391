import { UsageError } from '../../errors.ts'

/** The reference tokens of a JSON pointer (RFC 6901), unescaped; none for the whole document. */
export type JsonPointer = readonly string[]

/**
 * Reads a pointer such as `/user/id`; `~1` is a slash and `~0` a tilde.
 * @throws UsageError where the text is no pointer
 */
export function parseJsonPointer(text: string): JsonPointer {
  if (text === '') return []
  if (!text.startsWith('/') || /~(?![01])/.test(text)) {
    throw new UsageError('routing.bad-pointer', `"${text}" is not a JSON pointer`, [
      'A pointer names each member after a slash: /user/id. Write ~1 for a slash, ~0 for a tilde.',
    ])
  }
  const tokens = text.slice(1).split('/')
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What the pointer points at in a parsed document; undefined where there is nothing. */
export function valueAt(document: unknown, pointer: JsonPointer): unknown {
  let value = document
  for (const token of pointer) {
    if (typeof value !== 'object' || value === null) return undefined
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(token)) return undefined
    if (!Object.hasOwn(value, token)) return undefined
    value = (value as Record<string, unknown>)[token]
  }
  return value
}

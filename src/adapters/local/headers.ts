import type { Header } from '../../domain/model/message.ts'

/** Headers as a column: JSON pairs of name and base64, null for no headers at all. */
export function encodeHeaders(headers: readonly Header[]): string | null {
  if (headers.length === 0) return null
  return JSON.stringify(
    headers.map(({ name, value }) => [
      name,
      value === null ? null : Buffer.from(value).toString('base64'),
    ]),
  )
}

/** The headers of such a column. */
export function decodeHeaders(column: string | null): Header[] {
  if (column === null) return []
  return (JSON.parse(column) as [string, string | null][]).map(([name, value]) => ({
    name,
    value: value === null ? null : Uint8Array.from(Buffer.from(value, 'base64')),
  }))
}

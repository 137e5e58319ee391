import type { DocumentKey } from '../../domain/model/document.ts'
import { safeText } from '../text/safe-text.ts'

/** The one table of a document that is worth a spreadsheet. Absent values are empty fields. */
export interface CsvTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null | undefined)[])[]
}

/** A spreadsheet reads text that begins so as a formula; the apostrophe keeps that reversible. */
const FORMULA = /^['=+\-@＝＋－＠]/

/**
 * RFC 4180: CRLF, quotes where needed, a header line. Text is made safe twice over: hidden and
 * control characters are written as escapes (backslashes doubled, so that it can be undone), and
 * text that begins with `=`, `+`, `-`, `@` or `'` gets an apostrophe in front, so that no
 * spreadsheet runs a key as a formula and a leading apostrophe is always ours. Numbers are bare.
 */
export function csvText({ columns, rows }: CsvTable): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

/** A key in two fields: what it is (`text`, `base64`, `none`) and its content. */
export function keyFields(key: DocumentKey): [string, string | null] {
  if (key === null) return ['none', null]
  return typeof key === 'string' ? ['text', key] : ['base64', key.base64]
}

function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const safe = safeText(value.replaceAll('\\', '\\\\'))
  const inert = FORMULA.test(safe) ? `'${safe}` : safe
  return /[",\r\n]|^$|^\s|\s$/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

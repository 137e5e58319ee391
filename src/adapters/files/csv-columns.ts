import { nearNames } from '../../domain/routing/near-names.ts'
import { InputError } from '../../errors.ts'
import type { FieldName } from './record-tokens.ts'

const HEADER_PREFIX = 'header.'

/** The columns that mean something; others are left alone. */
const FIELDS: readonly FieldName[] = [
  'key',
  'keyBase64',
  'value',
  'valueBase64',
  'partition',
  'offset',
  'timestamp',
  'topic',
]

/** Which cell of a record is what. */
export interface CsvColumns {
  readonly count: number
  readonly fields: readonly { readonly field: FieldName; readonly cell: number }[]
  readonly headers: readonly { readonly name: string; readonly cell: number }[]
}

/**
 * Reads the meaning of the columns from the names in the first record.
 * @throws InputError input.csv-header
 */
export function csvColumns(names: readonly string[], file: string): CsvColumns {
  const fields = FIELDS.flatMap((field) => {
    const cell = names.indexOf(field)
    if (cell !== names.lastIndexOf(field)) throw headerError(file, `two columns named ${field}`, [])
    return cell < 0 ? [] : [{ field, cell }]
  })
  const has = (field: FieldName) => names.includes(field)
  if (has('key') && has('keyBase64')) throw headerError(file, 'both key and keyBase64', [])
  if (has('value') && has('valueBase64')) throw headerError(file, 'both value and valueBase64', [])
  if (!has('key') && !has('keyBase64')) {
    const near = nearNames('key', names)
    const meant = near.length === 0 ? [] : [`Rename the column ${near[0]} to key`]
    const advice = 'Name the column that holds the key "key" in the first line'
    throw headerError(file, `no column key among ${names.join(', ').slice(0, 60)}`, [
      ...(meant.length === 0 ? [advice] : meant),
      'Use --input-format keys when every line is a key',
    ])
  }
  const headers = names.flatMap((name, cell) =>
    name.startsWith(HEADER_PREFIX) ? [{ name: name.slice(HEADER_PREFIX.length), cell }] : [],
  )
  return { count: names.length, fields, headers }
}

/** True when the names are those of a CSV that can be read: a key's column is among them. */
export function namesCsvColumns(names: readonly string[]): boolean {
  return names.includes('key') || names.includes('keyBase64')
}

function headerError(file: string, problem: string, suggestions: readonly string[]): InputError {
  return new InputError('input.csv-header', `The CSV header of ${file} has ${problem}`, suggestions)
}

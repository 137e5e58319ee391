import { nearNames } from '../../domain/routing/near-names.ts'
import { InputError } from '../../errors.ts'
import { noKeys } from './no-keys.ts'
import { printable } from './printable.ts'
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
  readonly names: readonly string[]
  readonly fields: readonly { readonly field: FieldName; readonly cell: number }[]
  readonly headers: readonly { readonly name: string; readonly cell: number }[]
  /** True where no column is the value: the row is the value, as a JSON object of its cells. */
  readonly rowIsValue: boolean
}

/**
 * Reads the meaning of the columns from the names in the first record. Without a column for the key
 * or the value it is a table of somebody else's: then no column means anything.
 * @param whole true where messages are wanted, false where nothing but keys is
 * @throws InputError input.csv-header, input.no-keys
 */
export function csvColumns(names: readonly string[], file: string, whole: boolean): CsvColumns {
  const fields = FIELDS.flatMap((field) => {
    const cell = names.indexOf(field)
    return cell < 0 ? [] : [{ field, cell }]
  })
  const has = (field: FieldName) => names.includes(field)
  const keyed = has('key') || has('keyBase64')
  const rowIsValue = !has('value') && !has('valueBase64')
  if (!keyed && !whole) throw noKeyColumn(names, file, rowIsValue)
  if (!keyed && rowIsValue) return { names, fields: [], headers: [], rowIsValue }
  for (const { field, cell } of fields) {
    if (cell !== names.lastIndexOf(field)) throw headerError(file, `two columns named ${field}`)
  }
  if (has('key') && has('keyBase64')) throw headerError(file, 'both key and keyBase64')
  if (has('value') && has('valueBase64')) throw headerError(file, 'both value and valueBase64')
  const headers = names.flatMap((name, cell) =>
    name.startsWith(HEADER_PREFIX) ? [{ name: name.slice(HEADER_PREFIX.length), cell }] : [],
  )
  return { names, fields, headers, rowIsValue }
}

/** True when the names are those of a CSV in any file: a key's column is among them. */
export function namesCsvColumns(names: readonly string[]): boolean {
  return names.includes('key') || names.includes('keyBase64')
}

function noKeyColumn(names: readonly string[], file: string, rowIsValue: boolean): InputError {
  const [meant] = nearNames('key', names)
  const advice =
    meant === undefined
      ? 'Name the column that holds the key "key" in the first line'
      : `Rename the column ${printable(meant)} to key`
  const candidates = rowIsValue ? names.filter((name) => name.trim() !== '') : []
  return noKeys(file, { part: 'column', names, candidates, advice: [advice] })
}

function headerError(file: string, problem: string): InputError {
  return new InputError('input.csv-header', `The CSV header of ${file} has ${problem}`, [
    'Rename one of the columns in the first line, or leave it out',
  ])
}

import { InputError } from '../../errors.ts'
import { printable } from './printable.ts'

const LONGEST_LIST = 80
/** How fields that tell one thing from another are often called. */
const IDENTIFIES = /(?:id|key|code)$/i

/** What a file without keys has instead. */
export interface KeylessRecords {
  /** What its records are made of. */
  readonly part: 'column' | 'field'
  readonly names: readonly string[]
  /** Those that could be the key: none where the value is not the record itself. */
  readonly candidates: readonly string[]
  /** More ways out, before the last one. */
  readonly advice?: readonly string[]
}

/**
 * The error for records without keys where nothing but keys is wanted. It names the way out with a
 * field of that very file.
 */
export function noKeys(file: string, records: KeylessRecords): InputError {
  const { part, names, candidates, advice = [] } = records
  const list = printable(names.join(', '))
  const shown = list.length > LONGEST_LIST ? `${list.slice(0, LONGEST_LIST)}…` : list
  const message = `The records of ${file} have no key: no ${part} named key among ${shown || 'none'}`
  const field = candidates.find((name) => IDENTIFIES.test(name)) ?? candidates[0]
  const take = field === undefined ? [] : [takeFrom(part, field)]
  return new InputError('input.no-keys', message, [
    ...take,
    ...advice,
    'Use --input-format keys when every line is a key',
  ])
}

function takeFrom(part: string, field: string): string {
  const pointer = `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return `Take the key from a ${part}: --partitioner ${shellWord(`payload:${pointer}`)}`
}

/** One word of a command line; double quotes where they do, as every shell knows them. */
function shellWord(text: string): string {
  const word = printable(text)
  if (/^[\w/.:@%+-]+$/.test(word)) return word
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`
}

import { InputError } from '../../../errors.ts'
import { placeOf } from '../snapshot.ts'
import type { FileRow } from './rows.ts'

/** What a line says, or why it says nothing. */
export type ReadLine = FileRow | string

/**
 * The rows of a file's lines; empty lines are passed over.
 * @throws InputError naming each line that is bad, and each that says again where a group stands
 */
export function rowsOf(
  lines: readonly string[],
  name: string,
  read: (line: string) => ReadLine,
): readonly FileRow[] {
  const rows: FileRow[] = []
  const problems: string[] = []
  const places = new Map<string, number>()
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue
    const row = read(line)
    const problem = typeof row === 'string' ? row : repeated(row, i + 1, places)
    if (problem !== null) problems.push(`${name}: line ${i + 1}: ${problem}`)
    else if (typeof row !== 'string') rows.push(row)
  }
  if (problems.length > 0) throw badLines(problems)
  return rows
}

/** Topic, partition and offset of a line's three fields, or what is wrong with them. */
export function placed(
  group: string | null,
  topic: string,
  partitionText: string,
  offsetText: string,
): ReadLine {
  if (!TOPIC.test(topic)) return `"${topic}" is no name of a topic`
  const partition = whole(partitionText, MOST_PARTITION)
  if (partition === null) return `"${partitionText.trim()}" is no partition`
  const offset = whole(offsetText, MOST_OFFSET)
  if (offset === null) return `"${offsetText.trim()}" is no offset`
  return { group, topic, partition: Number(partition), offset }
}

const TOPIC = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/
const MOST_PARTITION = 2n ** 31n - 1n
const MOST_OFFSET = 2n ** 63n - 1n
const MOST_PROBLEMS = 10

/** Kafka's own tool takes an empty or missing number for 0: that would be the start of the topic. */
function whole(text: string, most: bigint): bigint | null {
  const digits = text.trim()
  if (!/^\d{1,19}$/.test(digits)) return null
  const number = BigInt(digits)
  return number <= most ? number : null
}

function repeated(row: FileRow, line: number, places: Map<string, number>): string | null {
  const place = JSON.stringify([row.group, placeOf(row)])
  const before = places.get(place)
  if (before === undefined) places.set(place, line)
  return before === undefined ? null : `${placeOf(row)} has an offset in line ${before} already`
}

function badLines(problems: readonly string[]): InputError {
  const more = problems.length - MOST_PROBLEMS
  const shown = problems.slice(0, MOST_PROBLEMS)
  const all = more > 0 ? [...shown, `and ${more} more lines`] : shown
  return new InputError('offsets.bad-line', all.join('\n'), [
    'The files have no header. kafka: `topic,partition,offset` or `group,topic,partition,offset`; rpk: `topic partition offset`.',
  ])
}

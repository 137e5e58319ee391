import { UsageError } from '../../../errors.ts'
import { placed, type ReadLine, rowsOf } from './lines.ts'
import type { FileRow, OffsetsToWrite } from './rows.ts'

/**
 * The CSV of `kafka-consumer-groups.sh --reset-offsets --export`: no header, each line on its own,
 * three columns for one group and four, the group first, for several.
 * @throws InputError
 */
export function kafkaCsvLines(lines: readonly string[], name: string): readonly FileRow[] {
  const first = lines.find((line) => line.trim() !== '') ?? ''
  const width = cellsOf(first)?.length
  return rowsOf(lines, name, (line) => rowIn(line, width))
}

/** Four columns as soon as the offsets are about several groups. @throws UsageError */
export function kafkaCsv({ groups, rows }: OffsetsToWrite): string {
  const isNamed = groups.length > 1
  const lines = rows.map(({ group, topic, partition, offset }) => {
    if (/[\r\n]/.test(group)) throw brokenName(group)
    const place = `${cell(topic)},${partition},${offset}\n`
    return isNamed ? `${cell(group)},${place}` : place
  })
  return lines.join('')
}

/** Quoted where Apache Kafka's tool does, so that equal offsets give equal lines. */
function cell(name: string): string {
  const isPlain = name.length <= LONGEST_PLAIN && [...name].every((one) => one >= LOWEST_PLAIN)
  return isPlain ? name : `"${name.replaceAll('"', '""')}"`
}

const LONGEST_PLAIN = 24
const LOWEST_PLAIN = '-'

function rowIn(line: string, width: number | undefined): ReadLine {
  const cells = cellsOf(line)
  if (cells === null) return 'its quotes do not match'
  const has = `it has ${cells.length}`
  if (cells.length !== 3 && cells.length !== 4) return `3 or 4 columns are needed, ${has}`
  if (cells.length !== width) return `the first line has ${width} columns, ${has}`
  const [offset, partition, topic, group = null] = cells.reverse()
  if (group === '') return 'the name of its group is empty'
  return placed(group, topic!, partition!, offset!)
}

/** A quote inside a cell that does not begin with one is a quote. null: a cell that does not end. */
function cellsOf(line: string): string[] | null {
  const cells: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|$)/gy
  for (;;) {
    const found = cell.exec(line)
    if (found === null) return null
    const [, quoted, plain = '', end] = found
    cells.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '') return cells
  }
}

function brokenName(group: string): UsageError {
  return new UsageError(
    'offsets.broken-name',
    `the name of group ${JSON.stringify(group)} breaks the line, so that no file of lines can hold it`,
    ["A plan can: --plan-out FILE. Kafka's own tool reads such files line by line too."],
  )
}

import { UsageError } from '../../../errors.ts'
import { placed, rowsOf } from './lines.ts'
import type { FileRow, OffsetsToWrite } from './rows.ts'

/** The text that `rpk group seek GROUP --to-file` reads: `topic partition offset`. @throws InputError */
export function rpkTextLines(lines: readonly string[], name: string): readonly FileRow[] {
  return rowsOf(lines, name, (line) => {
    const fields = line.trim().split(/[ \t]+/)
    if (fields.length !== 3) return `3 fields are needed, it has ${fields.length}`
    return placed(null, fields[0]!, fields[1]!, fields[2]!)
  })
}

/** One group to a file: its lines name none. @throws UsageError for several */
export function rpkText({ groups, rows }: OffsetsToWrite): string {
  if (groups.length > 1) throw severalGroups(groups)
  return rows.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}\n`).join('')
}

function severalGroups(groups: readonly string[]): UsageError {
  const names = groups.slice(0, 3).join(', ')
  return new UsageError(
    'offsets.several-groups',
    `rpk has one group in a file, and these are ${groups.length}: ${names}${groups.length > 3 ? ', ..' : ''}`,
    ['--export-format kafka holds several groups, and names them.'],
  )
}

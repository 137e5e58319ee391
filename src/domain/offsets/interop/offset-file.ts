import { InputError, UsageError } from '../../../errors.ts'
import type { CommittedOffset } from '../../model/cluster.ts'
import { nearNames } from '../../routing/near-names.ts'
import type { OffsetRow } from '../plan-set.ts'
import { kafkaCsv, kafkaCsvLines } from './kafka-csv.ts'
import type { FileRow, OffsetsToWrite } from './rows.ts'
import { rpkText, rpkTextLines } from './rpk-text.ts'

/** Files of offsets that other tools write and read. */
export const OFFSET_FORMATS = ['kafka', 'rpk'] as const
export type OffsetFormat = (typeof OFFSET_FORMATS)[number]

/**
 * The offsets of a file for the groups that were named; all of the file where none was.
 * @param name of the file, for messages
 * @throws InputError for lines that cannot be read, UsageError where group and file do not match
 */
export function readOffsets(
  text: string,
  format: OffsetFormat,
  groups: readonly string[],
  name: string,
): readonly OffsetRow[] {
  // Windows' editors put a mark before the first line, which would become part of a name.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const rows = format === 'kafka' ? kafkaCsvLines(lines, name) : rpkTextLines(lines, name)
  if (rows.length === 0) {
    throw new InputError('offsets.empty', `${name} holds no offsets`, [
      'A line is `topic,partition,offset` or `group,topic,partition,offset`; rpk: `topic partition offset`.',
    ])
  }
  return rows.some(({ group }) => group === null)
    ? ofOneGroup(rows, groups, name)
    : ofNamedGroups(rows, groups, name)
}

/** The text of a file. @throws UsageError for what the format cannot hold */
export function writeOffsets(format: OffsetFormat, offsets: OffsetsToWrite): string {
  return format === 'kafka' ? kafkaCsv(offsets) : rpkText(offsets)
}

/**
 * What committed offsets have that no such file can hold, as a sentence; null when nothing is lost.
 * @param kept where it is not lost, to end the sentence
 */
export function lostInFile(rows: readonly CommittedOffset[], kept: string): string | null {
  const epochs = rows.filter(({ leaderEpoch }) => leaderEpoch !== null).length
  const texts = rows.filter(({ metadata }) => metadata !== '').length
  const parts = [
    ...(epochs > 0 ? [`leader epochs (${epochs})`] : []),
    ...(texts > 0 ? [`metadata (${texts})`] : []),
  ]
  return parts.length === 0 ? null : `not in the file: ${parts.join(' and ')}; ${kept}`
}

function ofOneGroup(
  rows: readonly FileRow[],
  groups: readonly string[],
  name: string,
): readonly OffsetRow[] {
  const [group, ...others] = groups
  if (group !== undefined && others.length === 0) return rows.map((row) => ({ ...row, group }))
  const named = groups.length === 0 ? 'none is' : `${groups.length} are`
  throw new UsageError(
    'offsets.which-group',
    `the lines of ${name} name no group, so they are for one, and ${named} named`,
    ['Say whose offsets they are: --groups NAME.'],
  )
}

function ofNamedGroups(
  rows: readonly FileRow[],
  groups: readonly string[],
  name: string,
): readonly OffsetRow[] {
  const all = rows.flatMap(({ group, ...row }) => (group === null ? [] : [{ group, ...row }]))
  const known = [...new Set(all.map(({ group }) => group))]
  const absent = groups.filter((group) => !known.includes(group))
  if (absent.length > 0) {
    const near = absent.flatMap((group) => nearNames(group, known))
    throw new UsageError('offsets.no-such-group', `${name} has no line for ${absent.join(', ')}`, [
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Leave out --groups to take all.',
    ])
  }
  return groups.length === 0 ? all : all.filter(({ group }) => groups.includes(group))
}

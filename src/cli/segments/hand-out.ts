import {
  plannedOffsets,
  standingOffsets,
  unsaidByFile,
} from '../../domain/offsets/interop/exported.ts'
import { kafkaCommands } from '../../domain/offsets/interop/kafka-commands.ts'
import {
  lostInFile,
  type OffsetFormat,
  writeOffsets,
} from '../../domain/offsets/interop/offset-file.ts'
import type { OffsetsToWrite } from '../../domain/offsets/interop/rows.ts'
import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import type { SegmentStatusDocument } from '../../domain/offsets/status.ts'
import { UsageError } from '../../errors.ts'
import { safeText } from '../../report/text/safe-text.ts'
import { refuseIfAny } from '../../usecases/segments/refusal.ts'
import { writeText } from '../compose.ts'
import { refuseIdle, type TypedFlags } from '../flags/idle-flags.ts'

/** What other tools are to get. */
export interface HandOutFlags {
  readonly export?: string | undefined
  readonly 'export-format'?: OffsetFormat | undefined
  readonly 'show-commands'?: boolean | undefined
}

export interface PlanHandOutFlags extends HandOutFlags {
  readonly 'plan-out'?: string | undefined
  readonly yes: boolean
  readonly force: boolean
}

/**
 * Whether stdout is for what another tool is to get, so that documents go to stderr.
 * @param wantsJson `--json` was given
 * @throws UsageError where two things want it, and for a format of nothing
 */
export function stdoutIsTaken(
  { export: file, 'show-commands': commands = false }: HandOutFlags,
  typed: TypedFlags,
  wantsJson: boolean,
): boolean {
  if (file === undefined) {
    refuseIdle(typed, ['export-format'], 'without --export', 'Give --export FILE as well.')
  }
  const takers = [
    ...(file === '-' ? ['--export -'] : []),
    ...(commands ? ['--show-commands'] : []),
    ...(wantsJson ? ['--json'] : typed.has('format') ? ['--format'] : []),
  ]
  const isTaken = file === '-' || commands
  if (isTaken && takers.length > 1) {
    throw new UsageError('flags.two-outputs', `${takers.join(' and ')} both write to stdout`, [
      'Leave one of them out, or give --export a file.',
    ])
  }
  return isTaken
}

/** Writes what the groups of a status have committed, where that was asked for. @throws UsageError */
export async function handOutStatus(
  status: SegmentStatusDocument,
  flags: HandOutFlags,
): Promise<void> {
  if (flags.export === undefined) return
  await writeExport(standingOffsets(status), flags, [], '`segments status --json` has them')
}

/**
 * Writes a plan in the forms that were asked for. Forms that cannot say what stands against a plan
 * are for plans that may be applied.
 * @returns whether that is all that is to become of it
 * @throws RefusedError, UsageError
 */
export async function handOut(plan: OffsetPlanDocument, flags: PlanHandOutFlags): Promise<boolean> {
  const { export: file, 'plan-out': planFile, 'show-commands': commands = false } = flags
  if (planFile !== undefined) await writeText(planFile, `${JSON.stringify(plan, null, 2)}\n`)
  if (file !== undefined || commands) refuseIfAny(plan.violations)
  if (file !== undefined) {
    await writeExport(
      plannedOffsets(plan),
      flags,
      unsaidByFile(plan),
      'a plan of --plan-out has them',
    )
  }
  if (commands) {
    const { commands: lines, notes } = kafkaCommands(plan)
    process.stdout.write(lines.map((line) => `${line}\n`).join(''))
    warn(lines.length === 0 ? ['no commands: there is nothing to write', ...notes] : notes)
  }
  const isExportAlone = file !== undefined && !flags.yes && !flags.force
  return planFile !== undefined || commands || isExportAlone
}

async function writeExport(
  offsets: OffsetsToWrite,
  { export: file = '-', 'export-format': format = 'kafka' }: HandOutFlags,
  unsaid: readonly string[],
  kept: string,
): Promise<void> {
  const text = writeOffsets(format, offsets)
  if (file === '-') process.stdout.write(text)
  else await writeText(file, text)
  const lost = lostInFile(offsets.rows, kept)
  const empty = offsets.rows.length === 0 ? ['the file is empty: there are no offsets'] : []
  warn([...empty, ...(lost === null ? [] : [lost]), ...unsaid])
}

function warn(notes: readonly string[]): void {
  for (const note of notes) process.stderr.write(`Warning: ${safeText(note)}\n`)
}

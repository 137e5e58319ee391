import { stripVTControlCharacters } from 'node:util'
import { nearNames } from '../../domain/routing/near-names.ts'
import { UsageError } from '../../errors.ts'

/** What the framework throws at a command line that it cannot read. */
export interface FrameworkError extends Error {
  readonly oclif?: { readonly exit?: number }
  /** Of flags that the command has not: those, as typed. */
  readonly flags?: readonly string[]
}

/**
 * The framework's refusal as an error of pstool's own.
 * @param command what was called, `pstool simulate`
 * @param known the names of its flags, without dashes
 */
export function flagProblem(
  error: FrameworkError,
  command: string,
  known: readonly string[],
): UsageError {
  const help = `What it takes: ${command} --help`
  if (error.flags !== undefined) return unknownFlags(error.flags, command, known, help)
  // Its own hint is said in ours, and its dimmed text is for terminals alone.
  const message = stripVTControlCharacters(error.message)
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s+/, '')
    .replaceAll(/\n\s*/g, '\n  ')
  return new UsageError('usage.flags', message, [help])
}

function unknownFlags(
  flags: readonly string[],
  command: string,
  known: readonly string[],
  help: string,
): UsageError {
  const typed = flags.map((flag) => flag.replace(/=.*$/s, ''))
  const meant = [...new Set(typed)].flatMap((flag) => {
    const name = flag.replace(/^-+/, '')
    // One letter is near to every short name.
    const [nearest] = name.length > 1 ? nearNames(name, known) : []
    if (nearest === undefined) return []
    return [`Did you mean --${nearest}${typed.length > 1 ? ` for ${flag}` : ''}?`]
  })
  const message = `${command} has no ${typed.length === 1 ? 'flag' : 'flags'} ${typed.join(', ')}`
  return new UsageError('usage.flags', message, [...meant, help])
}

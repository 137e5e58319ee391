import { UsageError } from '../../errors.ts'

/** Flags that say what a command works on, or writes to. */
const NAMING: ReadonlySet<string> = new Set([
  ...['cluster', 'groups', 'source', 'topics'],
  ...['trace', 'report'],
])

/** A flag of the command line with one of its values. */
export interface TypedValue {
  readonly flag: string
  readonly input: string
}

/**
 * Refuses a name that is empty, as of a shell's variable that is not set: without it, the command
 * would work on something else, on all groups of the configuration say.
 * @throws UsageError naming the flag
 */
export function refuseEmptyNames(typed: readonly TypedValue[]): void {
  const empty = typed.find(({ flag, input }) => NAMING.has(flag) && /^[\s,]*$/.test(input))
  if (empty === undefined) return
  throw new UsageError('flags.empty', `--${empty.flag} is empty`, [
    'Name something, or leave the flag out. A variable of the shell may not be set.',
  ])
}

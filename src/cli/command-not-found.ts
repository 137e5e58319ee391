import type { Hook } from '@oclif/core'
import { nearNames } from '../domain/routing/near-names.ts'
import { errorText } from './error-text.ts'

/** Says which command was probably meant, and exits 2 like every other wrong use. */
const commandNotFound: Hook.CommandNotFound = async ({ id, config, argv }) => {
  const words = (text: string) => text.replaceAll(':', ' ')
  const known = config.commands.filter((command) => !command.hidden).map(({ id }) => words(id))
  const typed = words(id)
  // Words after a command that takes none are read as a longer command's name.
  const prefix = known.find((name) => typed.startsWith(`${name} `))
  const [nearest] = nearNames(typed, known)
  const message =
    prefix !== undefined
      ? `pstool ${prefix} takes no argument "${typed.slice(prefix.length + 1)}".`
      : typed.startsWith('-')
        ? `pstool takes no flag "${typed}" without a command before it.`
        : `pstool has no command "${typed}".`
  const suggestions =
    prefix === undefined
      ? [
          ...(nearest === undefined ? [] : [`Did you mean: pstool ${nearest}`]),
          'All commands: pstool help',
        ]
      : [`What it takes: pstool ${prefix} --help`]
  if (argv?.includes('--json')) {
    const error = { code: 'usage.command', message, suggestions }
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`)
  } else {
    process.stderr.write(errorText({ message, suggestions }, process.stderr.columns))
  }
  process.exit(2)
}

export default commandNotFound

import type { Hook } from '@oclif/core'
import { nearNames } from '../domain/routing/near-names.ts'
import { safeText } from '../report/text/safe-text.ts'

/** Says which command was probably meant, and exits 2 like every other wrong use. */
const commandNotFound: Hook.CommandNotFound = async ({ id, config, argv }) => {
  const words = (text: string) => text.replaceAll(':', ' ')
  const known = config.commands.filter((command) => !command.hidden).map(({ id }) => words(id))
  const typed = words(id)
  // Words after a command that takes none are read as a longer command's name.
  const prefix = known.find((name) => typed.startsWith(`${name} `))
  const message =
    prefix === undefined
      ? `pstool has no command "${typed}".`
      : `pstool ${prefix} takes no argument "${typed.slice(prefix.length + 1)}".`
  const suggestions =
    prefix === undefined
      ? [
          ...nearNames(typed, known).map((name) => `Did you mean: pstool ${name}`),
          'All commands: pstool help',
        ]
      : [`What it takes: pstool ${prefix} --help`]
  if (argv?.includes('--json')) {
    const error = { code: 'usage.command', message, suggestions }
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`)
  } else {
    const lines = [`Error: ${message}`, ...suggestions.map((suggestion) => `  ${suggestion}`)]
    process.stderr.write(`${lines.map(safeText).join('\n')}\n`)
  }
  process.exit(2)
}

export default commandNotFound

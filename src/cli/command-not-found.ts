import type { Hook } from '@oclif/core'
import { closest } from 'fastest-levenshtein'

/** Says which command was probably meant, and exits 2 like every other wrong use. */
const commandNotFound: Hook.CommandNotFound = async ({ id, config, argv }) => {
  const words = (text: string) => text.replaceAll(':', ' ')
  const known = config.commands.filter((command) => !command.hidden).map(({ id }) => words(id))
  const message = `pstool has no command "${words(id)}".`
  const suggestions = [
    `Did you mean: pstool ${closest(words(id), known)}`,
    'All commands: pstool help',
  ]
  if (argv?.includes('--json')) {
    const error = { code: 'usage.command', message, suggestions }
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`)
  } else {
    process.stderr.write(`Error: ${message}\n  ${suggestions.join('\n  ')}\n`)
  }
  process.exit(2)
}

export default commandNotFound

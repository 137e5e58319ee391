import { safeText } from '../report/text/safe-text.ts'
import { wrapText } from '../report/text/wrap-text.ts'

/** Of a continued line, beside what the line itself has. */
const INDENT = '  '

/**
 * An error as it is told on stderr: what is wrong, then what to do.
 * @param columns of the terminal; undefined where there is none, and nothing is wrapped
 */
export function errorText(
  { message, suggestions }: { message: string; suggestions: readonly string[] },
  columns: number | undefined,
): string {
  // Of several lines each may be looked for by a script, to the letter: none has a word before it.
  const opening = message.includes('\n') ? `Error:\n${message}` : `Error: ${message}`
  const lines = [opening, ...suggestions.map((suggestion) => `  ${suggestion}`)]
  // What was typed stands in messages: nothing of it may command the terminal.
  const safe = lines.join('\n').replaceAll('\t', '  ').split('\n').map(safeText)
  return safe.map((line) => `${wrapped(line.trimEnd(), columns)}\n`).join('')
}

function wrapped(line: string, columns: number | undefined): string {
  if (columns === undefined) return line
  const margin = /^ */.exec(line)![0]
  const width = Math.max(1, columns - margin.length - INDENT.length)
  const [first, ...others] = wrapText(line.trimStart(), width)
  return [`${margin}${first}`, ...others.map((rest) => `${margin}${INDENT}${rest}`)].join('\n')
}

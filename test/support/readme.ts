import { readFileSync } from 'node:fs'
import { EXIT_CODES } from '../../src/cli/exit-codes.ts'
import { pstool } from './cli.ts'

/** A fenced block that shows a command and what it prints. */
const SESSION = /```\n\$ npx pstool ((?:.|\\\n)*?[^\\])\n[\s\S]*?```/g
const TABLE = /(## Exit codes\n\n)[\s\S]*?(\n\nWith)/

/** The README as it would be if it were written now: its commands run, its tables made anew. */
export async function freshReadme(path = 'README.md'): Promise<string> {
  let text = readFileSync(path, 'utf8').replace(TABLE, (_, before, after) => {
    return `${before}${exitCodeTable()}${after}`
  })
  for (const [block, command] of [...text.matchAll(SESSION)]) {
    const shown = await output(command!)
    text = text.replace(block, () => `\`\`\`\n$ npx pstool ${command}\n${shown}\`\`\``)
  }
  return text
}

/** What a command prints, its first lines alone where it is piped into `head`. */
async function output(command: string): Promise<string> {
  const [, typed = command, lines] = /^([\s\S]*?) \| head -(\d+)$/.exec(command) ?? []
  const { stdout, stderr } = await pstool(words(typed), { env: { LANG: 'C.UTF-8' } })
  if (stderr !== '') throw new Error(`pstool ${command}: ${stderr}`)
  if (lines === undefined) return stdout
  return `${stdout.split('\n').slice(0, Number(lines)).join('\n')}\n`
}

function exitCodeTable(): string {
  const rows = EXIT_CODES.map(
    ({ code, meaning, changed }) => `| ${code} | ${meaning} | ${changed} |`,
  )
  return ['| code | meaning | changed anything? |', '|---|---|---|', ...rows].join('\n')
}

/** Splits a command as a shell does, as far as the README goes: single quotes, broken lines. */
function words(command: string): string[] {
  const parts = command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)
  return Array.from(parts, ([, quoted, plain]) => quoted ?? plain!)
}

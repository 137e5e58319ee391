import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const writer = fileURLToPath(new URL('writer.ts', import.meta.url))

/** How a writer ended, and the lines that it had printed until then. */
export interface Ended {
  readonly lines: readonly unknown[]
  readonly stderr: string
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
}

/** Runs a writer to its end; `onLine` may kill it. */
export async function runWriter(
  task: string,
  args: readonly string[],
  onLine: (line: unknown, kill: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [writer, task, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const lines: unknown[] = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line))
    onLine(lines.at(-1), () => child.kill('SIGKILL'))
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { lines, stderr, signal, code }
}

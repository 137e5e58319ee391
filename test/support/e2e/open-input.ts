import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { CliResult } from '../cli.ts'

const BIN = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))

/** More than pipes and buffers hold: who writes it all knows that the reader has begun. */
const BEYOND_BUFFERS = 4 * 1024 * 1024

/** A run whose stdin stays open after lines have been read from it, and then gets a signal. */
export async function interrupted(
  args: readonly string[],
  line: string,
  signal: 'SIGINT' | 'SIGTERM',
): Promise<CliResult> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  // A process that ends before it has read everything breaks the pipe: its exit code tells.
  child.stdin.on('error', () => undefined)
  const { promise: read, resolve } = Promise.withResolvers<void>()
  child.stdin.write(line.repeat(Math.ceil(BEYOND_BUFFERS / line.length)), () => resolve())
  await Promise.race([read, closed])
  child.kill(signal)
  const [exitCode, endedBy] = await closed
  return { stdout, stderr, exitCode, signal: endedBy }
}

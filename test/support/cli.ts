import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

export interface CliResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export interface CliOptions {
  readonly cwd?: string
  readonly stdin?: string | Uint8Array
  readonly env?: Record<string, string>
  /** Called with the process once it runs, to send it a signal. */
  readonly onStart?: (process: ReturnType<typeof spawn>) => void
}

/** Runs the built command line in a process of its own, as a user would, without a terminal. */
export function pstool(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CliResult>()
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
    stdio: 'pipe',
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.on('error', reject)
  child.on('close', (exitCode, signal) => {
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8')
    resolve({ stdout: text(stdout), stderr: text(stderr), exitCode, signal })
  })
  // The command may end before it has read everything: its exit code tells, not the broken pipe.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin)
  options.onStart?.(child)
  return promise
}

/** The document that a `--json` run printed. */
export function documentOf<T = Record<string, unknown>>(result: CliResult): T {
  return JSON.parse(result.stdout) as T
}

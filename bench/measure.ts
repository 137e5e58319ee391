import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'

/** One run of a command. CPU and memory are null where GNU time is missing. */
export interface Measurement {
  readonly seconds: number
  /** User and system time of every process of the command. */
  readonly cpuSeconds: number | null
  /** Peak resident memory of the largest process of the command, in MiB. */
  readonly peakMiB: number | null
}

const GNU_TIME = '/usr/bin/time'

/**
 * Runs a shell command from its start to its end, answers into a file.
 * @throws Error with what it said when it fails
 */
export async function measure(
  command: string,
  output: string,
  directory: string,
): Promise<Measurement> {
  const figures = `${output}.time`
  const timed = process.platform === 'linux' && existsSync(GNU_TIME)
  // pipefail is bash's: without it a broken kcat would count as a fast one.
  const shell = ['bash', '-c', `set -o pipefail; ${command} > '${output}'`]
  const [program, ...args] = timed ? [GNU_TIME, '-f', '%U %S %M', '-o', figures, ...shell] : shell
  const start = performance.now()
  await finished(program!, args, directory)
  const seconds = (performance.now() - start) / 1000
  if (!timed) return { seconds, cpuSeconds: null, peakMiB: null }
  const [user, system, kib] = (await readFile(figures, 'utf8')).trim().split(' ').map(Number)
  return { seconds, cpuSeconds: user! + system!, peakMiB: kib! / 1024 }
}

async function finished(program: string, args: string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'inherit', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`${args.at(-1)}\nended with ${code}: ${said}`)
}

/** The middle value; the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]!
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2
}

/** Everyone starts a round once, so that none always follows the same one. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

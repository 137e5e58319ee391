import type { ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { folderWith } from '../cli/temp-folder.ts'
import { type CliOptions, type CliResult, pstool } from '../cli.ts'

/** What a consumer of these tests writes about a message. */
export interface LoggedMessage {
  readonly partition: number
  readonly offset: number
  readonly segment: number | null
  readonly virtualPartition: number
  readonly collapsed: boolean
  readonly attempt: number
  readonly pid: number
  readonly thread: number
}

/** Logs each message, after SLOW ms; BAD names a `partition:offset` that fails each time. */
const LOGGING = `
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
export default {
  async eachMessage({ partition, offset }, { segmentId, virtualPartition, collapsed, attempt }) {
    if (process.env.SLOW) await sleep(Number(process.env.SLOW))
    const line = { partition, offset: Number(offset), segment: segmentId, virtualPartition,
      collapsed, attempt, pid: process.pid, thread: threadId }
    appendFileSync('log.ndjson', JSON.stringify(line) + '\\n')
    if (process.env.BAD === partition + ':' + offset) throw new TypeError('a bad message')
  },
}
`

/** Partitions of the topic `events`, and how many messages each has. */
export const PARTITIONS = 4
export const PER_PARTITION = 60
export const ALL = PARTITIONS * PER_PARTITION

const state = {
  topics: {
    events: {
      partitions: PARTITIONS,
      messages: Array.from({ length: ALL }, (_, i) => ({
        ...{ partition: i % PARTITIONS, key: `user-${(i * i) % 37}`, value: `{"n":${i}}` },
      })),
    },
    dead: { partitions: 1 },
    empty: { partitions: 2 },
  },
}

/** A folder with a cluster, consumers, and a configuration that names neither topic nor group. */
export async function consumingFolder(files: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({
    'state.json': JSON.stringify(state),
    'log.ts': LOGGING,
    'pstool.config.json': JSON.stringify({ clusters: { c: 'local:c.db' } }),
    ...files,
  })
  const { path } = folder
  const loaded = await pstool(['local', 'load', 'state.json', 'local:c.db'], { cwd: path })
  if (loaded.exitCode !== 0) throw new Error(loaded.stderr)
  return {
    path,
    /** Runs `pstool consume` there on the topic `events`. */
    consume: (args: string, options: CliOptions = {}): Promise<CliResult> =>
      pstool(['consume', ...args.split(' '), '--topics', 'events'], { cwd: path, ...options }),
    log: () => logOf(path),
    write: (name: string, text: string) => appendFileSync(join(path, name), text),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

function logOf(path: string): readonly LoggedMessage[] {
  const file = join(path, 'log.ndjson')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LoggedMessage)
}

/** `partition:offset`, each once, ascending. */
export function placesIn(log: readonly LoggedMessage[]): readonly string[] {
  return [...new Set(log.map(({ partition, offset }) => `${partition}:${offset}`))].sort()
}

/** Every message of the topic. */
export const EVERY_PLACE: readonly string[] = Array.from(
  { length: ALL },
  (_, i) => `${i % PARTITIONS}:${Math.floor(i / PARTITIONS)}`,
).sort()

/** Waits until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(20)
}

/** Sends a signal once something is so, unless the process has ended by itself. */
export function signalWhen(signal: NodeJS.Signals, isSo: () => boolean) {
  return (child: ChildProcess) => {
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null
    void until(() => hasEnded() || isSo()).then(() => child.kill(signal))
  }
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The lines of NDJSON. @throws SyntaxError for one that is none */
export function linesOf(stdout: string): readonly Record<string, unknown>[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConsumingTask } from './consuming-task.ts'
import { AppendedLines, parseSaying, type Saying } from './consumption-log.ts'

const SCRIPT = fileURLToPath(new URL('consuming-process.ts', import.meta.url))

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
  /** It listens to SIGTERM. */
  readonly ready: Promise<unknown>
  stderr: string
}

/** Processes that consume and write to one log; those that are left are killed at the end. */
export class ConsumingProcesses implements AsyncDisposable {
  readonly running = new Map<string, Running>()
  /** What processes said on stderr that were not killed. */
  readonly complaints: string[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'pstool-consuming-'))
  private readonly log = join(this.folder, 'log')
  private readonly lines: AppendedLines

  constructor() {
    writeFileSync(this.log, '')
    this.lines = new AppendedLines(this.log)
  }

  start(task: Omit<ConsumingTask, 'log'>): void {
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify({ ...task, log: this.log })], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    const ready = once(child.stdout!, 'data')
    ready.catch(() => {})
    const running: Running = { child, ended: once(child, 'close'), ready, stderr: '' }
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      running.stderr += text
    })
    this.running.set(task.name, running)
  }

  /** Ends a process, and resolves when it has ended; one that is killed is said to be in the log. */
  async end(name: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const running = this.running.get(name)!
    if (signal === 'SIGTERM') await Promise.race([running.ready, running.ended])
    this.running.delete(name)
    running.child.kill(signal)
    await running.ended
    if (signal === 'SIGKILL') appendFileSync(this.log, `${name} killed\n`)
    else this.look(name, running)
  }

  /** What was said since it was last asked. @throws Error when a process has ended by itself */
  take(): Saying[] {
    for (const [name, running] of this.running) this.look(name, running)
    if (this.complaints.length > 0) throw new Error(this.complaints.join('\n'))
    return this.lines.take().map(parseSaying)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.end(name, 'SIGKILL')))
    await rm(this.folder, { recursive: true })
  }

  private look(name: string, { child, stderr }: Running): void {
    const { exitCode, signalCode } = child
    if (exitCode === null && signalCode === null) return
    if (this.running.has(name) || exitCode !== 0) {
      this.complaints.push(`${name} ended with ${exitCode ?? signalCode}: ${stderr}`)
    }
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { ChildExit, StartChild } from '../../ports/child-command.ts'

const NOT_STARTED: ChildExit = { code: null, signal: null, handedOver: false }
/** Says to a child that somebody waits for what it hands over. */
const MARK = 'PSTOOL_CHILD'

/**
 * Starts this very command line with other arguments. The child is in a process group of its own: a
 * Ctrl-C reaches it through its parent alone, once. When its parent goes, it hears of that.
 */
export const startChild: StartChild = (args, listener) => {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  })
  let handedOver = false
  child.on('message', (value) => {
    handedOver = true
    listener.received(value)
  })
  const { stdout, stderr } = child
  const failed = Promise.withResolvers<ChildExit>()
  child.on('error', (error) => {
    listener.err(error.message)
    if (child.pid === undefined) failed.resolve(NOT_STARTED)
  })
  const closed = once(child, 'close').then(
    ([code, signal]): ChildExit => ({ code, signal, handedOver }),
    (): ChildExit => NOT_STARTED,
  )
  const told = Promise.all([linesOf(stdout!, listener.out), linesOf(stderr!, listener.err)])
  return {
    ended: Promise.race([closed, failed.promise]).then(async (exit) => {
      await told
      return exit
    }),
    kill: (signal) => void child.kill(signal),
  }
}

/** What a child has of the process that started it. */
export interface ParentCommand {
  /** Gives it a value; resolves when that is on its way. */
  handOver(value: unknown): Promise<void>
  /** Calls back when the parent is gone. */
  onGone(run: () => void): void
  /** Lets this process end. */
  release(): void
}

/** The parent of a process that `startChild` started; null elsewhere. */
export function parentCommand(): ParentCommand | null {
  if (process.env[MARK] !== '1' || process.send === undefined) return null
  return {
    handOver: (value) =>
      new Promise((resolve) => {
        if (!process.connected) resolve()
        else process.send!(value, undefined, undefined, () => resolve())
      }),
    onGone: (run) => void process.once('disconnect', run),
    release: () => {
      process.removeAllListeners('disconnect')
      if (process.connected) process.disconnect()
    },
  }
}

async function linesOf(stream: Readable, told: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  lines.on('line', told)
  await once(lines, 'close')
}

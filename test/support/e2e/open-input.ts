import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { CliResult } from '../cli.ts'

const BIN = fileURLToPath(new URL('../../../bin/run.js', import.meta.url))

/** More than pipes and buffers hold: who writes it all knows that the reader has begun. */
const BEYOND_BUFFERS = 4 * 1024 * 1024

type StopSignal = 'SIGINT' | 'SIGTERM'

/** A run whose stdin stays open after lines have been read from it, and then gets a signal. */
export function interrupted(
  args: readonly string[],
  line: string,
  signal: StopSignal,
): Promise<CliResult> {
  return signalled(args, signal, ({ stdin }) => written(stdin, line))
}

/**
 * A run that gets a signal while it reads a named pipe, whose writer falls silent after lines have
 * been read, or says nothing at all when the line is empty.
 */
export async function interruptedAtPipe(
  args: readonly string[],
  pipe: string,
  line: string,
  signal: StopSignal,
): Promise<CliResult> {
  let writer: Socket | null = null
  try {
    return await signalled(args, signal, async (child) => {
      const fd = await openWhenRead(pipe, child)
      if (fd === null) return
      writer = new Socket({ fd, readable: false, writable: true })
      if (line !== '') await written(writer, line)
      // Meanwhile the reader takes the rest, and waits: a test that is too early tests less.
      await setTimeout(300)
    })
  } finally {
    ;(writer as Socket | null)?.destroy()
  }
}

async function signalled(
  args: readonly string[],
  signal: StopSignal,
  hasBegun: (child: ChildProcessWithoutNullStreams) => Promise<void>,
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
  await Promise.race([hasBegun(child), closed])
  child.kill(signal)
  const [exitCode, endedBy] = await closed
  return { stdout, stderr, exitCode, signal: endedBy }
}

function written(stream: Writable, line: string): Promise<void> {
  // A process that ends before it has read everything breaks the pipe: its exit code tells.
  stream.on('error', () => undefined)
  const { promise, resolve } = Promise.withResolvers<void>()
  stream.write(line.repeat(Math.ceil(BEYOND_BUFFERS / line.length)), () => resolve())
  return promise
}

/** A pipe opens for writing without a wait once somebody reads it; null when nobody ever did. */
async function openWhenRead(
  pipe: string,
  reader: ChildProcessWithoutNullStreams,
): Promise<number | null> {
  while (reader.exitCode === null && reader.signalCode === null) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
      await setTimeout(10)
    }
  }
  return null
}

import type { Writable } from 'node:stream'
import type { MessageBatch } from '../../domain/model/message-batch.ts'
import { type AtomicFile, openAtomicFile } from './atomic-file.ts'
import { keyLine, messageLine } from './ndjson-line.ts'

/** Rows that are turned into one piece of text. */
const ROWS_PER_WRITE = 512

/** Writes messages as NDJSON that `openFileSource` reads back. */
export interface NdjsonWriter {
  /**
   * Writes a batch's rows, and resolves when there is room for more: wait for it, and memory stays
   * flat. False when whoever read standard output has gone and wants no more, as `head` does.
   */
  write(batch: MessageBatch): Promise<boolean>
  /** Writes what is left and puts the file in its place. @throws UsageError output.unwritable */
  finish(): Promise<void>
  /** Gives up: no file is left, and one that was there before stays as it was. */
  discard(): Promise<void>
}

/** Where to write, and how much of each message. */
export interface NdjsonWriterOptions {
  /** A path, whose suffix .gz or .zst asks for an archive, or `-` for standard output. */
  readonly path: string
  /** `messages` needs batches from a read that asked for them; `keys` leaves values out. */
  readonly content: 'keys' | 'messages'
  /** What `-` writes to; the process's own standard output unless given. */
  readonly stdout?: Writable
}

/** Opens the output at once, so that a wrong path is known early. @throws UsageError */
export async function openNdjsonWriter(options: NdjsonWriterOptions): Promise<NdjsonWriter> {
  const { path, content } = options
  const output =
    path === '-' ? standardOutput(options.stdout ?? process.stdout) : await openAtomicFile(path)
  const lineOf = content === 'keys' ? keyLine : wholeLine
  return {
    async write(batch) {
      for (let row = 0; row < batch.count; row += ROWS_PER_WRITE) {
        let text = ''
        const until = Math.min(batch.count, row + ROWS_PER_WRITE)
        for (let next = row; next < until; next++) text += lineOf(batch, next)
        if (!(await written(output.stream, text))) return false
      }
      return true
    },
    finish: () => output.finish(),
    discard: () => output.discard(),
  }
}

function wholeLine(batch: MessageBatch, row: number): string {
  return messageLine(batch.message(row))
}

/** True when the stream took the text and has room again; false when it has ended. */
function written(stream: Writable, text: string): Promise<boolean> {
  if (stream.destroyed || stream.errored !== null) return Promise.resolve(false)
  if (stream.write(text)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (more: boolean) => {
      stream.off('drain', onDrain).off('close', onEnd).off('error', onEnd)
      resolve(more)
    }
    const onDrain = () => settle(true)
    const onEnd = () => settle(false)
    stream.once('drain', onDrain).once('close', onEnd).once('error', onEnd)
  })
}

/** A closed pipe is no error: whoever read it has seen enough. */
function standardOutput(stream: Writable): AtomicFile {
  let failure: NodeJS.ErrnoException | null = null
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error
  })
  return {
    stream,
    async finish() {
      if (!stream.destroyed && failure === null) {
        // Its error comes as an event as well, to the listener above.
        await new Promise<void>((resolve) => stream.write('', () => resolve()))
      }
      if (failure !== null && failure.code !== 'EPIPE') throw failure
    },
    discard: async () => undefined,
  }
}

import { close, constants, fstat, open, read, type Stats } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { isatty, ReadStream } from 'node:tty'
import { promisify } from 'node:util'
import { nearNames } from '../../domain/routing/near-names.ts'
import { InputError } from '../../errors.ts'

const CHUNK_BYTES = 256 * 1024
const LINE_FEED = 10
/** A pipe that nobody writes to opens at once as well: the wait for a writer can be ended. */
const READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

// Numbers instead of handles: a stream owns its descriptor and closes it.
const opened = promisify(open)
const statsOf = promisify(fstat)
const readInto = promisify(read)
const closed = promisify(close)

/**
 * A file's bytes. Of a regular file only what was there when it was opened, up to the end of the
 * line that this cuts: a file that grows while it is read ends nevertheless. A pipe or terminal ends
 * quietly when the signal is aborted, also while it waits for a writer or for more. A chunk holds
 * until the next one is asked for.
 * @throws InputError input.no-such-file, input.is-directory, input.unreadable
 */
export async function* fileChunks(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { fd, stats } = await openToRead(path)
  const stream = waitingStream(fd, stats)
  if (stream !== null) yield* streamChunks(stream, path, signal)
  else yield* descriptorChunks(fd, stats, path)
}

/** What may keep its reader waiting for ever, as a stream that can be destroyed meanwhile. */
function waitingStream(fd: number, stats: Stats): Readable | null {
  if (stats.isFIFO()) return new Socket({ fd, readable: true, writable: false })
  return isatty(fd) ? new ReadStream(fd) : null
}

async function* descriptorChunks(
  fd: number,
  stats: Stats,
  path: string,
): AsyncGenerator<Uint8Array> {
  try {
    // What /proc and devices hold has no size to stop at.
    const size = stats.isFile() && stats.size > 0 ? stats.size : Number.POSITIVE_INFINITY
    const buffer = new Uint8Array(CHUNK_BYTES)
    let position = 0
    for (;;) {
      const chunk = await readChunk(fd, buffer, path)
      if (chunk.length === 0) return
      const last = position + chunk.length >= size
      const cut = last ? chunk.indexOf(LINE_FEED, Math.max(0, size - 1 - position)) : -1
      yield cut < 0 ? chunk : chunk.subarray(0, cut + 1)
      if (cut >= 0) return
      position += chunk.length
    }
  } finally {
    await closed(fd)
  }
}

async function readChunk(fd: number, buffer: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    const { bytesRead } = await readInto(fd, buffer, 0, buffer.length, null)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/**
 * A stream's bytes; ends quietly when the signal is aborted, also while it waits for more.
 * @param name the stream as errors name it
 */
export async function* streamChunks(
  stream: Readable,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  addAbortSignal(signal, stream)
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  } catch (error) {
    if (!signal.aborted) throw unreadable(name, error)
  }
}

/**
 * Makes sure that there is a file to read, without opening it: the writer of a pipe would take that
 * for its reader.
 * @param otherNames what else the path may have been meant for
 * @throws InputError as `fileChunks`
 */
export async function assertReadable(
  path: string,
  otherNames: readonly string[] = [],
): Promise<void> {
  try {
    const stats = await stat(path)
    await access(path, constants.R_OK)
    if (!stats.isDirectory()) return
  } catch (error) {
    throw await notOpened(path, error, otherNames)
  }
  throw await isDirectory(path)
}

async function openToRead(path: string): Promise<{ fd: number; stats: Stats }> {
  let fd: number
  try {
    fd = await opened(path, READING)
  } catch (error) {
    throw await notOpened(path, error)
  }
  const stats = await statsOf(fd)
  if (!stats.isDirectory()) return { fd, stats }
  await closed(fd)
  throw await isDirectory(path)
}

async function isDirectory(path: string): Promise<InputError> {
  const files = await namesIn(path)
  const some = files.slice(0, 3).map((name) => `${path.replace(/\/+$/, '')}/${name}`)
  return new InputError('input.is-directory', `${path} is a directory, not a file`, [
    some.length === 0 ? 'Give a file' : `Give a file, such as ${some.join(', ')}`,
  ])
}

async function notOpened(
  path: string,
  error: unknown,
  otherNames: readonly string[] = [],
): Promise<InputError> {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
  return isMissing ? missing(path, error, otherNames) : unreadable(path, error)
}

async function missing(
  path: string,
  cause: unknown,
  otherNames: readonly string[],
): Promise<InputError> {
  const folder = dirname(path)
  const files = nearNames(basename(path), await namesIn(folder))
  const near = [
    ...nearNames(path, otherNames),
    ...files.map((name) => `${folder === '.' ? '' : `${folder}/`}${name}`),
  ]
  const suggestions = near.map((name) => `Did you mean ${name}?`)
  if (path.includes('?')) {
    suggestions.push('Parameters behind ? are for kafka:// URIs; a file takes none')
  }
  const named = otherNames.length > 0
  if (named) suggestions.push(`Sources by name: ${otherNames.join(', ')}`)
  const message = `There is no file ${path}${named ? ', and no source of that name' : ''}`
  return new InputError('input.no-such-file', message, suggestions, cause)
}

/** No folder has no names: the message about the file itself is the one to give. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return []
  }
}

function unreadable(path: string, error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error)
  const hint = 'Check that you may read it, and that it is a file or a pipe'
  return new InputError('input.unreadable', `${path} cannot be read: ${reason}`, [hint], error)
}

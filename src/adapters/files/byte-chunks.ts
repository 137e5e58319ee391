import { type FileHandle, open, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { nearNames } from '../../domain/routing/near-names.ts'
import { InputError } from '../../errors.ts'

const CHUNK_BYTES = 256 * 1024
const LINE_FEED = 10

/**
 * A file's bytes. Of a regular file only what was there when it was opened, up to the end of the
 * line that this cuts: a file that grows while it is read ends nevertheless. A chunk holds until the
 * next one is asked for.
 * @throws InputError input.no-such-file, input.is-directory, input.unreadable
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const handle = await openToRead(path)
  try {
    const stat = await handle.stat()
    // What /proc and devices hold has no size to stop at.
    const size = stat.isFile() && stat.size > 0 ? stat.size : Number.POSITIVE_INFINITY
    const buffer = new Uint8Array(CHUNK_BYTES)
    let position = 0
    for (;;) {
      const chunk = await readChunk(handle, buffer, path)
      if (chunk.length === 0) return
      const last = position + chunk.length >= size
      const cut = last ? chunk.indexOf(LINE_FEED, Math.max(0, size - 1 - position)) : -1
      yield cut < 0 ? chunk : chunk.subarray(0, cut + 1)
      if (cut >= 0) return
      position += chunk.length
    }
  } finally {
    await handle.close()
  }
}

async function readChunk(file: FileHandle, buffer: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** A stream's bytes; ends quietly when the signal is aborted, also while it waits for more. */
export async function* streamChunks(
  stream: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (signal !== undefined) addAbortSignal(signal, stream)
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
  } catch (error) {
    if (signal?.aborted !== true) throw unreadable('stdin', error)
  }
}

/** Makes sure that there is a file to read. @throws InputError as `fileChunks` */
export async function assertReadable(path: string): Promise<void> {
  const handle = await openToRead(path)
  await handle.close()
}

async function openToRead(path: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw await missing(path, error)
    throw unreadable(path, error)
  }
  if (!(await handle.stat()).isDirectory()) return handle
  await handle.close()
  const files = await namesIn(path)
  const some = files.slice(0, 3).map((name) => `${path.replace(/\/+$/, '')}/${name}`)
  throw new InputError('input.is-directory', `${path} is a directory, not a file`, [
    some.length === 0 ? 'Give a file' : `Give a file, such as ${some.join(', ')}`,
  ])
}

async function missing(path: string, cause: unknown): Promise<InputError> {
  const folder = dirname(path)
  const near = nearNames(basename(path), await namesIn(folder))
  const suggestions = near.map(
    (name) => `Did you mean ${folder === '.' ? '' : `${folder}/`}${name}?`,
  )
  return new InputError('input.no-such-file', `There is no file ${path}`, suggestions, cause)
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

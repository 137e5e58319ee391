import { createWriteStream } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, createZstdCompress } from 'node:zlib'
import { UsageError } from '../../errors.ts'

/** A file in the making: it gets its name when it is complete. */
export interface AtomicFile {
  readonly stream: Writable
  finish(): Promise<void>
  discard(): Promise<void>
}

let made = 0

/**
 * Writes under another name in the same folder; `finish` syncs it and gives it its own name in one
 * step, so that nobody ever sees half a file. Compressed when the name ends in .gz or .zst. Behind a
 * symbolic link its target is replaced, not the link; a device or pipe is written to as it is.
 * @throws UsageError output.unwritable
 */
export async function openAtomicFile(path: string): Promise<AtomicFile> {
  const { place, replaceable } = await placeOf(path)
  const hidden = join(dirname(place), `.${basename(place)}.${process.pid}-${++made}.tmp`)
  const opened = replaceable ? open(hidden, 'wx') : open(place, 'w')
  const handle = await opened.catch((error) => {
    throw unwritable(path, error)
  })
  // Devices know no sync.
  const file = createWriteStream(place, { fd: handle, flush: replaceable })
  const packer = packerOf(path)
  const stream = packer ?? file
  const done = packer === null ? ended(file) : pipeline(packer, file)
  // Told by `finish`; until then `write` says that the stream takes no more.
  done.catch(() => undefined)
  const remove = () => rm(hidden, { force: true })
  return {
    stream,
    async finish() {
      try {
        stream.end()
        await done
        if (replaceable) await rename(hidden, place)
      } catch (error) {
        await remove()
        throw unwritable(path, error)
      }
    },
    async discard() {
      stream.destroy()
      file.destroy()
      await done.catch(() => undefined)
      await remove()
    },
  }
}

/** Where the bytes belong. To replace what is no file, such as /dev/null, would break it for all. */
async function placeOf(path: string): Promise<{ place: string; replaceable: boolean }> {
  const found = await stat(path).catch(() => null)
  if (found !== null && !found.isFile()) return { place: path, replaceable: false }
  return { place: found === null ? path : await realpath(path), replaceable: true }
}

function ended(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null
    stream.once('error', (error) => {
      failure = error
    })
    stream.once('close', () => (failure === null ? resolve() : reject(failure)))
  })
}

function packerOf(path: string): (Writable & NodeJS.ReadWriteStream) | null {
  if (/\.gz$/i.test(path)) return createGzip()
  return /\.zst$/i.test(path) ? createZstdCompress() : null
}

function unwritable(path: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error)
  const advice = 'Check that its folder exists and that you may write there'
  return new UsageError(
    'output.unwritable',
    `${path} cannot be written: ${reason}`,
    [advice],
    error,
  )
}

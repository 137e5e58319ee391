import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { InputError, PstoolError } from '../../errors.ts'
import { zstdContent } from './zstd-frames.ts'

const OUTPUT_BYTES = 256 * 1024
const MAGIC_BYTES = 4

type Archive = 'gzip' | 'zstd'

/**
 * The content of what may be an archive, known by its first bytes or by its name's suffix. All
 * members of a gzip file and all frames of a zstd file are read.
 * @param name the file as errors name it
 * @throws InputError input.truncated-archive, input.corrupt-archive
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const input = chunks[Symbol.asyncIterator]()
  try {
    const first = await firstBytes(input)
    const all = startingWith(first, input)
    const archive = archiveOf(first) ?? archiveOfName(name)
    if (archive === null) yield* all
    else yield* contentOf(archive, all, name)
  } finally {
    await input.return?.()
  }
}

async function* contentOf(
  archive: Archive,
  chunks: AsyncGenerator<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  let anything = false
  async function* noticed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      anything ||= chunk.length > 0
      yield chunk
    }
  }
  try {
    for await (const chunk of archive === 'gzip'
      ? gzipContent(noticed())
      : zstdContent(noticed())) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    throw error instanceof PstoolError ? error : damaged(archive, name, bytes, error)
  }
  if (!anything) throw damaged(archive, name, 0, { code: 'Z_BUF_ERROR' })
}

async function* gzipContent(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: OUTPUT_BYTES })
  // The stream reads ahead, while a chunk holds only until the next one is asked for.
  async function* copies(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) yield chunk.slice()
  }
  // The loop below throws what goes wrong in any part of the pipeline.
  pipeline(Readable.from(copies(), { objectMode: false }), gunzip, () => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
}

async function firstBytes(input: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let bytes: Uint8Array = new Uint8Array(0)
  while (bytes.length < MAGIC_BYTES) {
    const next = await input.next()
    if (next.done === true) break
    bytes = Buffer.concat([bytes, next.value])
  }
  return bytes
}

async function* startingWith(
  first: Uint8Array,
  input: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first
  for (let next = await input.next(); next.done !== true; next = await input.next()) {
    yield next.value
  }
}

/** RFC 1952 (with deflate, the one method there is) and RFC 8878, with its skippable frames. */
function archiveOf([a = -1, b = -1, c = -1, d = -1]: Uint8Array): Archive | null {
  if (a === 0x1f && b === 0x8b && c === 8) return 'gzip'
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd'
  return (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18 ? 'zstd' : null
}

function archiveOfName(name: string): Archive | null {
  if (/\.gz$/i.test(name)) return 'gzip'
  return /\.zst$/i.test(name) ? 'zstd' : null
}

function damaged(archive: Archive, name: string, bytes: number, error: unknown): InputError {
  const { code, message } = error as { code?: string; message?: string }
  const read = `${bytes} bytes of content could be read before that`
  if (code === 'Z_BUF_ERROR') {
    const text = `${name} is cut off: its ${archive} data ends too early (${read})`
    const advice = 'Copy or download it again; it was perhaps still being written'
    return new InputError('input.truncated-archive', text, [advice], error)
  }
  const text = `${name} is not sound ${archive} data: ${message ?? code} (${read})`
  const advice = `Check it with ${archive === 'gzip' ? 'gzip -t' : 'zstd -t'}, then copy it again`
  return new InputError('input.corrupt-archive', text, [advice], error)
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll } from 'vitest'
import {
  type FileSourceOptions,
  openFileSource,
} from '../../../../src/adapters/files/file-source.ts'
import { documentKey } from '../../../../src/domain/model/key-text.ts'
import type { Message } from '../../../../src/domain/model/message.ts'
import { ABSENT } from '../../../../src/domain/model/message-batch.ts'
import { READ_ALL, type Selection } from '../../../../src/domain/model/selection.ts'
import { InputError } from '../../../../src/errors.ts'
import type { MessageSource } from '../../../../src/ports/message-source.ts'

/** Paths in a folder of the calling test file, which goes with it; with content if given. */
export function folderOfTests(): (name: string, content?: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'pstool-files-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (name, content) => {
    const path = join(folder, name)
    if (content !== undefined) writeFileSync(path, content)
    return path
  }
}

type Options = Partial<FileSourceOptions>

export function sourceOf(path: string, options: Options = {}): MessageSource {
  return openFileSource({ path, uri: path, onBadRecord: 'fail', ...options })
}

/** The same bytes on standard input, cut into chunks of the given size. */
export function stdinOf(content: string | Uint8Array, chunkBytes = 7): Options {
  const bytes = Buffer.from(content)
  const count = Math.ceil(bytes.length / chunkBytes)
  const chunks = Array.from({ length: count }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  )
  return { stdin: Readable.from(chunks, { objectMode: false }) }
}

/** What the columns say of a row; the key as documents write it. */
export interface Row {
  readonly key: ReturnType<typeof documentKey>
  readonly valueLength: number
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
}

export async function rowsOf(
  source: MessageSource,
  selection: Partial<Selection> = {},
): Promise<Row[]> {
  const rows: Row[] = []
  for await (const batch of source.read({ ...READ_ALL, ...selection })) {
    for (let row = 0; row < batch.count; row++) {
      const start = batch.keyStart[row]!
      const length = batch.keyLength[row]!
      rows.push({
        key: documentKey(length === ABSENT ? null : batch.bytes.slice(start, start + length)),
        valueLength: batch.valueLength[row]!,
        partition: batch.partition[row]!,
        offset: batch.offset[row]!,
        timestamp: batch.timestamp[row]!,
      })
    }
  }
  return rows
}

/** The keys of standard input with this content. */
export async function keysOf(
  content: string | Uint8Array,
  options: Options = {},
): Promise<Row['key'][]> {
  const source = sourceOf('-', { ...stdinOf(content), ...options })
  return (await rowsOf(source)).map(({ key }) => key)
}

export async function messagesOf(
  source: MessageSource,
  selection: Partial<Selection> = {},
): Promise<Message[]> {
  const messages: Message[] = []
  const wanted: Selection = { ...READ_ALL, content: 'messages', ...selection }
  for await (const batch of source.read(wanted)) {
    for (let row = 0; row < batch.count; row++) messages.push(batch.message(row))
  }
  return messages
}

/** The error of reading everything, as code and text. */
export async function errorOf(source: MessageSource, selection: Partial<Selection> = {}) {
  const error: unknown = await rowsOf(source, selection).catch((thrown: unknown) => thrown)
  if (!(error instanceof InputError)) throw new Error('no InputError was thrown', { cause: error })
  return { code: error.code, message: error.message, suggestions: error.suggestions.join('\n') }
}

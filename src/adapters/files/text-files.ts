import { openAtomicFile } from './atomic-file.ts'
import { fileChunks, streamChunks } from './byte-chunks.ts'
import { decompressed } from './decompress.ts'

/**
 * Writes a whole file or nothing of it, as `openAtomicFile` does; .gz and .zst are compressed.
 * @throws UsageError output.unwritable
 */
export async function writeTextFile(path: string, content: string): Promise<void> {
  const file = await openAtomicFile(path)
  file.stream.write(content)
  await file.finish()
}

/**
 * The text of a file, which may be an archive, or of standard input for `-`.
 * @throws InputError as `fileChunks` and `decompressed`
 */
export async function readTextFile(path: string): Promise<string> {
  // Nothing aborts it: there is no use for a part of a text.
  const { signal } = new AbortController()
  const name = path === '-' ? 'stdin' : path
  const chunks = path === '-' ? streamChunks(process.stdin, name, signal) : fileChunks(path, signal)
  const parts: Uint8Array[] = []
  // A chunk holds only until the next one is asked for.
  for await (const chunk of decompressed(chunks, name)) parts.push(chunk.slice())
  return new TextDecoder().decode(Buffer.concat(parts))
}

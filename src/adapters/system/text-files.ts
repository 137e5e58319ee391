import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { InputError, UsageError } from '../../errors.ts'

/**
 * Writes the file beside its place and moves it there: it is there whole, or as it was before. Behind
 * a symbolic link its target is replaced, not the link; a device or pipe is written to as it is.
 * @throws UsageError where it cannot be written
 */
export async function writeTextFile(path: string, content: string): Promise<void> {
  try {
    const found = await stat(path).catch(() => null)
    // To move a file over what is none, such as /dev/null, would break it for everyone.
    if (found !== null && !found.isFile()) await writeFile(path, content)
    else await replaceFile(found === null ? path : await realpath(path), content)
  } catch (cause) {
    throw new UsageError(
      'output.unwritable',
      `cannot write ${path}: ${reasonOf(cause)}`,
      ['Name a file in a folder that exists and that you may write to.'],
      cause,
    )
  }
}

async function replaceFile(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`
  try {
    await writeFile(draft, content)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** The text of a file, or of standard input for `-`. @throws InputError where it cannot be read */
export async function readTextFile(path: string): Promise<string> {
  try {
    return path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (cause) {
    throw new InputError(
      'input.unreadable',
      `cannot read ${path}: ${reasonOf(cause)}`,
      ['Check the path; it is relative to the working directory.'],
      cause,
    )
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file or folder'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'it is a folder'
  return message
}

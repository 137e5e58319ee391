import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import type { ProjectFiles } from '../../ports/project-files.ts'

/** The files of a directory on disk. */
export function directoryFiles(directory: string): ProjectFiles {
  return {
    async exists(path) {
      return existsSync(resolve(directory, path))
    },
    async write(path, text, mode) {
      const file = resolve(directory, path)
      try {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text, { flag: mode === 'create' ? 'wx' : 'w' })
      } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException
        throw new UsageError(
          'files.unwritable',
          `${path} cannot be written: ${code ?? message}`,
          [
            code === 'EEXIST'
              ? 'It was made by something else just now.'
              : 'Check the permissions.',
          ],
          cause,
        )
      }
    },
  }
}

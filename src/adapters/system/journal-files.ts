import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DocumentHeader } from '../../domain/model/document.ts'
import { UsageError } from '../../errors.ts'
import type { JournalStore } from '../../ports/journal-store.ts'

/**
 * Journals as files of a folder, which is made when the first one is written.
 * @param now milliseconds since the epoch: names sort by time
 */
export function journalFiles(folder: string, now: () => number = Date.now): JournalStore {
  return {
    async create(about, journal) {
      const path = join(folder, nameOf(about, now()))
      await told(path, async () => {
        await mkdir(folder, { recursive: true })
        await writeSynced(path, journal, 'wx')
        await syncFolder(path)
      })
      return path
    },
    async replace(path, journal) {
      const draft = `${path}.${process.pid}.tmp`
      await told(path, async () => {
        try {
          await writeSynced(draft, journal, 'w')
          await rename(draft, path)
        } catch (error) {
          await rm(draft, { force: true })
          throw error
        }
        await syncFolder(path)
      })
    },
  }
}

/** `distribute-analytics-20261127T221500Z-3f9a01.json`: no characters that a shell would see. */
function nameOf(about: string, now: number): string {
  const safe = about.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 80)
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${safe}-${time}-${randomBytes(3).toString('hex')}.json`
}

async function writeSynced(
  path: string,
  journal: DocumentHeader<string>,
  mode: 'w' | 'wx',
): Promise<void> {
  const file = await open(path, mode)
  try {
    await file.writeFile(`${JSON.stringify(journal)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A file whose name is not on disk is lost with the machine. Windows cannot sync folders, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function told(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(
      'journal.unwritable',
      `the journal ${path} cannot be written: ${reason}`,
      [
        'Name a folder that you may write to: --journal-dir FOLDER. Nothing moves without a journal.',
      ],
      cause,
    )
  }
}

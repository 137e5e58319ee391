import { BrokerError, InputError, PstoolError } from '../../errors.ts'

/** SQLite's primary result codes that a user can do something about. */
const BUSY = 5
const READ_ONLY = 8
const IO = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26

/**
 * An error of SQLite as one of ours, with the file's path and the cause kept.
 * Anything else comes back as it is: it is a bug, and says so by itself.
 */
export function sqliteError(error: unknown, path: string): unknown {
  if (error instanceof PstoolError || !(error instanceof Error)) return error
  const { errcode, errstr } = error as { errcode?: number; errstr?: string }
  if (errcode === undefined) return error
  switch (errcode & 0xff) {
    case NOT_A_DATABASE:
      return notACluster(path, error)
    case CORRUPT:
      return new InputError(
        'local.damaged',
        `${path} is damaged: ${error.message}`,
        ['Load it again from a document: pstool local load FILE local:PATH --replace'],
        error,
      )
    case BUSY:
      return new BrokerError(
        'local.busy',
        `${path} stayed locked by another process`,
        ['Let the other process end its transaction, then try again.'],
        error,
      )
    case CANNOT_OPEN:
      return new InputError(
        'local.unreadable',
        `${path} cannot be opened`,
        ['It must be a file, and its directory writable: SQLite keeps its log beside it.'],
        error,
      )
    case READ_ONLY:
    case IO:
    case FULL:
      return new BrokerError(
        'local.unavailable',
        `${path} cannot be read or written: ${errstr ?? error.message}`,
        ['Check that the file and its directory are writable, and that the disk is not full.'],
        error,
      )
    default:
      return error
  }
}

/** The file is something else than a cluster. */
export function notACluster(path: string, cause?: unknown): InputError {
  return new InputError(
    'local.not-a-cluster',
    `${path} is not an embedded cluster of pstool`,
    ['Make one with: pstool local load FILE local:PATH', 'For NDJSON or CSV give the plain path.'],
    cause,
  )
}

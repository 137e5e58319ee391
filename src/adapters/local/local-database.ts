import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { InputError, UsageError } from '../../errors.ts'
import { createSchema, SCHEMA_VERSION, schemaState, upgradeSchema } from './schema.ts'
import { loadSqlite } from './sqlite.ts'
import { notACluster, sqliteError } from './sqlite-errors.ts'

/** How long a transaction waits for those of other processes before it gives up. */
const BUSY_TIMEOUT_MS = 15_000

/**
 * The file of an embedded cluster. Write-ahead log with a sync per commit: a commit is there whole
 * or not at all after kill -9 and power loss, and readers never wait for writers.
 */
export class LocalDatabase {
  readonly path: string
  private readonly sql: DatabaseSync

  constructor(path: string, sql: DatabaseSync) {
    this.path = path
    this.sql = sql
  }

  /** Runs queries that all see the same moment. */
  read<T>(work: (sql: DatabaseSync) => T): T {
    return this.inTransaction('BEGIN', work)
  }

  /** Runs changes that happen all or not at all, one process after the other. */
  write<T>(work: (sql: DatabaseSync) => T): T {
    // IMMEDIATE takes the write lock at once: a read that turns into a write cannot wait for it.
    return this.inTransaction('BEGIN IMMEDIATE', work)
  }

  /** Another number than before once another connection has changed anything. */
  version(): number {
    return Number(this.sql.prepare('PRAGMA data_version').get()!.data_version)
  }

  close(): void {
    if (this.sql.isOpen) this.sql.close()
  }

  private inTransaction<T>(begin: string, work: (sql: DatabaseSync) => T): T {
    try {
      this.sql.exec(begin)
      const result = work(this.sql)
      this.sql.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite itself has rolled back after some errors (disk full), and a second time is an error.
      if (this.sql.isOpen && this.sql.isTransaction) this.sql.exec('ROLLBACK')
      throw sqliteError(error, this.path)
    }
  }
}

/**
 * Opens the file of an existing cluster.
 * @throws UsageError when there is none, InputError for a file that is something else or newer
 */
export function openDatabase(path: string): LocalDatabase {
  if (!existsSync(path)) throw missing(path)
  return open(path, (sql, database) => {
    const state = schemaState(sql)
    if (state.is === 'newer') throw newer(path, state.version)
    if (state.is === 'empty' || state.is === 'foreign') throw notACluster(path)
    if (state.is === 'older') upgrade(database)
  })
}

/**
 * Opens the file of a cluster, made when there is none, together with what `fill` puts into it.
 * Several processes may do so at once: one makes it, and what is made is there whole or not at all.
 * @throws InputError for a file that is something else or newer
 */
export function openOrCreateDatabase(
  path: string,
  fill: (sql: DatabaseSync) => void = () => {},
): LocalDatabase {
  mkdirSync(dirname(path), { recursive: true })
  return open(path, (sql, database) => {
    const state = schemaState(sql)
    if (state.is === 'newer') throw newer(path, state.version)
    if (state.is === 'foreign') throw notACluster(path)
    if (state.is === 'older') upgrade(database)
    if (state.is !== 'empty') return
    useWriteAheadLog(sql)
    database.write(() => {
      if (schemaState(sql).is !== 'empty') return
      createSchema(sql)
      fill(sql)
    })
  })
}

/** Several processes may do so at once: the first one does. */
function upgrade(database: LocalDatabase): void {
  database.write((sql) => {
    if (schemaState(sql).is === 'older') upgradeSchema(sql)
  })
}

function open(
  path: string,
  prepare: (sql: DatabaseSync, database: LocalDatabase) => void,
): LocalDatabase {
  let sql: DatabaseSync | undefined
  try {
    sql = new (loadSqlite().DatabaseSync)(path, { timeout: BUSY_TIMEOUT_MS })
    sql.exec('PRAGMA synchronous = FULL')
    const database = new LocalDatabase(path, sql)
    prepare(sql, database)
    return database
  } catch (error) {
    sql?.close()
    throw sqliteError(error, path)
  }
}

/** Changing the journal answers "busy" at once, without the time-out that transactions have. */
function useWriteAheadLog(sql: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const retryMs = 10
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    try {
      sql.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      const isBusy = ((error as { errcode?: number }).errcode ?? 0) % 256 === 5
      if (!isBusy || waitedMs >= BUSY_TIMEOUT_MS) throw error
      Atomics.wait(pause, 0, 0, retryMs)
    }
  }
}

function missing(path: string): UsageError {
  return new UsageError('local.missing', `there is no embedded cluster at ${path}`, [
    'Make one with made-up messages: pstool init --demo',
    `Make one from a document: pstool local load FILE local:${path}`,
  ])
}

function newer(path: string, version: number): InputError {
  return new InputError(
    'local.newer',
    `${path} was written by a newer pstool: schema ${version}, this one knows ${SCHEMA_VERSION}`,
    ['Update pstool: npm install pstool@latest'],
  )
}

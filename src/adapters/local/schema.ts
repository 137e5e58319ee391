import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'

/** `pstl`: tells a cluster's file from other SQLite databases. */
export const APPLICATION_ID = 0x7073746c

/** Rises with every change of the tables; in the file it is `PRAGMA user_version`. */
export const SCHEMA_VERSION = 2

/** The column order is the order on disk: a page of keys is read without the values' overflow. */
const TABLES = `
  CREATE TABLE cluster (id TEXT NOT NULL) STRICT;

  CREATE TABLE topics (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: readers hold on to it
    name TEXT NOT NULL UNIQUE,
    topic_id TEXT NOT NULL UNIQUE,
    keyless INTEGER NOT NULL DEFAULT 0 -- messages placed in turn so far
  ) STRICT;

  CREATE TABLE partitions (
    topic INTEGER NOT NULL REFERENCES topics ON DELETE CASCADE,
    partition INTEGER NOT NULL,
    log_start INTEGER NOT NULL DEFAULT 0,
    log_end INTEGER NOT NULL DEFAULT 0,
    kept INTEGER NOT NULL DEFAULT 0, -- messages; fewer than log_end - log_start where there are gaps
    PRIMARY KEY (topic, partition)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    timestamp INTEGER,
    key BLOB,
    headers TEXT,
    value BLOB,
    PRIMARY KEY (topic, partition, offset),
    FOREIGN KEY (topic, partition) REFERENCES partitions ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE group_offsets (
    group_name TEXT NOT NULL,
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    leader_epoch INTEGER,
    PRIMARY KEY (group_name, topic, partition),
    FOREIGN KEY (topic, partition) REFERENCES partitions ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE members (
    group_name TEXT NOT NULL,
    member_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    lease_end_ms INTEGER NOT NULL,
    PRIMARY KEY (group_name, member_id)
  ) STRICT, WITHOUT ROWID;
`

/** Since version 2: how members that consume share the partitions. They go with their member. */
const CONSUMPTION = `
  CREATE TABLE subscriptions (
    group_name TEXT NOT NULL,
    member_id TEXT NOT NULL,
    place INTEGER NOT NULL, -- rises in the order of joining
    topics TEXT NOT NULL,
    PRIMARY KEY (group_name, member_id),
    FOREIGN KEY (group_name, member_id) REFERENCES members ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE owners (
    group_name TEXT NOT NULL,
    topic INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    member_id TEXT NOT NULL,
    PRIMARY KEY (group_name, topic, partition),
    FOREIGN KEY (group_name, member_id) REFERENCES members ON DELETE CASCADE,
    FOREIGN KEY (topic, partition) REFERENCES partitions ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
`

/** Makes the tables of a new cluster, inside the transaction of the caller. */
export function createSchema(sql: DatabaseSync): void {
  sql.exec(TABLES)
  sql.exec(CONSUMPTION)
  sql.prepare('INSERT INTO cluster (id) VALUES (?)').run(randomUUID())
  sql.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  sql.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
}

/** Adds what a file of an older version lacks, inside the transaction of the caller. */
export function upgradeSchema(sql: DatabaseSync): void {
  sql.exec(CONSUMPTION)
  sql.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
}

/** What a SQLite file is to us. */
export type SchemaState =
  | { readonly is: 'empty' | 'foreign' | 'current' | 'older' }
  | { readonly is: 'newer'; readonly version: number }

/** Reads the marks of the file and changes nothing. */
export function schemaState(sql: DatabaseSync): SchemaState {
  const numberOf = (query: string) => Number(Object.values(sql.prepare(query).get()!)[0])
  const version = numberOf('PRAGMA user_version')
  if (numberOf('PRAGMA application_id') === APPLICATION_ID) {
    if (version > SCHEMA_VERSION) return { is: 'newer', version }
    return { is: version < SCHEMA_VERSION ? 'older' : 'current' }
  }
  return { is: numberOf('SELECT count(*) FROM sqlite_schema') === 0 ? 'empty' : 'foreign' }
}

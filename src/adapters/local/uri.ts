import { UsageError } from '../../errors.ts'

/** What `local:path/cluster.db[/topic]` names. */
export interface LocalUri {
  readonly path: string
  readonly topic: string | null
}

/**
 * Reads a `local:` URI. What follows a file name that ends in .db, .sqlite or .sqlite3 is the topic;
 * any other path is the file alone.
 * @throws UsageError for another scheme or an empty path
 */
export function parseLocalUri(uri: string): LocalUri {
  const rest = /^local:(.+)$/.exec(uri)?.[1]
  if (rest === undefined) {
    throw new UsageError('local.bad-uri', `"${uri}" names no embedded cluster`, [
      'Write local:path/cluster.db or local:path/cluster.db/topic.',
    ])
  }
  const [, path, topic] = /^(.+\.(?:db|sqlite3?))\/([^/]*)$/.exec(rest) ?? []
  if (path === undefined || topic === undefined) return { path: rest, topic: null }
  return { path, topic: topic === '' ? null : topic }
}

/** The URI again, as it may be shown. */
export function localUriText({ path, topic }: LocalUri): string {
  return topic === null ? `local:${path}` : `local:${path}/${topic}`
}

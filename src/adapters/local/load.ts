import type { DatabaseSync } from 'node:sqlite'
import { RefusedError } from '../../errors.ts'
import { putOffsets } from './groups.ts'
import type { LocalState, LocalTopic } from './local-state.ts'
import { insertMessage, setRange } from './log.ts'
import { createTopic, topicRow, topicRows } from './topics.ts'

/**
 * Puts a state into the cluster, inside a transaction. With `replace` what was there goes: topics
 * of the same name get new ids, and members are forgotten.
 * @throws RefusedError when the cluster is not empty and `replace` is false
 */
export function loadState(sql: DatabaseSync, state: LocalState, replace: boolean): void {
  if (replace) sql.exec('DELETE FROM topics; DELETE FROM members;')
  else refuseUnlessEmpty(sql)
  for (const topic of state.topics) loadTopic(sql, topic)
  for (const { name, offsets } of state.groups) putOffsets(sql, name, offsets)
}

/** Topics alone decide: without one no group can have committed anything. */
function refuseUnlessEmpty(sql: DatabaseSync): void {
  const topics = topicRows(sql).map(({ name }) => name)
  if (topics.length === 0) return
  const shown = topics.length > 5 ? [...topics.slice(0, 5), `${topics.length - 5} more`] : topics
  throw new RefusedError('local.not-empty', `the cluster holds topics: ${shown.join(', ')}`, [
    'Load with --replace to throw them and their groups away, or load into a new file.',
  ])
}

function loadTopic(sql: DatabaseSync, { name, logs }: LocalTopic): void {
  createTopic(sql, name, logs.length)
  const row = topicRow(sql, name)
  const insert = insertMessage(sql, row)
  logs.forEach(({ start, end, messages }, partition) => {
    for (const message of messages) insert(partition, message.offset, message)
    setRange(sql, row, partition, { start, end, kept: messages.length })
  })
}

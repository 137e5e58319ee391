import type { DatabaseSync } from 'node:sqlite'
import { ColumnBatch } from '../../domain/model/column-batch.ts'
import { fetchOffsets, groupNames } from './groups.ts'
import type { LocalLog, LocalState, PlacedMessage } from './local-state.ts'
import { addPage } from './page.ts'
import { partitionRanges, type TopicRow, topicRows } from './topics.ts'

/** The cluster as a state, inside a transaction. Members are not part of it: they end by themselves. */
export function dumpState(sql: DatabaseSync): LocalState {
  return {
    topics: topicRows(sql).map((topic) => ({ name: topic.name, logs: dumpLogs(sql, topic) })),
    groups: groupNames(sql, Number.MAX_SAFE_INTEGER).map((name) => ({
      name,
      offsets: fetchOffsets(sql, name),
    })),
  }
}

function dumpLogs(sql: DatabaseSync, topic: TopicRow): LocalLog[] {
  return partitionRanges(sql, topic).map(({ partition, start, end }) => {
    const messages: PlacedMessage[] = []
    const batch = new ColumnBatch(topic.name)
    for (let from = Number(start); from < Number(end); ) {
      const stretch = { partition, from, to: Number(end) }
      from = addPage(sql, topic, stretch, 'messages', batch)
      for (let row = 0; row < batch.count; row++) {
        const { topic: _, partition: __, offset, ...message } = batch.message(row)
        messages.push({ ...message, offset: offset! })
      }
      batch.clear()
    }
    return { start, end, messages }
  })
}

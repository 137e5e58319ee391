import type { DatabaseSync } from 'node:sqlite'
import { demoOrders, demoUserEvents } from './demo-events.ts'
import { putOffsets } from './groups.ts'
import { openOrCreateDatabase } from './local-database.ts'
import { append } from './log.ts'
import { createTopic, partitionRanges, topicRow } from './topics.ts'

/** The names of the demo cluster. */
export const DEMO = { topic: 'user_events', orders: 'orders', group: 'analytics' } as const

/**
 * Makes the demo cluster unless it is there: the same messages and offsets everywhere. Processes
 * that do so at once wait for one of them; killed midway, nothing is there and the next makes it.
 * @throws InputError when the file is something else
 */
export function ensureDemoCluster(path: string): void {
  openOrCreateDatabase(path, fillDemo).close()
}

function fillDemo(sql: DatabaseSync): void {
  createTopic(sql, DEMO.topic, 4)
  append(sql, DEMO.topic, demoUserEvents())
  createTopic(sql, DEMO.orders, 3)
  append(sql, DEMO.orders, demoOrders())
  putOffsets(sql, DEMO.group, demoOffsets(sql))
}

/** The group has read three fifths of the events; its segments have committed nothing yet. */
function demoOffsets(sql: DatabaseSync) {
  const ranges = partitionRanges(sql, topicRow(sql, DEMO.topic))
  return ranges.map(({ partition, end }) => ({
    topic: DEMO.topic,
    partition,
    offset: (end * 3n) / 5n,
    metadata: '',
    leaderEpoch: null,
  }))
}

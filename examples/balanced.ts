/** The keys of each batch, largest first, go to whoever has least: for few, unequal keys (V3). */

import type { Settings } from './settings.ts'
import { textOf } from './text.ts'

/** What each job had: its virtual partition, and the users whose events it was given. */
export const jobs: { virtualPartition: number; users: string[] }[] = []

/**
 * Four users, whom `byte-sum` would give two of five virtual partitions. A key stays whole in its
 * batch, but may be elsewhere in the next: keep nothing about a user in the consumer.
 */
export const settings: Settings = {
  group: 'profiles',
  concurrency: 5,
  topics: [
    {
      topic: 'user_events',
      eachBatch(messages, { virtualPartition }) {
        jobs.push({ virtualPartition, users: messages.map(({ key }) => textOf(key)) })
      },
      virtualPartitions: { partitioner: 'key', distribution: 'balanced' },
    },
  ],
}

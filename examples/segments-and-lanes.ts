/**
 * Everything together: two consumer groups that share a topic by category (processes), four virtual
 * partitions by user in each (I/O), and dead letters. Another key per layer, or the layers would
 * undo each other (P5): `pstool simulate` shows what is reached.
 */

import type { Settings } from './settings.ts'
import { textOf } from './text.ts'

export interface Handled {
  readonly segment: number
  readonly lane: number
  readonly category: string
  readonly user: string
}
export const handled: Handled[] = []

export const settings: Settings = {
  group: 'high_throughput',
  concurrency: 8,
  // In production each process takes its share: segmentIds: [Number(process.env.SEGMENT)].
  parallelSegments: { count: 2, partitioner: 'header:category', reducer: 'murmur2' },
  topics: [
    {
      topic: 'high_volume_data',
      eachMessage({ headers, payload }, { segmentId, virtualPartition }) {
        if (payload === null) throw new TypeError('nothing in it')
        const header = (name: string) => textOf(headers.find((each) => each.name === name)?.value)
        handled.push({
          segment: segmentId!,
          lane: virtualPartition,
          category: header('category'),
          user: header('user_id'),
        })
      },
      virtualPartitions: { partitioner: 'header:user_id', maxPartitions: 4 },
      deadLetterQueue: { topic: 'failed_messages', maxRetries: 3 },
    },
  ],
}

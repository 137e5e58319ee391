/** Splits by load instead of by key: as few jobs as there can be, none above 5000 messages (V4). */
import type { BatchPartitioner, TopicSettings } from 'pstool'
import type { Settings } from './settings.ts'

const MOST = 5_000

/** Group i becomes virtual partition i. A collapsed batch is one job anyway, and is not asked about. */
export const slices: BatchPartitioner = (messages) =>
  Array.from({ length: Math.ceil(messages.length / MOST) }, (_, i) =>
    messages.slice(i * MOST, (i + 1) * MOST),
  )

/** A bulk load is dear to begin and cheap to enlarge, up to a size. */
const eachBatch: TopicSettings['eachBatch'] = async (messages, { virtualPartition, collapsed }) => {
  loads.push({ virtualPartition, collapsed, rows: messages.length })
}
export const loads: { virtualPartition: number; collapsed: boolean; rows: number }[] = []

/** A batch has to be larger than a slice, and may wait half a second to become so. */
export const settings: Settings = {
  group: 'loader',
  topics: [
    {
      topic: 'measurements',
      eachBatch,
      maxMessages: 20_000,
      maxWaitMs: 500,
      virtualPartitions: { batchPartitioner: slices },
    },
  ],
}

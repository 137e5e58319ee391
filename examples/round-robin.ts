/** Messages that do not depend on each other, dealt out in turn: even, however few there are. */
import type { TopicSettings } from 'pstool'
import type { Settings } from './settings.ts'

/** How many messages each virtual partition had. */
export const handled = new Map<string, number>()
const eachMessage: TopicSettings['eachMessage'] = (_, { topic, virtualPartition }) => {
  const name = `${topic} ${virtualPartition}`
  handled.set(name, (handled.get(name) ?? 0) + 1)
}

/** A partitioner with a memory. It runs where batches are split, one message at a time (R1). */
export function inTurn(slots: number): () => number {
  let turn = -1
  return () => {
    turn = (turn + 1) % slots
    return turn
  }
}

/** The built-in one, and one's own: a slot needs `identity`, as `byte-sum` would add up its digits. */
export const settings: Settings = {
  group: 'mailers',
  concurrency: 8,
  topics: [
    { topic: 'mails', eachMessage, virtualPartitions: { partitioner: 'round-robin' } },
    {
      topic: 'letters',
      eachMessage,
      virtualPartitions: { partitioner: inTurn(16), reducer: 'identity', maxPartitions: 16 },
    },
  ],
}

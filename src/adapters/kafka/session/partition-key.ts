import type { TopicPartition } from '../../../domain/model/cluster.ts'

/** What tells partitions apart: `orders#3`. No topic's name has a `#`. */
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

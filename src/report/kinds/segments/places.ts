import type { TopicPartition } from '../../../domain/model/cluster.ts'
import { placeOf } from '../../../domain/offsets/snapshot.ts'
import { type Phrase, quoted, toned } from '../../blocks.ts'
import { numberRanges } from '../../text/number-ranges.ts'

/** `user_events#0`, as data. */
export function placeText(place: TopicPartition): Phrase {
  return quoted(placeOf(place))
}

/**
 * Digits as they are typed and as guards print them: an offset is a position that is looked up and
 * pasted, not an amount. No commit is `none`, which is not 0 (M4).
 */
export function offsetText(offset: string | null): string {
  return offset ?? 'none'
}

/** The same as a cell; no commit stands back. */
export function offsetCell(offset: string | null): Phrase {
  return toned(offsetText(offset), offset === null ? 'faint' : 'plain')
}

/** A line per topic: `user_events: 0, 2-5`. */
export function placesByTopic(places: readonly TopicPartition[]): string[] {
  const topics = Map.groupBy(places, ({ topic }) => topic)
  return [...topics].map(([topic, found]) => {
    const partitions = [...new Set(found.map(({ partition }) => partition))]
    return `${topic}: ${numberRanges(partitions.sort((a, b) => a - b))}`
  })
}

/** Ascending by topic and partition; what is equal keeps its order. */
export function byPlace(a: TopicPartition, b: TopicPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}

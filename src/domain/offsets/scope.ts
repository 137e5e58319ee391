import type { TopicPartition } from '../model/cluster.ts'
import type { LeftOut } from './plan.ts'
import { allGroups, type SegmentedGroup } from './segmented-group.ts'
import { placeOf, type SnapshotIndex } from './snapshot.ts'
import { retiredSegments } from './targets.ts'

/** The partitions that a migration of a group is about. */
export interface Scope {
  /** Ascending by topic and partition. */
  readonly places: readonly TopicPartition[]
  /** Offsets of topics and partitions that are not there any more. */
  readonly leftOut: readonly LeftOut[]
}

/** All partitions of the topics that were named, else of those that any of the groups has offsets for. */
export function scopeOf(
  group: SegmentedGroup,
  index: SnapshotIndex,
  names: readonly string[] = allGroups(group),
): Scope {
  const committed = names.flatMap((name) =>
    index.group(name).committed.offsets.map((offset) => ({ name, offset })),
  )
  const wanted = group.topics ?? committed.map(({ offset }) => offset.topic)
  const topics = [...new Set(wanted)].sort((a, b) => (a < b ? -1 : 1))
  const places = topics.flatMap((topic) =>
    (index.topic(topic)?.partitions ?? []).map(({ partition }) => ({ topic, partition })),
  )
  const known = new Set(places.map(placeOf))
  const leftOut = committed
    .filter(({ offset }) => topics.includes(offset.topic) && !known.has(placeOf(offset)))
    .map(({ name, offset: { topic, partition } }) => ({
      group: name,
      topic,
      partition,
      reason: 'the partition is not there any more, or may not be read',
    }))
  return { places, leftOut }
}

const LEFT_BEHIND =
  'the topic was not named: unless it is moved too before consumers start, messages may be lost'

/**
 * Partitions of topics that were not named, which the segments that are to be will not have where the
 * sources do, or which segments that are no more still have.
 * @param sources groups whose offsets are distributed
 */
export function leftBehind(
  group: SegmentedGroup,
  to: SegmentedGroup,
  sources: readonly string[],
  index: SnapshotIndex,
): LeftOut[] {
  const { topics } = group
  if (topics === null) return []
  const retired = retiredSegments(group, to)
  const isSettled = (place: TopicPartition) =>
    index.range(place) === null ||
    (to.segments.every((name) => index.committed(name, place) !== null) &&
      retired.every((name) => index.committed(name, place) === null))
  const beside = new Map<string, TopicPartition>()
  const offsets = sources.flatMap((name) => index.group(name).committed.offsets)
  for (const { topic, partition } of offsets) {
    const place = { topic, partition }
    if (!topics.includes(topic) && !isSettled(place)) beside.set(placeOf(place), place)
  }
  return [...beside.values()].map((place) => ({
    group: group.origin,
    ...place,
    reason: LEFT_BEHIND,
  }))
}

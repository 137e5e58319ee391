import type { CommittedOffset, TopicPartition } from '../model/cluster.ts'
import type { LeftOut } from './plan.ts'
import type { SegmentedGroup } from './segmented-group.ts'
import type { SnapshotIndex } from './snapshot.ts'

/** Where a group is to stand in a partition; null is unset. */
export interface Target extends TopicPartition {
  readonly group: string
  readonly to: CommittedOffset | null
}

/** Where groups are to stand, and which partitions are not moved. */
export interface Targets {
  readonly targets: readonly Target[]
  readonly leftOut: readonly LeftOut[]
}

/** Every segment gets what the origin has committed (M1); what the origin has not is left out (M4). */
export function distributed(
  { origin, segments }: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Targets {
  return spread(places, (place) => index.committed(origin, place), segments, {
    group: origin,
    reason: `${origin} has committed nothing here: its segments will start where they are told to without an offset`,
  })
}

/** The origin gets the lowest that the segments have committed (M2). */
export function collapsed(
  group: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Targets {
  return spread(places, (place) => lowest(group, index, place), [group.origin], nowhere(group))
}

/** Origin and segments get the lowest that the segments have committed (M3). */
export function resetTo(
  group: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Targets {
  const all = [group.origin, ...group.segments.filter((segment) => segment !== group.origin)]
  return spread(places, (place) => lowest(group, index, place), all, nowhere(group))
}

/**
 * The new segments start at the lowest that the old ones have committed, so that nothing is left out;
 * old ones that are no segment any more are unset (M12).
 */
export function rescaled(
  from: SegmentedGroup,
  to: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Targets {
  const started = spread(places, (place) => lowest(from, index, place), to.segments, nowhere(from))
  const retired = retiredSegments(from, to).flatMap((group) =>
    places.map((place): Target => ({ group, ...bare(place), to: null })),
  )
  return { ...started, targets: [...started.targets, ...retired] }
}

/** Old segments that are no segment any more. */
export function retiredSegments(from: SegmentedGroup, to: SegmentedGroup): readonly string[] {
  return from.segments.filter((name) => name !== from.origin && !to.segments.includes(name))
}

/**
 * The lowest committed offset of the segments, with its own leader epoch and metadata (M7). One that
 * has committed nothing beside others that have counts as the log's start: nothing is lost (M4).
 * @returns null where none has committed anything
 */
export function lowest(
  { segments }: SegmentedGroup,
  index: SnapshotIndex,
  place: TopicPartition,
): CommittedOffset | null {
  const committed = segments.map((segment) => index.committed(segment, place))
  const known = committed.filter((one) => one !== null)
  if (known.length === 0) return null
  const start = index.range(place)?.start
  const candidates =
    known.length < committed.length && start !== undefined ? [...known, at(place, start)] : known
  return candidates.reduce((least, one) => (one.offset < least.offset ? one : least))
}

/** An offset that nobody committed: it has no leader epoch and no metadata, and gets none (M7). */
export function at({ topic, partition }: TopicPartition, offset: bigint): CommittedOffset {
  return { topic, partition, offset, leaderEpoch: null, metadata: '' }
}

function spread(
  places: readonly TopicPartition[],
  offsetOf: (place: TopicPartition) => CommittedOffset | null,
  groups: readonly string[],
  otherwise: { readonly group: string; readonly reason: string },
): Targets {
  const leftOut: LeftOut[] = []
  const found = places.flatMap((place) => {
    const to = offsetOf(place)
    if (to === null) leftOut.push({ ...otherwise, ...bare(place) })
    return to === null ? [] : [to]
  })
  const targets = groups.flatMap((group) => found.map((to): Target => ({ group, ...bare(to), to })))
  return { targets, leftOut }
}

function nowhere({ origin }: SegmentedGroup) {
  return { group: origin, reason: 'no segment has committed anything here' }
}

function bare({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}

import type { TopicPartition } from '../model/cluster.ts'
import type { ExclusionRange, OffsetCost, OffsetStep, PartitionCost } from './plan.ts'
import type { SegmentedGroup } from './segmented-group.ts'
import type { SnapshotIndex } from './snapshot.ts'
import type { Target } from './targets.ts'

export const NO_COST: OffsetCost = {
  again: 0,
  skipped: 0,
  exact: true,
  reason: null,
  partitions: [],
}

/** Why a cost is a bound as long as nobody has read the messages. */
export const UNREAD = 'the messages were not read to tell which segment each belongs to'

/**
 * What the segments have processed past the offset that messages are read from next (M11): at most
 * so many messages come twice as there are offsets between, and exactly those of the segment.
 * @param targets where the partitions are read on from, whoever reads them
 */
export function progressGivenUp(
  { segments, origin }: SegmentedGroup,
  index: SnapshotIndex,
  targets: readonly Target[],
): OffsetCost {
  const starts = new Map<string, Target>()
  for (const target of targets) {
    if (target.to !== null) starts.set(`${target.topic}#${target.partition}`, target)
  }
  const partitions = [...starts.values()].flatMap((target) => {
    const from = target.to?.offset ?? 0n
    return segments
      .filter((segment) => segment !== origin || segments.length === 1)
      .flatMap((segment) => between(segment, target, from, index))
  })
  return bounded(partitions)
}

/** Steps of groups on their own: back means again, forward means skipped. */
export function movement(steps: readonly OffsetStep[]): OffsetCost {
  const partitions = steps.flatMap(({ group, topic, partition, from, to }): PartitionCost[] => {
    if (from === null || to === null || from === to) return []
    const distance = Number(BigInt(to) - BigInt(from))
    const range = distance > 0 ? { from, to } : { from: to, to: from }
    const again = Math.max(0, -distance)
    const skipped = Math.max(0, distance)
    return [{ group, topic, partition, ...range, again, skipped }]
  })
  return bounded(partitions)
}

/** Both together. */
export function addedCosts(costs: readonly OffsetCost[]): OffsetCost {
  const partitions = costs.flatMap((cost) => cost.partitions)
  const exact = costs.every((cost) => cost.exact)
  const reason = costs.find((cost) => cost.reason !== null)?.reason ?? null
  return { ...totals(partitions), exact, reason, partitions }
}

/** The same ranges with the messages that were found in them, in their order. */
export function countedCost(cost: OffsetCost, again: readonly number[]): OffsetCost {
  const partitions = cost.partitions.map((part, i) => ({ ...part, again: again[i] ?? part.again }))
  return { ...totals(partitions), exact: true, reason: null, partitions }
}

/** What new segments must leave out, so that nothing is processed twice (M12). */
export function exclusionsOf(
  { origin, segments }: SegmentedGroup,
  cost: OffsetCost,
  fingerprint: string | null,
): ExclusionRange[] {
  return cost.partitions.map(({ group, topic, partition, from, to }) => ({
    origin,
    topic,
    partition,
    segment: segments.indexOf(group),
    segments: segments.length,
    from,
    to,
    fingerprint,
  }))
}

function between(
  group: string,
  { topic, partition }: TopicPartition,
  from: bigint,
  index: SnapshotIndex,
): PartitionCost[] {
  const reached = index.committed(group, { topic, partition })?.offset
  const range = index.range({ topic, partition })
  if (reached === undefined || reached <= from) return []
  // What the log does not have is read by nobody.
  const start = range === null || from > range.start ? from : range.start
  const end = range === null || reached < range.end ? reached : range.end
  if (end <= start) return []
  const again = Number(end - start)
  return [{ group, topic, partition, from: String(start), to: String(end), again, skipped: 0 }]
}

function bounded(partitions: readonly PartitionCost[]): OffsetCost {
  const exact = partitions.length === 0
  return { ...totals(partitions), exact, reason: exact ? null : UNREAD, partitions }
}

function totals(partitions: readonly PartitionCost[]) {
  return {
    again: partitions.reduce((sum, { again }) => sum + again, 0),
    skipped: partitions.reduce((sum, { skipped }) => sum + skipped, 0),
  }
}

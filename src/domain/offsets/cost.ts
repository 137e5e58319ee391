import type { TopicPartition } from '../model/cluster.ts'
import type { ExclusionRange, OffsetCost, OffsetStep, PartitionCost } from './plan.ts'
import type { SegmentedGroup } from './segmented-group.ts'
import { placeOf, type SnapshotIndex } from './snapshot.ts'
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
 * What reading on from the targets costs (M11). What the segments have processed past them comes
 * again, and what the origin has where it is the one that reads; a message of both counts once. A
 * segment that is moved forward skips what it has not processed, whoever else may have.
 * @param targets where the partitions are read on from, whoever reads them
 */
export function readingCost(
  group: SegmentedGroup,
  index: SnapshotIndex,
  targets: readonly Target[],
): OffsetCost {
  const { origin, segments } = group
  const partitions = [...startsOf(targets).values()].flatMap((start) => {
    const reached = start.group === origin ? index.committed(origin, start)?.offset : undefined
    const own = reached === undefined ? [] : stretch(origin, start, start.offset, reached, index)
    const from = reached !== undefined && reached > start.offset ? reached : start.offset
    return [...own, ...givenUp(group, { ...start, offset: from }, index)]
  })
  const skipped = targets.flatMap((target) => {
    const reached = index.committed(target.group, target)?.offset
    if (reached === undefined || target.to === null || !segments.includes(target.group)) return []
    const passed = stretch(target.group, target, reached, target.to.offset, index)
    return passed.map((row) => ({ ...row, again: 0, skipped: row.again }))
  })
  return bounded([...partitions, ...skipped])
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
export function countedCost(cost: OffsetCost, found: readonly number[]): OffsetCost {
  const partitions = cost.partitions.map((part, i): PartitionCost => {
    const messages = found[i]!
    return part.skipped > 0 ? { ...part, skipped: messages } : { ...part, again: messages }
  })
  return { ...totals(partitions), exact: true, reason: null, partitions }
}

/** What new segments must leave out, so that nothing is processed twice (M12). */
export function exclusionsOf(
  group: SegmentedGroup,
  index: SnapshotIndex,
  targets: readonly Target[],
  fingerprint: string | null,
): ExclusionRange[] {
  const { origin, segments } = group
  const rows = [...startsOf(targets).values()].flatMap((start) => givenUp(group, start, index))
  return rows.map(({ group: segment, topic, partition, from, to }) => ({
    origin,
    topic,
    partition,
    segment: segments.indexOf(segment),
    segments: segments.length,
    from,
    to,
    fingerprint,
  }))
}

/** Where a partition is read on from, and a group that does. */
interface Start extends TopicPartition {
  readonly group: string
  readonly offset: bigint
}

/** Each partition once: all who read it start at the same offset. */
function startsOf(targets: readonly Target[]): ReadonlyMap<string, Start> {
  const starts = new Map<string, Start>()
  for (const { group, topic, partition, to } of targets) {
    if (to === null) continue
    starts.set(placeOf({ topic, partition }), { group, topic, partition, offset: to.offset })
  }
  return starts
}

/** What segments have processed at or after a start. */
function givenUp(
  { segments }: SegmentedGroup,
  start: Start,
  index: SnapshotIndex,
): PartitionCost[] {
  return segments.flatMap((segment) => {
    const reached = index.committed(segment, start)?.offset
    return reached === undefined ? [] : stretch(segment, start, start.offset, reached, index)
  })
}

/** The offsets between two, as far as the log has them: what it does not have is read by nobody. */
function stretch(
  group: string,
  { topic, partition }: TopicPartition,
  from: bigint,
  to: bigint,
  index: SnapshotIndex,
): PartitionCost[] {
  const range = index.range({ topic, partition })
  const start = range === null || from > range.start ? from : range.start
  const end = range === null || to < range.end ? to : range.end
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

import type { PartitionRange, Position, Selection } from '../../domain/model/selection.ts'
import { stretchesOf } from '../../domain/model/stretches.ts'
import { UsageError } from '../../errors.ts'
import type { Cluster } from './cluster/cluster.ts'
import { EARLIEST, LATEST } from './cluster/list-offsets.ts'
import type { OffsetStretch } from './fetch/partition-reading.ts'

/** Offsets of a partition that a selection is about: `from` (inclusive) to `stop` (exclusive). */
export interface SelectedRange {
  readonly partition: number
  readonly from: number
  readonly stop: number
}

/** Every partition with its log range as of now, ascending. @throws BrokerError */
export async function logRanges(cluster: Cluster): Promise<PartitionRange[]> {
  const partitions = (await cluster.leaders()).map(({ partition }) => partition)
  return await rangesOf(cluster, partitions)
}

/**
 * What the selection means for each partition, with the end offsets of now.
 * @throws BrokerError, UsageError for a partition that the topic does not have
 */
export async function selectedRanges(
  cluster: Cluster,
  selection: Selection,
): Promise<SelectedRange[]> {
  const all = (await cluster.leaders()).map(({ partition }) => partition)
  const unknown = selection.partitions?.find((partition) => !all.includes(partition))
  if (unknown !== undefined) {
    throw new UsageError(
      'kafka.unknown-partition',
      `${cluster.topic} has no partition ${unknown}`,
      [`It has ${all.length} partitions, 0 to ${all.length - 1}.`],
    )
  }
  const chosen = all.filter((partition) => selection.partitions?.includes(partition) ?? true)
  const logs = await rangesOf(cluster, chosen)
  const [from, until] = await Promise.all([
    placesOf(cluster, selection.from, logs),
    placesOf(cluster, selection.until, logs),
  ])
  return logs.map(({ partition, start, end }, i) => {
    const within = (place: number) => Math.max(Number(start), Math.min(Number(end), place))
    return { partition, from: within(from[i]!), stop: within(until[i]!) }
  })
}

/**
 * Which stretches of the ranges to read. Offsets stand for messages, so where compaction or
 * transactions left gaps, `head` and `spread` read on until they have as many messages as they
 * want; `tail` takes the last offsets, whatever they hold.
 * @returns by partition, ascending
 */
export function plannedStretches(
  ranges: readonly SelectedRange[],
  { limit, sample, seed }: Pick<Selection, 'limit' | 'sample' | 'seed'>,
): Map<number, OffsetStretch[]> {
  const sizes = ranges.map(({ partition, from, stop }) => ({
    partition,
    size: Math.max(0, stop - from),
  }))
  const planned = stretchesOf(sizes, limit, sample, seed)
  return new Map(
    ranges.map(({ partition, from, stop }) => {
      const own = planned.filter((stretch) => stretch.partition === partition)
      const stretches = own.map((stretch, i): OffsetStretch => {
        const start = from + stretch.from
        const end = from + stretch.to
        if (limit === null || sample === 'tail' || (stretch.from === 0 && end >= stop)) {
          return { from: start, stop: end, quota: Number.POSITIVE_INFINITY }
        }
        const next = own[i + 1]
        const until = next === undefined ? stop : from + next.from
        return { from: start, stop: until, quota: end - start }
      })
      return [partition, stretches]
    }),
  )
}

async function rangesOf(
  cluster: Cluster,
  partitions: readonly number[],
): Promise<PartitionRange[]> {
  const [starts, ends] = await Promise.all([
    cluster.offsetsAt(EARLIEST, partitions),
    cluster.offsetsAt(LATEST, partitions),
  ])
  return partitions.map((partition) => ({
    partition,
    start: BigInt(starts.get(partition) ?? 0),
    end: BigInt(ends.get(partition) ?? 0),
  }))
}

async function placesOf(
  cluster: Cluster,
  position: Position,
  logs: readonly PartitionRange[],
): Promise<number[]> {
  switch (position.at) {
    case 'earliest':
      return logs.map(({ start }) => Number(start))
    case 'latest':
      return logs.map(({ end }) => Number(end))
    case 'offset':
      return logs.map(() => Number(position.offset))
    case 'timestamp': {
      const partitions = logs.map(({ partition }) => partition)
      const found = await cluster.offsetsAt(position.timestampMs, partitions)
      return logs.map(({ partition, end }) => found.get(partition) ?? Number(end))
    }
  }
}

import { NO_SLOT } from '../../keys/lane-sums.ts'
import type { Layer } from '../../routing/types.ts'
import type { SlotColumn } from '../slot-column.ts'
import type { PartitionQueue } from './partition-queue.ts'
import type { TimingLog } from './timing-log.ts'

export type Columns = { readonly [layer in Layer]?: SlotColumn }

/** A queue, and the partition that it is of. */
export interface PlacedQueue extends PartitionQueue {
  readonly partition: number
}

/** The messages of the log as each segment's group finds them: ascending by partition, none empty. */
export function queuesBySegment(
  log: TimingLog,
  { partition, segment }: Columns,
): readonly (readonly PlacedQueue[])[] {
  const segments = segment?.lane.count ?? 1
  const ids = partition === undefined ? log.partitionIds : [...Array(partition.lane.count).keys()]
  const places = partition === undefined ? log.partitions : predicted(log, partition)
  const segmentOf = segment === undefined ? null : log.slotsOf(segment)
  const bucketOf = (row: number) =>
    places[row]! * segments + Math.max(0, segmentOf?.[log.keys[row]!] ?? 0)
  const starts = new Int32Array(ids.length * segments + 1)
  for (let row = 0; row < log.length; row++) starts[bucketOf(row) + 1]!++
  for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket]! += starts[bucket - 1]!
  const filled = starts.slice()
  const ends = new Int32Array(ids.length)
  const keys = new Int32Array(log.length)
  const offsets = segments === 1 ? null : new Int32Array(log.length)
  for (let row = 0; row < log.length; row++) {
    const at = filled[bucketOf(row)]!++
    keys[at] = log.keys[row]!
    const offset = ends[places[row]!]!++
    if (offsets !== null) offsets[at] = offset
  }
  const ascending = [...ids.keys()].sort((a, b) => ids[a]! - ids[b]!)
  return Array.from({ length: segments }, (_, own) =>
    ascending.flatMap((place): PlacedQueue[] => {
      const bucket = place * segments + own
      const [from, to] = [starts[bucket]!, starts[bucket + 1]!]
      if (from === to) return []
      return [
        {
          partition: ids[place]!,
          keys: keys.subarray(from, to),
          offsets: offsets?.subarray(from, to) ?? null,
          end: ends[place]!,
        },
      ]
    }),
  )
}

/** The partition of each message where a producer would put it; without a key they take turns (R7). */
function predicted(log: TimingLog, column: SlotColumn): Int32Array {
  const slots = log.slotsOf(column)
  const places = new Int32Array(log.length)
  let dealt = 0
  for (let row = 0; row < log.length; row++) {
    const key = log.keys[row]!
    if (key === log.keyless) places[row] = dealt++ % column.lane.count
    else places[row] = slots[key] === NO_SLOT ? 0 : slots[key]!
  }
  return places
}

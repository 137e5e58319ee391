import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import type { GroupState } from '../../../src/domain/model/consumer-group.ts'
import {
  type GroupSnapshot,
  type OffsetSnapshot,
  SnapshotIndex,
} from '../../../src/domain/offsets/snapshot.ts'

/** Group -> topic -> partition -> offset; null is no commit. */
export type Offsets = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, number | null>>>>>
>

export interface SnapshotChanges {
  readonly clusterId?: string
  readonly states?: Readonly<Record<string, GroupState>>
  /** By topic; every partition that an offset is given for is kept from 0 to 10,000 otherwise. */
  readonly ranges?: Readonly<Record<string, readonly (readonly [start: number, end: number])[]>>
}

/** A cluster as a planner sees it, made from a table of offsets. */
export function aSnapshot(offsets: Offsets, changes: SnapshotChanges = {}): OffsetSnapshot {
  const { clusterId = 'cluster-1', states = {}, ranges = {} } = changes
  const groups = Object.entries(offsets).map(([group, topics]): GroupSnapshot => {
    const committed = committedOf(topics)
    const state = states[group] ?? (committed.length > 0 ? 'empty' : 'absent')
    const type = state === 'absent' ? null : 'classic'
    const members = state === 'stable' ? 1 : 0
    return {
      status: { group, type, state, members, problem: null },
      committed: { group, offsets: committed, pending: [], problem: null },
    }
  })
  return {
    clusterId,
    topics: topicsOf(offsets, ranges),
    deniedTopics: [],
    unwritableTopics: [],
    groups,
  }
}

/** The same, ready to be asked. */
export function anIndex(offsets: Offsets, changes: SnapshotChanges = {}): SnapshotIndex {
  return new SnapshotIndex(aSnapshot(offsets, changes))
}

/** A snapshot's offsets as the table that it could be made from, unset ones left out. */
export function offsetsOf(snapshot: OffsetSnapshot): Record<string, Record<string, string>> {
  return Object.fromEntries(
    snapshot.groups.map(({ status, committed }) => [
      status.group,
      Object.fromEntries(
        committed.offsets.map(({ topic, partition, offset }) => [
          `${topic}#${partition}`,
          String(offset),
        ]),
      ),
    ]),
  )
}

function committedOf(topics: Offsets[string]): CommittedOffset[] {
  return Object.entries(topics)
    .flatMap(([topic, partitions]) =>
      Object.entries(partitions).flatMap(([partition, offset]) =>
        offset === null
          ? []
          : [
              {
                topic,
                partition: Number(partition),
                offset: BigInt(offset),
                leaderEpoch: null,
                metadata: '',
              },
            ],
      ),
    )
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

function topicsOf(offsets: Offsets, ranges: SnapshotChanges['ranges'] & {}) {
  const counts = new Map<string, number>()
  for (const topics of Object.values(offsets)) {
    for (const [topic, partitions] of Object.entries(topics)) {
      const most = Math.max(-1, ...Object.keys(partitions).map(Number)) + 1
      counts.set(topic, Math.max(most, counts.get(topic) ?? 0))
    }
  }
  for (const [topic, given] of Object.entries(ranges)) counts.set(topic, given.length)
  return [...counts].sort().map(([name, count]) => ({
    name,
    topicId: `id of ${name}`,
    partitions: Array.from({ length: count }, (_, partition) => {
      const [start, end] = ranges[name]?.[partition] ?? [0, 10_000]
      return { partition, start: BigInt(start), end: BigInt(end) }
    }),
  }))
}

import type { CommittedOffset, TopicDescription, TopicPartition } from '../model/cluster.ts'
import type { GroupOffsets, GroupStatus } from '../model/consumer-group.ts'
import type { PartitionRange } from '../model/selection.ts'

/** What a migration is decided on: groups, offsets and logs as they were seen at one moment. */
export interface OffsetSnapshot {
  readonly clusterId: string
  readonly topics: readonly TopicDescription[]
  readonly deniedTopics: readonly string[]
  /** Topics that may be seen, and for which nothing may be committed. */
  readonly unwritableTopics: readonly string[]
  readonly groups: readonly GroupSnapshot[]
}

export interface GroupSnapshot {
  readonly status: GroupStatus
  readonly committed: GroupOffsets
}

/** A snapshot whose parts are found by name. */
export class SnapshotIndex {
  readonly snapshot: OffsetSnapshot
  private readonly groups: ReadonlyMap<string, GroupSnapshot>
  private readonly topics: ReadonlyMap<string, TopicDescription>
  private readonly ranges = new Map<string, PartitionRange>()
  private readonly offsets = new Map<string, Map<string, CommittedOffset>>()

  constructor(snapshot: OffsetSnapshot) {
    this.snapshot = snapshot
    this.groups = new Map(snapshot.groups.map((group) => [group.status.group, group]))
    this.topics = new Map(snapshot.topics.map((topic) => [topic.name, topic]))
    for (const { name, partitions } of snapshot.topics) {
      for (const range of partitions) this.ranges.set(placeOf({ topic: name, ...range }), range)
    }
    for (const { status, committed } of snapshot.groups) {
      this.offsets.set(status.group, new Map(committed.offsets.map((one) => [placeOf(one), one])))
    }
  }

  /** @throws RangeError for a group that was not looked at */
  group(name: string): GroupSnapshot {
    const group = this.groups.get(name)
    if (group === undefined) throw new RangeError(`group ${name} is not part of the snapshot`)
    return group
  }

  /** null for a topic that is not there. */
  topic(name: string): TopicDescription | null {
    return this.topics.get(name) ?? null
  }

  /** null for a partition that is not there. */
  range(place: TopicPartition): PartitionRange | null {
    return this.ranges.get(placeOf(place)) ?? null
  }

  /** What the group has committed there; null is no commit, which is not 0 (M4). */
  committed(group: string, place: TopicPartition): CommittedOffset | null {
    return this.offsets.get(group)?.get(placeOf(place)) ?? null
  }
}

/** `user_events#0`: how a partition is written everywhere. */
export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

/** Equal to the byte: offset, leader epoch and metadata (M7). */
export function sameCommit(a: CommittedOffset | null, b: CommittedOffset | null): boolean {
  if (a === null || b === null) return a === b
  return a.offset === b.offset && a.leaderEpoch === b.leaderEpoch && a.metadata === b.metadata
}

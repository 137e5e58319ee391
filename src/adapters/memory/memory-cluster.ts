import type {
  CommittedOffset,
  TopicDescription,
  TopicPartition,
} from '../../domain/model/cluster.ts'
import type { GroupState, GroupType } from '../../domain/model/consumer-group.ts'
import type { PartitionRange } from '../../domain/model/selection.ts'

/** Where a partition's log starts and ends. */
export type LogRange = Pick<PartitionRange, 'start' | 'end'>

/** How a group is coordinated while it has members. */
export interface Coordination {
  readonly type: GroupType
  readonly state: GroupState
}

/** A group, which is there as long as anything is in it. */
export interface MemoryGroup {
  readonly members: ReadonlySet<string>
  /** As of the last member that joined. */
  readonly coordination: Coordination
  /** By topic, then by partition. */
  readonly offsets: ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>
  readonly open: ReadonlySet<OpenTransaction>
}

/** What a transaction that has not ended is to commit. */
export interface OpenTransaction {
  readonly offsets: readonly CommittedOffset[]
}

interface MutableGroup extends MemoryGroup {
  readonly members: Set<string>
  coordination: Coordination
  readonly offsets: Map<string, Map<number, CommittedOffset>>
  readonly open: Set<{ offsets: readonly CommittedOffset[] }>
}

const CLASSIC: Coordination = { type: 'classic', state: 'stable' }

/** The side of a cluster that `MemoryGroupAdmin` looks at: log ranges and groups, no messages. */
export class MemoryCluster {
  readonly clusterId: string
  private readonly topicsByName = new Map<string, { id: string; logs: LogRange[] }>()
  private readonly groupsByName = new Map<string, MutableGroup>()
  private readonly deniedTopics = new Set<string>()
  private topicsMade = 0

  constructor(clusterId = 'memory') {
    this.clusterId = clusterId
  }

  /** Makes a topic with a range per partition, or makes it anew: nothing of the former one stays. */
  makeTopic(topic: string, logs: readonly LogRange[]): void {
    this.deleteTopic(topic)
    this.topicsByName.set(topic, { id: `topic-${++this.topicsMade}`, logs: [...logs] })
  }

  /** Its id is not used again, and what was committed for it is gone. */
  deleteTopic(topic: string): void {
    this.topicsByName.delete(topic)
    for (const [name, group] of this.groupsByName) {
      group.offsets.delete(topic)
      for (const transaction of group.open) {
        transaction.offsets = transaction.offsets.filter((offset) => offset.topic !== topic)
      }
      this.forgetWhenVacant(name, group)
    }
  }

  /** Moves where a log starts and ends, as writers and retention do. @throws RangeError */
  setRange(topic: string, partition: number, range: LogRange): void {
    const logs = this.topicsByName.get(topic)?.logs
    if (logs?.[partition] === undefined) throw new RangeError(`no partition ${topic}#${partition}`)
    logs[partition] = range
  }

  /** From now on nobody may see the topic. */
  denyTopic(topic: string): void {
    this.deniedTopics.add(topic)
  }

  /** Puts a member into the group, which is coordinated so from then on. */
  join(group: string, memberId: string, coordination: Coordination = CLASSIC): void {
    const joined = this.groupMade(group)
    joined.members.add(memberId)
    joined.coordination = coordination
  }

  leave(group: string, memberId: string): void {
    const left = this.groupMade(group)
    left.members.delete(memberId)
    this.forgetWhenVacant(group, left)
  }

  /** Commits in a transaction; what comes back ends it, once. */
  openTransaction(
    group: string,
    offsets: readonly CommittedOffset[],
  ): (how: 'commit' | 'abort') => void {
    const owner = this.groupMade(group)
    const transaction = { offsets }
    owner.open.add(transaction)
    return (how) => {
      if (!owner.open.delete(transaction)) return
      if (how === 'commit') {
        for (const offset of transaction.offsets) this.putOffset(group, offset)
      }
      this.forgetWhenVacant(group, owner)
    }
  }

  /** Writes what a group has committed, whoever is in it: members commit so. */
  putOffset(group: string, offset: CommittedOffset): void {
    const { offsets } = this.groupMade(group)
    const partitions = offsets.get(offset.topic) ?? new Map<number, CommittedOffset>()
    offsets.set(offset.topic, partitions.set(offset.partition, offset))
  }

  /** Makes it unset again. */
  removeOffset(group: string, { topic, partition }: TopicPartition): void {
    const owner = this.groupsByName.get(group)
    const partitions = owner?.offsets.get(topic)
    if (owner === undefined || partitions === undefined) return
    partitions.delete(partition)
    if (partitions.size === 0) owner.offsets.delete(topic)
    this.forgetWhenVacant(group, owner)
  }

  /** Names of the topics that may be seen, ascending. */
  topicNames(): string[] {
    return [...this.topicsByName.keys()].filter((name) => !this.isDenied(name)).sort()
  }

  isDenied(topic: string): boolean {
    return this.deniedTopics.has(topic)
  }

  /** undefined: there is no such topic. */
  topic(name: string): TopicDescription | undefined {
    const topic = this.topicsByName.get(name)
    if (topic === undefined) return undefined
    const partitions = topic.logs.map(({ start, end }, partition) => ({ partition, start, end }))
    return { name, topicId: topic.id, partitions }
  }

  hasPartition({ topic, partition }: TopicPartition): boolean {
    return this.topicsByName.get(topic)?.logs[partition] !== undefined
  }

  groupNames(): string[] {
    return [...this.groupsByName.keys()].sort()
  }

  /** undefined: nothing is in it. */
  group(name: string): MemoryGroup | undefined {
    return this.groupsByName.get(name)
  }

  private groupMade(name: string): MutableGroup {
    const known = this.groupsByName.get(name)
    if (known !== undefined) return known
    const group = {
      members: new Set<string>(),
      coordination: CLASSIC,
      offsets: new Map<string, Map<number, CommittedOffset>>(),
      open: new Set<{ offsets: readonly CommittedOffset[] }>(),
    }
    this.groupsByName.set(name, group)
    return group
  }

  private forgetWhenVacant(name: string, { members, offsets, open }: MutableGroup): void {
    if (members.size + offsets.size + open.size === 0) this.groupsByName.delete(name)
  }
}

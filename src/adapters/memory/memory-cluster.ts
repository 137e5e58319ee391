import type {
  AppendedMessage,
  CommittedOffset,
  NewMessage,
  TopicDescription,
  TopicPartition,
} from '../../domain/model/cluster.ts'
import type { GroupState, GroupType } from '../../domain/model/consumer-group.ts'
import type { Message } from '../../domain/model/message.ts'
import type { PartitionRange } from '../../domain/model/selection.ts'
import { murmur2 } from '../../domain/routing/hash/murmur2.ts'
import { BrokerError } from '../../errors.ts'
import { MemoryCoordinator } from './memory-coordinator.ts'
import { MemoryLog } from './memory-log.ts'

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

interface MemoryTopic {
  readonly id: string
  readonly logs: MemoryLog[]
  /** Messages placed in turn so far. */
  keyless: number
}

interface MutableGroup extends MemoryGroup {
  readonly members: Set<string>
  coordination: Coordination
  readonly offsets: Map<string, Map<number, CommittedOffset>>
  readonly open: Set<{ offsets: readonly CommittedOffset[] }>
}

const CLASSIC: Coordination = { type: 'classic', state: 'stable' }

/** What a cluster in memory holds: logs, and groups with their members and committed offsets. */
export class MemoryCluster {
  readonly clusterId: string
  private readonly topicsByName = new Map<string, MemoryTopic>()
  private readonly groupsByName = new Map<string, MutableGroup>()
  private readonly deniedTopics = new Set<string>()
  private readonly coordinators = new Map<string, MemoryCoordinator>()
  private topicsMade = 0
  private membersMade = 0

  constructor(clusterId = 'memory') {
    this.clusterId = clusterId
  }

  /** Makes a topic with a range per partition, or makes it anew: nothing of the former one stays. */
  makeTopic(topic: string, logs: readonly LogRange[]): void {
    this.deleteTopic(topic)
    const made: MemoryTopic = { id: `topic-${++this.topicsMade}`, logs: [], keyless: 0 }
    this.topicsByName.set(topic, made)
    this.addPartitions(topic, logs)
  }

  /** Grows a topic by a partition per range. @throws BrokerError for an unknown topic */
  addPartitions(topic: string, logs: readonly LogRange[]): void {
    const grown = this.topicMade(topic).logs
    for (const { start, end } of logs) grown.push(new MemoryLog(topic, grown.length, start, end))
    this.regroup()
  }

  /** Its id is not used again, and what was committed for it is gone. */
  deleteTopic(topic: string): void {
    const deleted = this.topicsByName.get(topic)
    this.topicsByName.delete(topic)
    for (const log of deleted?.logs ?? []) log.setRange(0n, 0n)
    for (const [name, group] of this.groupsByName) {
      group.offsets.delete(topic)
      for (const transaction of group.open) {
        transaction.offsets = transaction.offsets.filter((offset) => offset.topic !== topic)
      }
      this.forgetWhenVacant(name, group)
    }
    this.regroup()
  }

  /**
   * Appends in the order given; without a partition, keys go where Kafka's Java client puts them.
   * @throws BrokerError for an unknown topic or partition: nothing was appended then
   */
  append(topic: string, messages: readonly NewMessage[]): readonly AppendedMessage[] {
    const made = this.topicMade(topic)
    const placed = messages.map((message) => {
      const partition = message.partition ?? placeIn(made, message.key)
      const log = made.logs[partition]
      if (log !== undefined) return { message, partition, log }
      const problem = `there is no partition ${topic}#${partition}`
      throw new BrokerError('broker.unknown-partition', problem)
    })
    return placed.map(({ message, partition, log }) => ({ partition, offset: log.append(message) }))
  }

  /** Every message of a partition that is there, in log order. */
  messages(place: TopicPartition): readonly Message[] {
    return this.log(place)?.content() ?? []
  }

  /** Takes a message away and leaves a gap, as compaction does. */
  removeMessage(place: TopicPartition, offset: bigint): void {
    this.log(place)?.remove(offset)
  }

  /** Moves where a log starts and ends, as writers and retention do. @throws RangeError */
  setRange(topic: string, partition: number, range: LogRange): void {
    const log = this.log({ topic, partition })
    if (log === undefined) throw new RangeError(`no partition ${topic}#${partition}`)
    log.setRange(range.start, range.end)
  }

  /** From now on nobody may see the topic. */
  denyTopic(topic: string): void {
    this.deniedTopics.add(topic)
    this.regroup()
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

  /** Who shares the partitions of a group over members that are sessions. */
  coordinator(group: string): MemoryCoordinator {
    const known = this.coordinators.get(group)
    if (known !== undefined) return known
    const coordinator = new MemoryCoordinator({
      topics: () =>
        this.topicNames().map((name) => {
          return { name, partitions: this.topicsByName.get(name)!.logs.length }
        }),
      log: (place) => this.log(place),
      committed: ({ topic, partition }) =>
        this.groupsByName.get(group)?.offsets.get(topic)?.get(partition) ?? null,
      isPending: ({ topic, partition }) =>
        [...(this.groupsByName.get(group)?.open ?? [])].some(({ offsets }) =>
          offsets.some((offset) => offset.topic === topic && offset.partition === partition),
        ),
      enter: () => {
        const memberId = `member-${++this.membersMade}`
        this.join(group, memberId)
        return memberId
      },
      exit: (memberId) => this.leave(group, memberId),
    })
    this.coordinators.set(group, coordinator)
    return coordinator
  }

  /**
   * Puts a session's member out of its group, as a coordinator does that heard nothing of it for too
   * long: it hears that everything is lost a little later, and joins again by a new id. With `gone`
   * it hears of nothing, as a process that was killed.
   * @returns whether there is such a member
   */
  expel(group: string, memberId: string, how: 'rejoins' | 'gone' = 'rejoins'): boolean {
    return this.coordinators.get(group)?.expel(memberId, how) ?? false
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
      this.regroup()
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
    return this.log({ topic, partition }) !== undefined
  }

  /** undefined: there is no such partition. */
  log({ topic, partition }: TopicPartition): MemoryLog | undefined {
    return this.topicsByName.get(topic)?.logs[partition]
  }

  groupNames(): string[] {
    return [...this.groupsByName.keys()].sort()
  }

  /** undefined: nothing is in it. */
  group(name: string): MemoryGroup | undefined {
    return this.groupsByName.get(name)
  }

  private topicMade(name: string): MemoryTopic {
    const topic = this.topicsByName.get(name)
    if (topic !== undefined) return topic
    throw new BrokerError('broker.unknown-topic', `there is no topic ${name}`)
  }

  /** Groups may get other partitions now. */
  private regroup(): void {
    for (const coordinator of this.coordinators.values()) coordinator.changed()
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

function placeIn(topic: MemoryTopic, key: Uint8Array | null): number {
  if (key === null) return topic.keyless++ % topic.logs.length
  return (murmur2(key, 0, key.length) & 0x7fffffff) % topic.logs.length
}

import type { Header } from './message.ts'
import type { PartitionRange } from './selection.ts'

/** A cluster's topics as seen at one moment. */
export interface ClusterDescription {
  readonly clusterId: string
  /** Ascending by name. */
  readonly topics: readonly TopicDescription[]
}

export interface TopicDescription {
  readonly name: string
  /** Never used again: a topic that was deleted and made anew has another one. */
  readonly topicId: string
  /** Ascending. */
  readonly partitions: readonly PartitionRange[]
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A message on its way into the log, which gives it its offset. */
export interface NewMessage {
  /** Absent: murmur2 of the key, as Kafka's Java client; without a key the partitions in turn. */
  readonly partition?: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly Header[]
  /** Milliseconds since the epoch; absent or null: unknown. */
  readonly timestamp?: number | null
}

/** Where a message went. */
export interface AppendedMessage {
  readonly partition: number
  readonly offset: bigint
}

/** What a group has committed for a partition: the next offset to read, and what goes with it. */
export interface CommittedOffset extends TopicPartition {
  readonly offset: bigint
  /** Empty where none was given: brokers do not tell the two apart. */
  readonly metadata: string
  readonly leaderEpoch: number | null
}

export interface GroupMember {
  readonly memberId: string
  readonly clientId: string
}

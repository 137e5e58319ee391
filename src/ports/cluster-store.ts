import type {
  AppendedMessage,
  ClusterDescription,
  CommittedOffset,
  GroupDescription,
  NewMessage,
  TopicDescription,
  TopicPartition,
} from '../domain/model/cluster.ts'
import type { LocalStateDocument } from '../domain/model/local-state.ts'

/** Makes and removes topics. */
export interface TopicStore {
  /** All topics and their log ranges, as of one moment. @throws BrokerError */
  describe(): Promise<ClusterDescription>
  /** @throws UsageError for a name or count that no topic can have, RefusedError when it exists */
  createTopic(topic: string, partitions: number): Promise<TopicDescription>
  /** Grows a topic to `total` partitions. @throws BrokerError, RefusedError when it has more */
  addPartitions(topic: string, total: number): Promise<void>
  /** Its log and the offsets committed for it go too. @throws BrokerError */
  deleteTopic(topic: string): Promise<void>
}

/** Writes messages. */
export interface LogStore {
  /** All of them or, when anything fails, none; contiguous per partition. @throws BrokerError */
  append(topic: string, messages: readonly NewMessage[]): Promise<readonly AppendedMessage[]>
  /** Drops what is before the offset: the log start moves there, never back. @throws BrokerError */
  deleteRecords(topic: string, partition: number, before: bigint): Promise<void>
}

/** Reads and writes what consumer groups have committed. */
export interface GroupStore {
  /** Groups with members or committed offsets, ascending by name. */
  groups(): Promise<readonly GroupDescription[]>
  /** What the group has committed, ascending by topic and partition; no entry is no commit. */
  fetchOffsets(group: string): Promise<readonly CommittedOffset[]>
  /** All of them or none. @throws BrokerError for an unknown topic or partition */
  commitOffsets(group: string, offsets: readonly CommittedOffset[]): Promise<void>
  /** Makes them unset again; those that were never set are left alone. */
  deleteOffsets(group: string, partitions: readonly TopicPartition[]): Promise<void>
  /** A member is alive until the lease ends; joining again renews it. */
  joinGroup(group: string, member: GroupLease): Promise<void>
  leaveGroup(group: string, memberId: string): Promise<void>
}

export interface GroupLease {
  readonly memberId: string
  readonly clientId: string
  readonly leaseMs: number
}

/** The embedded cluster whole, as one document. */
export interface StateStore {
  /** Takes any JSON value. @throws InputError, RefusedError unless it is empty or `replace` is true */
  load(document: unknown, replace: boolean): Promise<void>
  /** Equal content gives equal bytes: sorted, without ids that were drawn by chance. */
  dump(generatedBy: string): Promise<LocalStateDocument>
}

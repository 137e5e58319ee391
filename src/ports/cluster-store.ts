import type {
  AppendedMessage,
  ClusterDescription,
  GroupMember,
  NewMessage,
  TopicDescription,
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

/** Who is in a consumer group; what groups have committed is for `GroupAdmin`. */
export interface MembershipStore {
  /** A member is alive until the lease ends; joining again renews it. */
  joinGroup(group: string, member: GroupLease): Promise<void>
  leaveGroup(group: string, memberId: string): Promise<void>
}

export interface GroupLease extends GroupMember {
  readonly leaseMs: number
}

/** The embedded cluster whole, as one document. */
export interface StateStore {
  /** Takes any JSON value. @throws InputError, RefusedError unless it is empty or `replace` is true */
  load(document: unknown, replace: boolean): Promise<void>
  /** Equal content gives equal bytes: sorted, without ids that were drawn by chance. */
  dump(generatedBy: string): Promise<LocalStateDocument>
}

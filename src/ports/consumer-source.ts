import type { CommittedOffset, NewMessage, TopicPartition } from '../domain/model/cluster.ts'
import type { WriteOutcome } from '../domain/model/consumer-group.ts'
import type { Message } from '../domain/model/message.ts'

/** Where a runtime gets its partitions and messages from: one membership of a group per `join`. */
export interface ConsumerSource {
  /** For people and metrics: `kafka`, `kafkajs`, `local`, `memory`. */
  readonly name: string
  /** What `produce` with a commit can do; settings that need it are refused at start otherwise. */
  readonly canTransact: boolean
  /**
   * Becomes a member of the group. Resolves when the cluster answers; partitions come later, by the
   * listener. @throws BrokerError, UsageError
   */
  join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession>
  /** After the last session has left. */
  close(): Promise<void>
}

export interface JoinRequest {
  readonly group: string
  /** Names, and patterns over the names of all topics, those that are made later too. */
  readonly topics: readonly (string | RegExp)[]
  /** Where a partition begins that has no committed offset; `fail`: that is a BrokerError. */
  readonly startFrom: 'earliest' | 'latest' | 'fail'
}

/** Told about the group's assignment. None of these throws. */
export interface AssignmentListener {
  /** From now on they are ours, each beginning at its position. */
  assigned(partitions: readonly AssignedPartition[]): void
  /**
   * They go to somebody else, and do so only after this has resolved: what materialised is committed
   * before that, while the membership still holds.
   */
  revoked(partitions: readonly TopicPartition[]): Promise<void>
  /** They are somebody else's already: nothing can be committed any more. */
  lost(partitions: readonly TopicPartition[]): void
  /** Something that the session gets over by itself: a broker that went away, a rebalance cut short. */
  problem(error: unknown): void
  /** The session cannot go on; everything it had is lost. */
  failed(error: unknown): void
}

export interface AssignedPartition extends TopicPartition {
  /** The next offset to read: the committed one, or where `startFrom` puts it. */
  readonly position: number
  /** What was committed; null where nothing was. */
  readonly committed: CommittedOffset | null
}

/** A membership in a group. Heartbeats go on by themselves, however long jobs take (L5). */
export interface GroupSession {
  /**
   * The next messages at or after `from`, as soon as there are some; reading on at the last `next`
   * costs nothing, anywhere else discards what was read ahead. One poll per partition at a time.
   * @returns null when the signal was aborted, or the partition is not ours any more
   * @throws BrokerError where trying again would not help
   */
  poll(partition: TopicPartition, request: PollRequest): Promise<PolledBatch | null>
  /**
   * Commits as this member. @returns an outcome per offset, in the order given; a partition that is
   * not ours any more is a problem, not an error
   */
  commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]>
  /**
   * Writes a message and resolves when it is acknowledged by all replicas in sync.
   * @param commit what to commit in the same transaction (D7); null: no transaction
   * @throws BrokerError, also when the membership was lost: nothing was committed then
   */
  produce(topic: string, message: NewMessage, commit: CommittedOffset | null): Promise<void>
  /** Gives everything up, without a call of `revoked`, and ends heartbeats. Never throws. */
  leave(): Promise<void>
}

export interface PollRequest {
  readonly from: number
  /** At least 1. */
  readonly maxMessages: number
  readonly signal: AbortSignal
}

/** Messages of one partition in log order; none where only the position moved on. */
export interface PolledBatch {
  /** Ours to keep; `offset` is never null. */
  readonly messages: readonly Message[]
  /** Of each message; exact below 2^53, beyond which no log has come. */
  readonly offsets: readonly number[]
  /** Everything before it has been looked at: beyond the last message where the log has gaps. */
  readonly next: number
  /** One past the last readable offset, as far as known: what lag is measured against. */
  readonly end: number
}

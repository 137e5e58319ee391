import type { CommittedOffset, TopicPartition } from '../domain/model/cluster.ts'
import type {
  GroupOffsets,
  GroupStatus,
  ListedGroup,
  TopicsDescription,
  WriteOutcome,
} from '../domain/model/consumer-group.ts'

/**
 * Reads and moves what consumer groups have committed. What concerns one group, topic or partition
 * is part of the answer; a BrokerError is thrown where the cluster as a whole does not answer.
 * Requests grow with groups and brokers, never with partitions.
 */
export interface GroupAdmin {
  /** Asking creates no topic. @throws BrokerError */
  describeTopics(topics: readonly string[]): Promise<TopicsDescription>
  /** Names of all topics that may be seen, the cluster's own left out. @throws BrokerError */
  topicNames(): Promise<readonly string[]>
  /** Every group of every type, ascending by name. @throws BrokerError */
  listGroups(): Promise<readonly ListedGroup[]>
  /** One answer per name, in the order asked. @throws BrokerError */
  describeGroups(groups: readonly string[]): Promise<readonly GroupStatus[]>
  /**
   * One answer per name, in the order asked; a group that is absent has no offsets.
   * @param topics of these only; null: of every topic that the group has offsets for
   * @throws BrokerError
   */
  fetchOffsets(
    groups: readonly string[],
    topics: readonly string[] | null,
  ): Promise<readonly GroupOffsets[]>
  /**
   * Commits as an administrator: the cluster refuses a group that has members. One request; nothing
   * is tried again here. Offset, leader epoch and metadata are written as given (M7).
   * @returns an outcome per offset, in the order given; a lost answer is `uncertain`, not thrown
   */
  commitOffsets(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<readonly WriteOutcome[]>
  /** Makes them unset; what was not set is done. Outcomes as in `commitOffsets`. */
  deleteOffsets(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly WriteOutcome[]>
  close(): Promise<void>
}

/** Told around every request to the cluster: tests count them, and stop the process at each. */
export type RequestHook = (request: {
  readonly name: string
  readonly phase: 'before' | 'after'
  readonly address: string
}) => void | Promise<void>

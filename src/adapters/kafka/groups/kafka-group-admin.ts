import type { CommittedOffset, TopicPartition } from '../../../domain/model/cluster.ts'
import type {
  GroupOffsets,
  GroupStatus,
  ListedGroup,
  TopicsDescription,
  WriteOutcome,
} from '../../../domain/model/consumer-group.ts'
import type { GroupAdmin, RequestHook } from '../../../ports/group-admin.ts'
import type { KafkaClusterOptions } from '../options.ts'
import { Brokers } from './brokers.ts'
import { Coordinators } from './coordinators.ts'
import { groupOffsets } from './offsets.ts'
import { groupStatuses, listedGroups } from './statuses.ts'
import { describedTopics } from './topics.ts'
import { commitOffsets, deleteOffsets } from './writes.ts'

export { parseKafkaClusterUri } from '../uri.ts'

/** With the process's start, an answer within ten seconds. */
const TIMEOUT_MS = 9_000

export interface KafkaGroupAdminOptions extends KafkaClusterOptions {
  /** Awaited around every request but those that log in; throwing is up to whoever gives it. */
  readonly onRequest?: RequestHook
}

/** The groups of a Kafka cluster. Connects at the first question. */
export function openKafkaGroupAdmin(options: KafkaGroupAdminOptions): GroupAdmin {
  return new KafkaGroupAdmin(options)
}

class KafkaGroupAdmin implements GroupAdmin {
  private readonly brokers: Brokers
  private readonly coordinators: Coordinators

  constructor({ onRequest = () => {}, ...options }: KafkaGroupAdminOptions) {
    this.brokers = new Brokers(options, options.timeoutMs ?? TIMEOUT_MS, onRequest)
    this.coordinators = new Coordinators(this.brokers)
  }

  async describeTopics(topics: readonly string[]): Promise<TopicsDescription> {
    return await describedTopics(this.brokers, topics)
  }

  async topicNames(): Promise<readonly string[]> {
    const { topics } = await this.brokers.metadata(null)
    const own = topics.filter(({ isInternal }) => !isInternal)
    return own.map(({ name }) => name).sort()
  }

  async listGroups(): Promise<readonly ListedGroup[]> {
    return await listedGroups(this.brokers)
  }

  async describeGroups(groups: readonly string[]): Promise<readonly GroupStatus[]> {
    return await groupStatuses(this.coordinators, groups)
  }

  async fetchOffsets(
    groups: readonly string[],
    topics: readonly string[] | null,
  ): Promise<readonly GroupOffsets[]> {
    return await groupOffsets(this.brokers, this.coordinators, groups, topics)
  }

  async commitOffsets(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<readonly WriteOutcome[]> {
    return await commitOffsets(this.coordinators, group, offsets)
  }

  async deleteOffsets(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly WriteOutcome[]> {
    return await deleteOffsets(this.coordinators, group, partitions)
  }

  async close(): Promise<void> {
    await this.brokers.close()
  }
}

import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import {
  groupAlive,
  isIdle,
  offsetProblem,
  unknownTopic,
} from '../../domain/model/cluster-problems.ts'
import type {
  ClusterProblem,
  GroupOffsets,
  GroupState,
  GroupStatus,
  ListedGroup,
  TopicsDescription,
  WriteOutcome,
} from '../../domain/model/consumer-group.ts'
import type { GroupAdmin, RequestHook } from '../../ports/group-admin.ts'
import type { MemoryCluster, MemoryGroup } from './memory-cluster.ts'

/** The plainest answer to what the port asks. A hook that throws is a process that ends there. */
export class MemoryGroupAdmin implements GroupAdmin {
  private readonly cluster: MemoryCluster
  private readonly onRequest: RequestHook | undefined

  constructor(cluster: MemoryCluster, onRequest?: RequestHook) {
    this.cluster = cluster
    this.onRequest = onRequest
  }

  async describeTopics(topics: readonly string[]): Promise<TopicsDescription> {
    return this.request('describeTopics', () => {
      const asked = [...new Set(topics)].sort()
      const seen = asked.filter((topic) => !this.cluster.isDenied(topic))
      return {
        clusterId: this.cluster.clusterId,
        topics: seen.flatMap((topic) => this.cluster.topic(topic) ?? []),
        denied: asked.filter((topic) => this.cluster.isDenied(topic)),
        unwritable: [],
      }
    })
  }

  async topicNames(): Promise<readonly string[]> {
    return this.request('topicNames', () => this.cluster.topicNames())
  }

  async listGroups(): Promise<readonly ListedGroup[]> {
    return this.request('listGroups', () =>
      this.cluster.groupNames().map((group): ListedGroup => {
        const known = this.cluster.group(group)!
        return { group, type: known.coordination.type, state: stateOf(known) }
      }),
    )
  }

  async describeGroups(groups: readonly string[]): Promise<readonly GroupStatus[]> {
    return this.request('describeGroups', () =>
      groups.map((group): GroupStatus => {
        const known = this.cluster.group(group)
        const type = known?.coordination.type ?? null
        const members = known?.members.size ?? 0
        return { group, type, state: stateOf(known), members, problem: null }
      }),
    )
  }

  async fetchOffsets(
    groups: readonly string[],
    topics: readonly string[] | null,
  ): Promise<readonly GroupOffsets[]> {
    const asked = topics === null ? null : new Set(topics)
    const isAsked = ({ topic }: TopicPartition) => asked?.has(topic) ?? true
    return this.request('fetchOffsets', () =>
      groups.map((group): GroupOffsets => {
        const { offsets, pending } = committedBy(this.cluster.group(group))
        return {
          group,
          offsets: offsets.filter(isAsked).sort(byPlace),
          pending: pending.filter(isAsked).sort(byPlace),
          problem: null,
        }
      }),
    )
  }

  async commitOffsets(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<readonly WriteOutcome[]> {
    return this.request('commitOffsets', () =>
      this.write(group, offsets, offsetProblem, (offset) => this.cluster.putOffset(group, offset)),
    )
  }

  async deleteOffsets(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly WriteOutcome[]> {
    return this.request('deleteOffsets', () =>
      this.write(
        group,
        partitions,
        () => null,
        (place) => this.cluster.removeOffset(group, place),
      ),
    )
  }

  async close(): Promise<void> {}

  private write<T extends TopicPartition>(
    group: string,
    writes: readonly T[],
    problemOf: (write: T) => ClusterProblem | null,
    apply: (write: T) => void,
  ): WriteOutcome[] {
    const alive = isIdle(stateOf(this.cluster.group(group))) ? null : groupAlive(group)
    return writes.map((write) => {
      const unknown = this.cluster.hasPartition(write) ? null : unknownTopic(write)
      const problem = alive ?? unknown ?? problemOf(write)
      if (problem === null) apply(write)
      return { topic: write.topic, partition: write.partition, problem }
    })
  }

  private async request<T>(name: string, answer: () => T): Promise<T> {
    const address = this.cluster.clusterId
    await this.onRequest?.({ name, phase: 'before', address })
    const answered = answer()
    await this.onRequest?.({ name, phase: 'after', address })
    return answered
  }
}

function stateOf(group: MemoryGroup | undefined): GroupState {
  if (group === undefined) return 'absent'
  return group.members.size > 0 ? group.coordination.state : 'empty'
}

function committedBy(group: MemoryGroup | undefined): {
  offsets: CommittedOffset[]
  pending: TopicPartition[]
} {
  if (group === undefined) return { offsets: [], pending: [] }
  const offsets = [...group.offsets.values()].flatMap((partitions) => [...partitions.values()])
  const places = new Map(
    [...group.open]
      .flatMap((transaction) => transaction.offsets)
      .map(({ topic, partition }) => {
        return [`${topic}#${partition}`, { topic, partition }]
      }),
  )
  return { offsets, pending: [...places.values()] }
}

function byPlace(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}

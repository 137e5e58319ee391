import type { CommittedOffset, TopicPartition } from '../../../src/domain/model/cluster.ts'
import type {
  ClusterProblem,
  GroupOffsets,
  GroupStatus,
  WriteOutcome,
} from '../../../src/domain/model/consumer-group.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'

/** What a request asks of a cluster for one group, or for one partition of it. */
export interface Asked {
  readonly name: 'describeGroups' | 'fetchOffsets' | 'commitOffsets' | 'deleteOffsets'
  readonly group: string
  /** null where it is asked of the group as a whole. */
  readonly place: TopicPartition | null
  /** How often the same was asked before. */
  readonly attempt: number
}

/** `done` tells whether an uncertain write is carried out; what is refused or for later is not. */
export type Fault =
  | { readonly outcome: 'refused' | 'later'; readonly code?: string }
  | { readonly outcome: 'uncertain'; readonly done: boolean; readonly code?: string }

/** null: as the cluster has it. */
export type FaultScript = (asked: Asked) => Fault | null

/**
 * A cluster that does not always do what it is asked, as a script says. Processes that end before
 * or after a request, and clusters that do not answer, are for the hook of the adapter inside.
 */
export class FaultyGroupAdmin implements GroupAdmin {
  readonly describeTopics: GroupAdmin['describeTopics']
  readonly topicNames: GroupAdmin['topicNames']
  readonly listGroups: GroupAdmin['listGroups']
  readonly close: GroupAdmin['close']
  private readonly inner: GroupAdmin
  private readonly script: FaultScript
  private readonly attempts = new Map<string, number>()

  constructor(inner: GroupAdmin, script: FaultScript) {
    this.inner = inner
    this.script = script
    this.describeTopics = (topics) => inner.describeTopics(topics)
    this.topicNames = () => inner.topicNames()
    this.listGroups = () => inner.listGroups()
    this.close = () => inner.close()
  }

  async describeGroups(groups: readonly string[]): Promise<readonly GroupStatus[]> {
    const statuses = await this.inner.describeGroups(groups)
    return statuses.map((status): GroupStatus => {
      const fault = this.faultOf('describeGroups', status.group, null)
      if (fault === null) return status
      const unknown = { type: null, state: 'unknown', members: 0 } as const
      return { group: status.group, ...unknown, problem: problemOf(fault) }
    })
  }

  async fetchOffsets(
    groups: readonly string[],
    topics: readonly string[] | null,
  ): Promise<readonly GroupOffsets[]> {
    const answers = await this.inner.fetchOffsets(groups, topics)
    return answers.map((answer): GroupOffsets => {
      const fault = this.faultOf('fetchOffsets', answer.group, null)
      if (fault === null) return answer
      return { group: answer.group, offsets: [], pending: [], problem: problemOf(fault) }
    })
  }

  commitOffsets(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<readonly WriteOutcome[]> {
    const carryOut = (some: readonly CommittedOffset[]) => this.inner.commitOffsets(group, some)
    return this.write('commitOffsets', group, offsets, carryOut)
  }

  deleteOffsets(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly WriteOutcome[]> {
    const carryOut = (some: readonly TopicPartition[]) => this.inner.deleteOffsets(group, some)
    return this.write('deleteOffsets', group, partitions, carryOut)
  }

  /** One request inside, as one was asked for: of what is carried out at all. */
  private async write<T extends TopicPartition>(
    name: Asked['name'],
    group: string,
    writes: readonly T[],
    carryOut: (some: readonly T[]) => Promise<readonly WriteOutcome[]>,
  ): Promise<readonly WriteOutcome[]> {
    const judged = writes.map((write) => ({ write, fault: this.faultOf(name, group, write) }))
    const isCarriedOut = ({ fault }: { fault: Fault | null }) =>
      fault === null || (fault.outcome === 'uncertain' && fault.done)
    const outcomes = await carryOut(judged.filter(isCarriedOut).map(({ write }) => write))
    let next = 0
    return judged.map(({ write: { topic, partition }, fault }): WriteOutcome => {
      const outcome = isCarriedOut({ fault }) ? outcomes[next++]! : null
      return fault === null ? outcome! : { topic, partition, problem: problemOf(fault) }
    })
  }

  private faultOf(name: Asked['name'], group: string, write: TopicPartition | null): Fault | null {
    const place = write === null ? null : { topic: write.topic, partition: write.partition }
    const key = JSON.stringify([name, group, place])
    const attempt = this.attempts.get(key) ?? 0
    this.attempts.set(key, attempt + 1)
    return this.script({ name, group, place, attempt })
  }
}

function problemOf({ outcome, code }: Fault): ClusterProblem {
  return { code: code ?? `scripted-${outcome}`, message: `as the script says: ${outcome}`, outcome }
}

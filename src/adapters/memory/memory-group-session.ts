import type { CommittedOffset, NewMessage, TopicPartition } from '../../domain/model/cluster.ts'
import { offsetProblem, partitionLost, unknownTopic } from '../../domain/model/cluster-problems.ts'
import type { ClusterProblem, WriteOutcome } from '../../domain/model/consumer-group.ts'
import { startPosition } from '../../domain/model/start-position.ts'
import { BrokerError } from '../../errors.ts'
import type { GroupSession, PolledBatch, PollRequest } from '../../ports/consumer-source.ts'
import type { MemoryCluster } from './memory-cluster.ts'
import {
  type Membership,
  type MemoryCoordinator,
  type Ownership,
  placeName,
} from './memory-coordinator.ts'
import type { MemoryLog } from './memory-log.ts'

/** A membership in a group of a cluster in memory. Nothing waits for time. */
export class MemoryGroupSession implements GroupSession {
  private readonly cluster: MemoryCluster
  private readonly coordinator: MemoryCoordinator
  private readonly member: Membership

  constructor(cluster: MemoryCluster, coordinator: MemoryCoordinator, member: Membership) {
    this.cluster = cluster
    this.coordinator = coordinator
    this.member = member
  }

  async poll(place: TopicPartition, request: PollRequest): Promise<PolledBatch | null> {
    const ownership = this.member.owned.get(placeName(place))
    for (;;) {
      if (ownership === undefined || request.signal.aborted || !this.isReadable(ownership))
        return null
      const batch = this.batch(ownership.log, place, request)
      if (batch !== null) return batch
      await woken(ownership, request.signal)
    }
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]> {
    return offsets.map((offset) => {
      const { topic, partition } = offset
      const problem = this.refusal(offset)
      if (problem === null) this.cluster.putOffset(this.member.request.group, offset)
      return { topic, partition, problem }
    })
  }

  async produce(topic: string, message: NewMessage, commit: CommittedOffset | null): Promise<void> {
    if (this.member.isOver) {
      throw new BrokerError('broker.member-lost', 'the member has left its group')
    }
    const problem = commit === null ? null : this.refusal(commit)
    if (problem !== null) throw new BrokerError(`broker.${problem.code}`, problem.message)
    this.cluster.append(topic, [message])
    if (commit !== null) this.cluster.putOffset(this.member.request.group, commit)
  }

  async leave(): Promise<void> {
    if (!this.member.isOver) this.coordinator.leave(this.member)
  }

  private refusal(offset: CommittedOffset): ClusterProblem | null {
    // Without an id the member was expelled, and has not heard of it yet.
    const ownership = this.member.id === null ? undefined : this.member.owned.get(placeName(offset))
    if (ownership === undefined) return partitionLost(offset)
    return this.isThere(ownership) ? offsetProblem(offset) : unknownTopic(offset)
  }

  private isReadable(ownership: Ownership): boolean {
    return ownership.state === 'ours' && this.isThere(ownership)
  }

  /** Its topic was not deleted, nor made anew. */
  private isThere(ownership: Ownership): boolean {
    return this.cluster.log(ownership) === ownership.log
  }

  private batch(
    log: MemoryLog,
    { topic, partition }: TopicPartition,
    { from, maxMessages }: PollRequest,
  ): PolledBatch | null {
    const end = Number(log.end)
    const start =
      from < Number(log.start) ? startPosition(log, null, this.member.request.startFrom) : from
    if (start === null) {
      const message = `${topic}#${partition} begins at ${log.start}, after ${from}`
      throw new BrokerError('broker.no-position', message)
    }
    const page = log.page(start, maxMessages)
    if (page !== null) return { ...page, end }
    return start === from ? null : { messages: [], offsets: [], next: start, end }
  }
}

/** Resolves when there may be something to read, or no reason to wait any more. */
function woken(ownership: Ownership, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const forget = ownership.log.onChange(wake)
  signal.addEventListener('abort', wake)
  ownership.wake = wake
  function wake(): void {
    forget()
    signal.removeEventListener('abort', wake)
    ownership.wake = null
    resolve()
  }
  return promise
}

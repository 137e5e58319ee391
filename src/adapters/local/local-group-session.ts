import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, NewMessage, TopicPartition } from '../../domain/model/cluster.ts'
import { partitionLost } from '../../domain/model/cluster-problems.ts'
import type { WriteOutcome } from '../../domain/model/consumer-group.ts'
import { BrokerError } from '../../errors.ts'
import type { GroupSession, PolledBatch, PollRequest } from '../../ports/consumer-source.ts'
import { placeName } from './group-sharing.ts'
import { commitAsMember, writeProblem } from './group-writes.ts'
import type { LocalDatabase } from './local-database.ts'
import type { LocalMembership } from './local-membership.ts'
import { append } from './log.ts'
import { pollPage } from './poll-page.ts'

/** A membership in a group of the embedded cluster, on a connection of its own. */
export class LocalGroupSession implements GroupSession {
  private readonly database: LocalDatabase
  private readonly membership: LocalMembership

  constructor(database: LocalDatabase, membership: LocalMembership) {
    this.database = database
    this.membership = membership
  }

  async poll(place: TopicPartition, request: PollRequest): Promise<PolledBatch | null> {
    const { owned, request: joined } = this.membership
    const ownership = owned.get(placeName(place))
    while (ownership?.state === 'ours' && !request.signal.aborted) {
      const batch = this.database.read((sql) => pollPage(sql, ownership, request, joined.startFrom))
      if (batch !== null) return batch
      await this.news(request.signal)
    }
    return null
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]> {
    if (this.membership.isOver) {
      return offsets.map((offset) => {
        return { topic: offset.topic, partition: offset.partition, problem: partitionLost(offset) }
      })
    }
    let isWritten = false
    try {
      return this.database.write((sql) => {
        const outcomes = this.commitIn(sql, offsets)
        isWritten = true
        return outcomes
      })
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      const problem = writeProblem(error, isWritten)
      return offsets.map(({ topic, partition }) => ({ topic, partition, problem }))
    }
  }

  async produce(topic: string, message: NewMessage, commit: CommittedOffset | null): Promise<void> {
    if (this.membership.isOver) {
      throw new BrokerError('broker.member-lost', 'the member has left its group')
    }
    this.database.write((sql) => {
      append(sql, topic, [message])
      const [outcome] = commit === null ? [] : this.commitIn(sql, [commit])
      const problem = outcome?.problem
      // Thrown inside the transaction: the message goes as well.
      if (problem) throw new BrokerError(`broker.${problem.code}`, problem.message)
    })
    // Changes of this connection are no news to it.
    this.membership.wake()
  }

  async leave(): Promise<void> {
    this.membership.leave()
  }

  private commitIn(sql: DatabaseSync, offsets: readonly CommittedOffset[]): WriteOutcome[] {
    const { request, memberId, nowMs } = this.membership
    return commitAsMember(sql, request.group, memberId, offsets, nowMs)
  }

  private news(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.membership.onNews(wake)
    signal.addEventListener('abort', wake)
    function wake(): void {
      forget()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    return promise
  }
}

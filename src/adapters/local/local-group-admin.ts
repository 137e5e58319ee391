import type { DatabaseSync } from 'node:sqlite'
import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import type {
  GroupOffsets,
  GroupStatus,
  ListedGroup,
  TopicsDescription,
  WriteOutcome,
} from '../../domain/model/consumer-group.ts'
import { BrokerError } from '../../errors.ts'
import type { GroupAdmin, RequestHook } from '../../ports/group-admin.ts'
import { commitOffsets, deleteOffsets, writeProblem } from './group-writes.ts'
import { fetchOffsets, groupNames, memberCount } from './groups.ts'
import { type LocalDatabase, openDatabase } from './local-database.ts'
import { describeCluster, topicRows } from './topics.ts'

export interface LocalGroupAdminOptions {
  /** Milliseconds since the epoch, for the leases of members. */
  readonly now?: () => number
  readonly onRequest?: RequestHook
}

/**
 * Reads and moves what groups of an embedded cluster have committed. Each method is a transaction
 * of its own: written and synced to disk when it resolves. The groups are classic ones.
 */
export class LocalGroupAdmin implements GroupAdmin {
  private readonly database: LocalDatabase
  private readonly now: () => number
  private readonly onRequest: RequestHook | undefined

  constructor(database: LocalDatabase, { now, onRequest }: LocalGroupAdminOptions = {}) {
    this.database = database
    this.now = now ?? Date.now
    this.onRequest = onRequest
  }

  /** @throws UsageError when there is no such file, InputError for one that is something else */
  static open(path: string, options: LocalGroupAdminOptions = {}): LocalGroupAdmin {
    return new LocalGroupAdmin(openDatabase(path), options)
  }

  async describeTopics(topics: readonly string[]): Promise<TopicsDescription> {
    const asked = new Set(topics)
    return this.read('describeTopics', (sql) => {
      const cluster = describeCluster(sql)
      const found = cluster.topics.filter(({ name }) => asked.has(name))
      return { clusterId: cluster.clusterId, topics: found, denied: [], unwritable: [] }
    })
  }

  async topicNames(): Promise<readonly string[]> {
    return this.read('topicNames', (sql) => topicRows(sql).map(({ name }) => name))
  }

  async listGroups(): Promise<readonly ListedGroup[]> {
    return this.read('listGroups', (sql, nowMs) =>
      groupNames(sql, nowMs).map((group): ListedGroup => {
        const state = memberCount(sql, group, nowMs) > 0 ? 'stable' : 'empty'
        return { group, type: 'classic', state }
      }),
    )
  }

  async describeGroups(groups: readonly string[]): Promise<readonly GroupStatus[]> {
    return this.read('describeGroups', (sql, nowMs) => {
      const known = new Set(groupNames(sql, nowMs))
      return groups.map((group): GroupStatus => {
        const members = memberCount(sql, group, nowMs)
        return known.has(group)
          ? {
              group,
              type: 'classic',
              state: members > 0 ? 'stable' : 'empty',
              members,
              problem: null,
            }
          : { group, type: null, state: 'absent', members, problem: null }
      })
    })
  }

  async fetchOffsets(
    groups: readonly string[],
    topics: readonly string[] | null,
  ): Promise<readonly GroupOffsets[]> {
    const asked = topics === null ? null : new Set(topics)
    return this.read('fetchOffsets', (sql) =>
      groups.map((group): GroupOffsets => {
        const offsets = fetchOffsets(sql, group).filter(({ topic }) => asked?.has(topic) ?? true)
        return { group, offsets, pending: [], problem: null }
      }),
    )
  }

  async commitOffsets(
    group: string,
    offsets: readonly CommittedOffset[],
  ): Promise<readonly WriteOutcome[]> {
    return this.write('commitOffsets', offsets, (sql, nowMs) =>
      commitOffsets(sql, group, offsets, nowMs),
    )
  }

  async deleteOffsets(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly WriteOutcome[]> {
    return this.write('deleteOffsets', partitions, (sql, nowMs) =>
      deleteOffsets(sql, group, partitions, nowMs),
    )
  }

  async close(): Promise<void> {
    this.database.close()
  }

  private read<T>(name: string, work: (sql: DatabaseSync, nowMs: number) => T): Promise<T> {
    return this.request(name, () => this.database.read((sql) => work(sql, this.now())))
  }

  private write(
    name: string,
    partitions: readonly TopicPartition[],
    work: (sql: DatabaseSync, nowMs: number) => WriteOutcome[],
  ): Promise<WriteOutcome[]> {
    return this.request(name, () => {
      let isWritten = false
      try {
        return this.database.write((sql) => {
          // The time is read once the file is ours: a member may have joined while we waited.
          const outcomes = work(sql, this.now())
          isWritten = true
          return outcomes
        })
      } catch (error) {
        if (!(error instanceof BrokerError)) throw error
        const problem = writeProblem(error, isWritten)
        return partitions.map(({ topic, partition }) => ({ topic, partition, problem }))
      }
    })
  }

  private async request<T>(name: string, transaction: () => T): Promise<T> {
    const address = this.database.path
    await this.onRequest?.({ name, phase: 'before', address })
    const answer = transaction()
    await this.onRequest?.({ name, phase: 'after', address })
    return answer
  }
}

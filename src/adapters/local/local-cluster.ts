import type {
  AppendedMessage,
  ClusterDescription,
  NewMessage,
  TopicDescription,
} from '../../domain/model/cluster.ts'
import type { LocalStateDocument } from '../../domain/model/local-state.ts'
import type {
  GroupLease,
  LogStore,
  MembershipStore,
  StateStore,
  TopicStore,
} from '../../ports/cluster-store.ts'
import { dumpState } from './dump.ts'
import * as groups from './groups.ts'
import { loadState } from './load.ts'
import { type LocalDatabase, openDatabase, openOrCreateDatabase } from './local-database.ts'
import * as log from './log.ts'
import { parseLocalState } from './parse-local-state.ts'
import { stateDocument } from './state-document.ts'
import * as topics from './topics.ts'

/**
 * The embedded cluster: topics, logs and members of groups in one file; `LocalGroupAdmin` has what
 * groups committed. Each method is a transaction of its own: done and synced to disk when it resolves, not done at all when it rejects.
 */
export class LocalCluster implements TopicStore, LogStore, MembershipStore, StateStore {
  private readonly database: LocalDatabase
  private readonly now: () => number

  /** @param now milliseconds since the epoch, for the leases of members */
  constructor(database: LocalDatabase, now: () => number = Date.now) {
    this.database = database
    this.now = now
  }

  /** @throws UsageError when there is no such file, InputError for one that is something else */
  static open(path: string): LocalCluster {
    return new LocalCluster(openDatabase(path))
  }

  /** Opens the cluster, made empty when there is none. @throws InputError */
  static openOrCreate(path: string): LocalCluster {
    return new LocalCluster(openOrCreateDatabase(path))
  }

  async describe(): Promise<ClusterDescription> {
    return this.database.read(topics.describeCluster)
  }

  async createTopic(topic: string, partitions: number): Promise<TopicDescription> {
    return this.database.write((sql) => topics.createTopic(sql, topic, partitions))
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    this.database.write((sql) => topics.addPartitions(sql, topic, total))
  }

  async deleteTopic(topic: string): Promise<void> {
    this.database.write((sql) => topics.deleteTopic(sql, topic))
  }

  async append(topic: string, messages: readonly NewMessage[]): Promise<AppendedMessage[]> {
    return this.database.write((sql) => log.append(sql, topic, messages))
  }

  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    this.database.write((sql) => log.deleteRecords(sql, topic, partition, before))
  }

  async joinGroup(group: string, { leaseMs, ...member }: GroupLease): Promise<void> {
    const leaseEndMs = this.now() + leaseMs
    this.database.write((sql) => groups.joinGroup(sql, group, member, leaseEndMs))
  }

  async leaveGroup(group: string, memberId: string): Promise<void> {
    this.database.write((sql) => groups.leaveGroup(sql, group, memberId))
  }

  async load(document: unknown, replace: boolean): Promise<void> {
    const state = parseLocalState(document)
    this.database.write((sql) => loadState(sql, state, replace))
  }

  async dump(generatedBy: string): Promise<LocalStateDocument> {
    return stateDocument(this.database.read(dumpState), generatedBy)
  }

  close(): void {
    this.database.close()
  }
}

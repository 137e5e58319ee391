import { randomUUID } from 'node:crypto'
import type { CommittedOffset, NewMessage, TopicPartition } from '../../../domain/model/cluster.ts'
import type { WriteOutcome } from '../../../domain/model/consumer-group.ts'
import type {
  AssignmentListener,
  GroupSession,
  JoinRequest,
  PolledBatch,
  PollRequest,
} from '../../../ports/consumer-source.ts'
import { Brokers } from '../groups/brokers.ts'
import { KafkaProducer } from '../producer/kafka-producer.ts'
import { CommittedOffsets } from './committed-offsets.ts'
import { Committer } from './committer.ts'
import { GroupCoordinator, isNotReady } from './coordinator.ts'
import { lostMembership } from './failures.ts'
import type { Member, Membership } from './member-identity.ts'
import { ClassicMembership } from './membership/classic-membership.ts'
import { ConsumerMembership } from './membership/consumer-membership.ts'
import { Ownership } from './ownership.ts'
import { type KafkaConsumerOptions, type SessionSettings, sessionSettings } from './settings.ts'
import { StartPositions } from './start-positions.ts'
import { Streams } from './stream/streams.ts'
import { TopicWatch } from './topic-watch.ts'

/** Of the rebalance timeout: the rest is for joining again. */
const REVOCATION_SHARE = 0.9
const LEADER_CONNECTIONS = 2

/** A membership, what it owns, and what is read from that. */
export class KafkaGroupSession implements GroupSession {
  private readonly settings: SessionSettings
  private readonly listener: AssignmentListener
  private readonly brokers: Brokers
  private readonly patient: Brokers
  private readonly leaders: readonly Brokers[]
  private readonly coordinator: GroupCoordinator
  private readonly topics: TopicWatch
  private readonly streams: Streams
  private readonly ownership: Ownership
  private readonly membership: Membership
  private readonly committer: Committer
  private readonly producer: KafkaProducer
  private readonly transactionalId: string
  private readonly ending = new AbortController()
  private leaving: Promise<void> | null = null

  constructor(options: KafkaConsumerOptions, request: JoinRequest, listener: AssignmentListener) {
    const settings = sessionSettings(options)
    const { timeoutMs, rebalanceTimeoutMs } = settings
    this.settings = settings
    this.listener = listener
    this.producer = new KafkaProducer(options)
    // A static member that comes back fences its own transactions of before.
    this.transactionalId = `${request.group}-${settings.instanceId ?? randomUUID()}`
    const patience = rebalanceTimeoutMs + timeoutMs
    this.brokers = new Brokers(options, timeoutMs, noHook)
    this.patient = new Brokers(options, timeoutMs, noHook, patience)
    this.leaders = Array.from(
      { length: LEADER_CONNECTIONS },
      () => new Brokers(options, timeoutMs, noHook),
    )
    this.coordinator = new GroupCoordinator(this.brokers, request.group)
    this.topics = new TopicWatch(this.brokers, request.topics)
    const problem = (error: unknown) => this.problem(error)
    const failed = (error: unknown) => this.fail(error)
    const { coordinator, topics, brokers } = this
    const { group, startFrom } = request
    const member = this.memberLater()
    const positions = new StartPositions({
      group,
      startFrom,
      brokers,
      topics,
      committed: new CommittedOffsets(coordinator, member, settings.protocol === 'consumer'),
      ending: this.ending.signal,
      problem,
    })
    const startOf = (partition: TopicPartition) => positions.startOf(partition)
    this.streams = new Streams({ pools: this.leaders, topics, startOf, problem })
    const revocationMs = rebalanceTimeoutMs * REVOCATION_SHARE
    const { streams } = this
    this.ownership = new Ownership({ group, listener, positions, streams, revocationMs, failed })
    const { ownership, patient } = this
    const around = { settings, coordinator, topics, ownership, patient, problem, failed }
    this.membership =
      settings.protocol === 'classic'
        ? new ClassicMembership(around)
        : new ConsumerMembership(around)
    const ending = this.ending.signal
    this.committer = new Committer({ coordinator, member, ownership, withinMs: patience, ending })
  }

  /** Looks at the topics, finds the coordinator, and begins to join. @throws BrokerError, UsageError */
  async start(): Promise<void> {
    await this.topics.refresh()
    // A cluster that never had a group makes the topic of offsets first: joining asks again.
    await this.coordinator.find().catch((error: unknown) => {
      if (!isNotReady(error)) throw error
    })
    for (const error of await this.topics.missing()) this.problem(error)
    void this.membership.run()
    const { metadataIntervalMs } = this.settings
    void this.topics.watch(metadataIntervalMs, this.ending.signal, (error) => this.problem(error))
  }

  async poll(partition: TopicPartition, request: PollRequest): Promise<PolledBatch | null> {
    return await this.streams.poll(partition, request)
  }

  async commit(offsets: readonly CommittedOffset[]): Promise<readonly WriteOutcome[]> {
    return await this.committer.commit(offsets)
  }

  async produce(topic: string, message: NewMessage, offset: CommittedOffset | null): Promise<void> {
    if (offset === null) return await this.producer.produce(topic, message, null)
    const { identity } = this.membership
    const { group } = this.coordinator
    if (identity === null || this.ownership.of(offset) === null) throw lostMembership(group)
    const { transactionalId } = this
    const commit = { offset, group, ...identity, transactionalId }
    await this.producer.produce(topic, message, commit)
  }

  async leave(): Promise<void> {
    this.leaving ??= this.end()
    await this.leaving
  }

  private async end(): Promise<void> {
    this.ending.abort()
    this.streams.stop()
    this.ownership.end()
    await this.membership.leave()
    await this.producer.close().catch(() => {})
    await Promise.all([this.brokers, this.patient, ...this.leaders].map((pool) => pool.close()))
  }

  private fail(error: unknown): void {
    if (this.ending.signal.aborted) return
    this.listener.failed(error)
    void this.leave()
  }

  private problem(error: unknown): void {
    if (!this.ending.signal.aborted) this.listener.problem(error)
  }

  /** The membership needs what needs it. */
  private memberLater(): Member {
    const membership = () => this.membership
    return {
      get identity() {
        return membership().identity
      },
      renewed: (stale) => membership().renewed(stale),
    }
  }
}

const noHook = () => {}

import type { TopicPartition } from '../../domain/model/cluster.ts'
import { isSubscribed } from '../../domain/model/group-assignment.ts'
import type { AssignmentListener, JoinRequest } from '../../ports/consumer-source.ts'
import { joinsAfter } from './assigners.ts'
import type {
  KafkaJs,
  KafkaJsAdmin,
  KafkaJsBatchPayload,
  KafkaJsConsumer,
  KafkaJsConsumerConfig,
  KafkaJsCrash,
  KafkaJsGroupJoin,
} from './client.ts'
import { brokerError, protocolError } from './failures.ts'
import { ReadAhead } from './read-ahead.ts'
import { startPositions } from './start-positions.ts'

/** How a member reads and looks for topics. */
export interface MembershipSettings {
  /** Goes to kafkajs as it is, with defaults where kafkajs' own do not fit. */
  readonly consumer: Omit<KafkaJsConsumerConfig, 'groupId'>
  readonly partitionsConsumedConcurrently: number
  /** Messages per partition beyond which kafkajs is paused. */
  readonly readAhead: number
  readonly topicRefreshMs: number
}

/** How soon where partitions begin is asked again. */
const RETRY_MS = 1000
const HEARTBEAT_MS = 3000
/** Kafka's own, which no pattern means. */
const INTERNAL = /^__(consumer_offsets|transaction_state|share_group_state)$/

/**
 * A member of a group by kafkajs. Another consumer takes the place of the running one when the topics
 * that match have changed, because kafkajs settles patterns once.
 */
export class KafkaJsMembership {
  readonly request: JoinRequest
  readonly owned = new Map<string, ReadAhead>()
  isOver = false
  consumer: KafkaJsConsumer | null = null
  private readonly kafka: KafkaJs
  private readonly admin: KafkaJsAdmin
  private readonly listener: AssignmentListener
  private readonly settings: MembershipSettings
  /** What a rebalance waits for: kafkajs repeats commits, which must not happen as a later member. */
  private readonly writes = new Set<Promise<unknown>>()
  private topics: readonly string[] = []
  /** Of assignments: what was asked for an earlier one is of no use. */
  private epoch = 0
  private memberId = ''
  private givingUp: Promise<void> | null = null
  private heartbeat: (() => Promise<void>) | null = null
  private timer: NodeJS.Timeout | undefined

  constructor(
    kafka: KafkaJs,
    admin: KafkaJsAdmin,
    request: JoinRequest,
    listener: AssignmentListener,
    settings: MembershipSettings,
  ) {
    this.kafka = kafka
    this.admin = admin
    this.request = request
    this.listener = listener
    this.settings = settings
  }

  /** @throws BrokerError */
  async join(): Promise<void> {
    try {
      await this.consume(await this.matching())
    } catch (error) {
      throw brokerError(`join ${this.request.group}`, error)
    }
    this.refreshLater()
  }

  /** Keeps a rebalance waiting until the write has ended. */
  async writing<T>(write: Promise<T>): Promise<T> {
    this.writes.add(write)
    try {
      return await write
    } finally {
      this.writes.delete(write)
    }
  }

  /** Gives everything up and tells nobody. */
  async leave(): Promise<void> {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    this.forget()
    await this.consumer?.disconnect().catch(() => {})
  }

  /** The broker said that we are no member any more. */
  lose(): void {
    const lost = this.places()
    this.forget()
    if (lost.length > 0) this.listener.lost(lost)
  }

  private async matching(): Promise<string[]> {
    const topics = await this.admin.listTopics()
    return topics
      .filter((name) => !INTERNAL.test(name) && isSubscribed(this.request.topics, name))
      .sort()
  }

  private refreshLater(): void {
    this.timer = setTimeout(async () => {
      try {
        const matching = await this.matching()
        if (!this.isOver && matching.join() !== this.topics.join()) await this.change(matching)
      } catch (error) {
        if (!this.isOver) this.listener.problem(brokerError('look for topics', error))
      }
      if (!this.isOver) this.refreshLater()
    }, this.settings.topicRefreshMs)
  }

  private async change(topics: readonly string[]): Promise<void> {
    // Until it consumes again: what fails in between is tried again at the next look.
    this.topics = []
    await this.giveUp()
    const former = this.consumer
    this.consumer = null
    await former?.disconnect().catch(() => {})
    if (!this.isOver) await this.consume(topics)
  }

  private async consume(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return
    const { partitionAssigners, ...config } = this.settings.consumer
    const consumer = this.kafka.consumer({
      ...config,
      groupId: this.request.group,
      partitionAssigners: joinsAfter(
        (coordinator) => this.beforeJoin(coordinator),
        partitionAssigners ?? [],
      ),
    })
    const isCurrent = () => !this.isOver && this.consumer === consumer
    this.consumer = consumer
    consumer.on('consumer.group_join', ({ payload }) => {
      if (isCurrent()) this.joined(consumer, payload)
    })
    consumer.on('consumer.crash', ({ payload }) => {
      if (isCurrent()) this.crashed(payload)
    })
    consumer.on('consumer.end_batch_process', ({ payload }) => {
      if (isCurrent()) this.owned.get(placeName(payload))?.skip(payload)
    })
    await consumer.connect()
    const fromBeginning = this.request.startFrom === 'earliest'
    await consumer.subscribe({ topics: [...topics], fromBeginning })
    this.topics = topics
    // Resolves when the group has rebalanced; failures come as crashes.
    void consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.settings.partitionsConsumedConcurrently,
        eachBatch: async (payload) => this.receive(payload),
      })
      .catch((error) => {
        if (isCurrent()) this.crashed({ error, restart: false })
      })
  }

  private receive(payload: KafkaJsBatchPayload): void {
    this.heartbeat = payload.heartbeat
    this.owned.get(placeName(payload.batch))?.receive(payload)
  }

  /** All there is to know of a rebalance: kafkajs is about to join, and waits for this. */
  private async beforeJoin(coordinator: unknown): Promise<void> {
    if (this.isOver) throw new Error('the session has left its group')
    this.epoch++
    if (this.owned.size === 0) return
    if (await this.isForgotten(coordinator)) this.lose()
    else await this.giveUp()
  }

  /** Resolves when everything has been given up; a rebalance may come while topics change. */
  private async giveUp(): Promise<void> {
    this.givingUp ??= this.revoke().finally(() => {
      this.givingUp = null
    })
    await this.givingUp
  }

  private async revoke(): Promise<void> {
    const places = this.places()
    if (places.length === 0) return
    for (const readAhead of this.owned.values()) readAhead.close('ending')
    const beat = setInterval(() => {
      // It answers that the group is rebalancing; it counts as a sign of life all the same.
      this.heartbeat?.().catch(() => {})
    }, this.settings.consumer.heartbeatInterval ?? HEARTBEAT_MS)
    try {
      await this.listener.revoked(places)
      await Promise.allSettled(this.writes)
    } finally {
      clearInterval(beat)
    }
    this.forget()
  }

  /** The coordinator tells members from others before it looks at the generation. */
  private async isForgotten(coordinator: unknown): Promise<boolean> {
    const { heartbeat } = coordinator as Partial<Coordinator>
    if (heartbeat === undefined) return false
    const member = { groupId: this.request.group, memberId: this.memberId, groupGenerationId: -1 }
    return await heartbeat.call(coordinator, member).then(
      () => false,
      (error) => protocolError(error) === 'UNKNOWN_MEMBER_ID',
    )
  }

  private joined(consumer: KafkaJsConsumer, payload: KafkaJsGroupJoin): void {
    this.memberId = payload.memberId
    const places = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      consumer.pause([{ topic, partitions }])
    }
    void this.begin(consumer, places, ++this.epoch)
  }

  private async begin(
    consumer: KafkaJsConsumer,
    places: readonly TopicPartition[],
    epoch: number,
  ): Promise<void> {
    const isCurrent = () => !this.isOver && epoch === this.epoch
    try {
      const starting = await startPositions(this.admin, this.request, places)
      if (!isCurrent()) return
      for (const { topic, partition, end } of starting) {
        const place = { topic, partition }
        const readAhead = new ReadAhead(consumer, place, end, this.settings.readAhead)
        this.owned.set(placeName(place), readAhead)
      }
      const assigned = starting.map(({ end: _, ...partition }) => partition)
      if (assigned.length > 0) this.listener.assigned(assigned)
    } catch (error) {
      if (!isCurrent()) return
      const failure = brokerError('find out where to begin', error)
      if (failure.code === 'broker.no-position') {
        await this.leave()
        this.listener.failed(failure)
        return
      }
      this.listener.problem(failure)
      setTimeout(() => this.begin(consumer, places, epoch), RETRY_MS)
    }
  }

  private crashed({ error, restart }: KafkaJsCrash): void {
    this.epoch++
    this.lose()
    const failure = brokerError(`consume in ${this.request.group}`, error)
    if (restart) {
      this.listener.problem(failure)
      return
    }
    void this.leave()
    this.listener.failed(failure)
  }

  private places(): TopicPartition[] {
    return [...this.owned.values()].map(({ place }) => place)
  }

  private forget(): void {
    for (const readAhead of this.owned.values()) readAhead.close('gone')
    this.owned.clear()
  }
}

/** A broker's connection, which kafkajs keeps to itself. */
interface Coordinator {
  heartbeat(member: {
    groupId: string
    memberId: string
    groupGenerationId: number
  }): Promise<unknown>
}

/** Names a partition among those of all topics. */
export function placeName({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

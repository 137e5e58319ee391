import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../ports/consumer-source.ts'
import type { KafkaJs, KafkaJsAdmin, KafkaJsConsumerConfig } from './client.ts'
import { brokerError } from './failures.ts'
import { KafkaJsGroupSession } from './kafkajs-group-session.ts'
import { KafkaJsMembership, type MembershipSettings } from './membership.ts'
import { KafkaJsWriter } from './writer.ts'

/** How an application's kafkajs is used. */
export interface KafkaJsSourceOptions {
  /** For `kafka.consumer()`: session time-out, assigners, sizes and the rest. */
  readonly consumer?: Omit<KafkaJsConsumerConfig, 'groupId'>
  /** Partitions that kafkajs takes in at once. Default 3. */
  readonly partitionsConsumedConcurrently?: number
  /** Messages per partition that are read ahead before it is paused. Default 2000. */
  readonly readAhead?: number
  /** How often topics that match are looked for. Default 30000. */
  readonly topicRefreshMs?: number
  /** One that no other process uses: `produce` with a commit needs it. Absent: no transactions. */
  readonly transactionalId?: string
}

/**
 * Consumes by a kafkajs client that the application has already: `kafkaJsSource(new Kafka(..))`.
 *
 * What kafkajs cannot do, this cannot either:
 * - Each rebalance takes all partitions away and gives them anew (the eager protocol). It is learnt of by
 *   the next heartbeat. The rejoin waits until `revoked` has resolved, so what materialised is committed
 *   before anybody else gets a partition, but the coordinator waits no longer than `rebalanceTimeout`.
 * - Leader epochs of committed offsets are neither read nor written.
 * - A transaction does not carry the membership: that a partition is still ours is looked at right before
 *   its end, not by the broker. A pending one of another client is not waited for at the start.
 * - A position that retention has left behind while it was read from goes to the earliest offset, or the
 *   latest unless `startFrom` is `earliest`; headers without a value are written with an empty one.
 */
export function kafkaJsSource(kafka: KafkaJs, options: KafkaJsSourceOptions = {}): ConsumerSource {
  return new KafkaJsConsumerSource(kafka, options)
}

/** A fetch that waits keeps a partition waiting that was paused; kafkajs' own 5000 are too many. */
const MAX_WAIT_MS = 100

class KafkaJsConsumerSource implements ConsumerSource {
  readonly name = 'kafkajs'
  readonly canTransact: boolean
  private readonly kafka: KafkaJs
  private readonly settings: MembershipSettings
  private readonly writer: KafkaJsWriter
  private admin: Promise<KafkaJsAdmin> | null = null

  constructor(kafka: KafkaJs, options: KafkaJsSourceOptions) {
    this.kafka = kafka
    this.canTransact = options.transactionalId !== undefined
    this.writer = new KafkaJsWriter(kafka, options.transactionalId ?? null)
    this.settings = {
      consumer: {
        allowAutoTopicCreation: false,
        maxWaitTimeInMs: MAX_WAIT_MS,
        ...options.consumer,
      },
      partitionsConsumedConcurrently: options.partitionsConsumedConcurrently ?? 3,
      readAhead: options.readAhead ?? 2000,
      topicRefreshMs: options.topicRefreshMs ?? 30_000,
    }
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    this.admin ??= connectedAdmin(this.kafka).catch((error) => {
      this.admin = null
      throw error
    })
    const admin = await this.admin
    const membership = new KafkaJsMembership(this.kafka, admin, request, listener, this.settings)
    await membership.join()
    return new KafkaJsGroupSession(membership, this.writer)
  }

  async close(): Promise<void> {
    await this.writer.close()
    await this.admin?.then((admin) => admin.disconnect()).catch(() => {})
  }
}

async function connectedAdmin(kafka: KafkaJs): Promise<KafkaJsAdmin> {
  const admin = kafka.admin()
  try {
    await admin.connect()
  } catch (error) {
    throw brokerError('connect', error)
  }
  return admin
}

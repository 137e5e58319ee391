import { setTimeout as sleep } from 'node:timers/promises'
import type { NewMessage, TopicPartition } from '../../../domain/model/cluster.ts'
import { closed } from '../connection/failures.ts'
import { Brokers } from '../groups/brokers.ts'
import type { KafkaClusterOptions } from '../options.ts'
import { CoordinatorQuestions } from './coordinator-questions.ts'
import { Deliveries } from './delivery.ts'
import { Identities } from './identities.ts'
import { checkMessage } from './message-check.ts'
import { PartitionLane } from './partition-lane.ts'
import { TopicPartitions } from './topic-partitions.ts'
import { TopicQueue } from './topic-queue.ts'
import { type TransactionalCommit, TransactionalProducer } from './transactional-producer.ts'

export type { TransactionalCommit } from './transactional-producer.ts'

/** How long a message may take, over all attempts: long enough for a broker to start again. */
const TIMEOUT_MS = 30_000
/** A request that gets no answer is given up early enough for others. */
const ATTEMPTS_IN_TIME = 3

/**
 * Writes messages to a Kafka cluster, each once: the brokers know a message that is sent again by
 * its sequence. Any number of calls may be under way; those for one partition keep their order.
 * Connects at the first message, over connections of its own.
 */
export class KafkaProducer {
  private readonly timeoutMs: number
  private readonly brokers: Brokers
  private readonly partitions: TopicPartitions
  private readonly deliveries: Deliveries
  private readonly identities: Identities
  private readonly questions: CoordinatorQuestions
  private readonly topics = new Map<string, TopicQueue>()
  private readonly lanes = new Map<string, PartitionLane>()
  private readonly transactional = new Map<string, TransactionalProducer>()
  private readonly underWay = new Set<Promise<void>>()
  private lastTransaction: Promise<void> = Promise.resolve()
  private isClosed = false

  constructor(options: KafkaClusterOptions) {
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    const requestMs = Math.ceil(this.timeoutMs / ATTEMPTS_IN_TIME)
    this.brokers = new Brokers(options, requestMs, () => {})
    this.partitions = new TopicPartitions(this.brokers)
    this.deliveries = new Deliveries(this.brokers, this.partitions)
    this.identities = new Identities(this.brokers)
    this.questions = new CoordinatorQuestions(this.brokers)
  }

  /**
   * Resolves when all replicas in sync have the message.
   * @param commit what to commit in the same transaction (D7); transactions go one at a time
   * @throws BrokerError: with a commit nothing is to be seen then, of the message or the offset,
   * but for `broker.uncertain-write`, which says that this is not known; UsageError for a message
   * that is not made of bytes
   */
  async produce(
    topic: string,
    message: NewMessage,
    commit: TransactionalCommit | null,
  ): Promise<void> {
    if (this.isClosed) throw closed()
    checkMessage(message)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const deadline = performance.now() + this.timeoutMs
    const queued = { message, deadline, resolve, reject }
    this.topicOf(topic).append({
      ...queued,
      place: (to) => {
        if (commit === null) this.laneOf(to).append(queued)
        else this.inTransaction(to, message, commit).then(resolve, reject)
      },
    })
    this.underWay.add(promise)
    try {
      await promise
    } finally {
      this.underWay.delete(promise)
    }
  }

  /** Takes no more messages, lets those under way end for as long as one may take, and goes. */
  async close(): Promise<void> {
    this.isClosed = true
    const patience = new AbortController()
    const ended = Promise.allSettled(this.underWay).then(() => patience.abort())
    const overdue = sleep(this.timeoutMs, undefined, { signal: patience.signal }).catch(() => {})
    await Promise.race([ended, overdue])
    await this.brokers.close()
  }

  private async inTransaction(
    to: TopicPartition,
    message: NewMessage,
    commit: TransactionalCommit,
  ): Promise<void> {
    const producer = this.transactionalOf(commit.transactionalId)
    const own = this.lastTransaction.then(() => producer.produce(to, message, commit))
    this.lastTransaction = own.catch(() => {})
    await own
  }

  private topicOf(topic: string): TopicQueue {
    return found(this.topics, topic, () => new TopicQueue(topic, this.partitions))
  }

  private laneOf(to: TopicPartition): PartitionLane {
    const make = () => new PartitionLane(to, this.identities, this.deliveries)
    return found(this.lanes, `${to.topic}#${to.partition}`, make)
  }

  private transactionalOf(id: string): TransactionalProducer {
    const { questions, deliveries, timeoutMs } = this
    const make = () => new TransactionalProducer(id, questions, deliveries, timeoutMs)
    return found(this.transactional, id, make)
  }
}

function found<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

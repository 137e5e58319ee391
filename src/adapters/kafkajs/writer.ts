import type { CommittedOffset, NewMessage } from '../../domain/model/cluster.ts'
import { BrokerError, UsageError } from '../../errors.ts'
import type { KafkaJs, KafkaJsProducer, KafkaJsTransaction } from './client.ts'
import { brokerError } from './failures.ts'
import { recordOf } from './messages.ts'

/** Writes by kafkajs: connects when there is something to write, one transaction after the other. */
export class KafkaJsWriter {
  private readonly kafka: KafkaJs
  private readonly transactionalId: string | null
  private plain: Promise<KafkaJsProducer> | null = null
  private transactional: Promise<KafkaJsProducer> | null = null
  private lastTransaction: Promise<unknown> = Promise.resolve()

  constructor(kafka: KafkaJs, transactionalId: string | null) {
    this.kafka = kafka
    this.transactionalId = transactionalId
  }

  /** @throws BrokerError */
  async send(topic: string, message: NewMessage): Promise<void> {
    try {
      this.plain ??= connected(
        // One at a time keeps the order, which kafkajs does not when an idempotent request is repeated.
        this.kafka.producer({ idempotent: true, maxInFlightRequests: 1, ...NO_TOPICS }),
      )
      const producer = await this.plain.catch((error) => {
        this.plain = null
        throw error
      })
      await producer.send(recordOf(topic, message))
    } catch (error) {
      throw brokerError(`write to ${topic}`, error)
    }
  }

  /**
   * @param isOurs asked right before the transaction is committed
   * @throws BrokerError, UsageError without a transactional id
   */
  async sendWith(
    group: string,
    topic: string,
    message: NewMessage,
    commit: CommittedOffset,
    isOurs: () => boolean,
  ): Promise<void> {
    const { transactionalId } = this
    if (transactionalId === null) throw noTransactions()
    const sent = this.lastTransaction.then(async () => {
      try {
        this.transactional ??= connected(
          this.kafka.producer({
            transactionalId,
            idempotent: true,
            maxInFlightRequests: 1,
            ...NO_TOPICS,
          }),
        )
        const producer = await this.transactional.catch((error) => {
          this.transactional = null
          throw error
        })
        await transact(producer, group, topic, message, commit, isOurs)
      } catch (error) {
        throw brokerError(`write to ${topic} in a transaction`, error)
      }
    })
    this.lastTransaction = sent.catch(() => {})
    await sent
  }

  async close(): Promise<void> {
    for (const opening of [this.plain, this.transactional]) {
      await opening?.then((producer) => producer.disconnect()).catch(() => {})
    }
  }
}

const NO_TOPICS = { allowAutoTopicCreation: false }

async function connected(producer: KafkaJsProducer): Promise<KafkaJsProducer> {
  await producer.connect()
  return producer
}

async function transact(
  producer: KafkaJsProducer,
  group: string,
  topic: string,
  message: NewMessage,
  { topic: from, partition, offset, metadata }: CommittedOffset,
  isOurs: () => boolean,
): Promise<void> {
  if (!isOurs()) throw lost(from, partition)
  const transaction: KafkaJsTransaction = await producer.transaction()
  try {
    await transaction.send(recordOf(topic, message))
    const place = { partition, offset: String(offset), metadata }
    const topics = [{ topic: from, partitions: [place] }]
    await transaction.sendOffsets({ consumerGroupId: group, topics })
    if (!isOurs()) throw lost(from, partition)
  } catch (error) {
    await transaction.abort()
    throw error
  }
  await transaction.commit()
}

function lost(topic: string, partition: number): BrokerError {
  const message = `${topic}#${partition} is not this member's any more`
  return new BrokerError('broker.partition-lost', message)
}

function noTransactions(): UsageError {
  return new UsageError('kafkajs.no-transactional-id', 'a transaction needs a transactional id', [
    "Give one that no other process uses: kafkaJsSource(kafka, { transactionalId: '..' }).",
  ])
}

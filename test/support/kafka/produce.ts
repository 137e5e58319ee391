import { type CompressionAlgorithmValue, Producer } from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { clientOptions } from './client.ts'
import { transactionEnded } from './transaction-end.ts'

/** A message to write; text is its UTF-8 bytes, null is null, an absent partition is up to the key. */
export interface NewMessage {
  readonly key: string | Uint8Array | null
  readonly value: string | Uint8Array | null
  readonly headers?: Readonly<Record<string, string>>
  readonly partition?: number
  /** Milliseconds since the epoch. */
  readonly timestamp?: number
}

export type Codec = CompressionAlgorithmValue

/**
 * Writes messages as one batch per partition, with any codec, by @platformatic/kafka. Each is written
 * once, however often a request has to be sent again: the broker knows the producer's sequence.
 */
export async function produce(
  brokers: string,
  topic: string,
  messages: readonly NewMessage[],
  compression: Codec = 'none',
): Promise<void> {
  const producer = new Producer({ ...clientOptions(brokers), idempotent: true })
  try {
    await producer.send({
      compression,
      messages: messages.map((message) => ({
        topic,
        ...(message.key === null ? {} : { key: bytes(message.key) }),
        ...(message.value === null ? {} : { value: bytes(message.value) }),
        ...(message.partition === undefined ? {} : { partition: message.partition }),
        ...(message.timestamp === undefined ? {} : { timestamp: BigInt(message.timestamp) }),
        headers: new Map(
          Object.entries(message.headers ?? {}).map(([name, value]) => [bytes(name), bytes(value)]),
        ),
      })),
    })
  } finally {
    await producer.close()
  }
}

/**
 * Writes messages with kafkajs, whose default partitioner places keys as Kafka's Java client does;
 * each once, as `produce` does.
 */
export async function produceByKafkajs(
  brokers: string,
  topic: string,
  messages: readonly NewMessage[],
): Promise<void> {
  const producer = kafkajs(brokers).producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  try {
    await producer.send({ topic, messages: messages.map(kafkajsMessage) })
  } finally {
    await producer.disconnect()
  }
}

/** Writes messages in one transaction by kafkajs, which leaves a control record, and ends it so. */
export async function produceInTransaction(
  brokers: string,
  topic: string,
  messages: readonly NewMessage[],
  end: 'commit' | 'abort',
): Promise<void> {
  const open = await openTransaction(brokers, topic, messages)
  await open[end]()
}

/**
 * A transaction that was written to and not ended: it holds back the last stable offset. Once it is
 * ended, it does so no more in any partition.
 */
export interface OpenTransaction {
  commit(): Promise<void>
  abort(): Promise<void>
}

/** Writes messages in a transaction and leaves it open; end it, or it ends after a minute. */
export async function openTransaction(
  brokers: string,
  topic: string,
  messages: readonly NewMessage[],
): Promise<OpenTransaction> {
  const transactionalId = `pstool-test-${topic}-${Math.random()}`
  const producer = kafkajs(brokers).producer({
    transactionalId,
    maxInFlightRequests: 1,
    idempotent: true,
    transactionTimeout: 60_000,
  })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: messages.map(kafkajsMessage) })
  const ending = (end: () => Promise<void>) => async () => {
    await end()
    await producer.disconnect()
    await transactionEnded(brokers, transactionalId)
  }
  return {
    commit: ending(() => transaction.commit()),
    abort: ending(() => transaction.abort()),
  }
}

/** The independent client, silent. */
export function kafkajs(brokers: string): Kafka {
  return new Kafka({
    clientId: 'pstool-test-kafkajs',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
  })
}

function kafkajsMessage(message: NewMessage) {
  return {
    key: message.key === null ? null : bytes(message.key),
    value: message.value === null ? null : bytes(message.value),
    ...(message.headers === undefined ? {} : { headers: message.headers }),
    ...(message.partition === undefined ? {} : { partition: message.partition }),
    ...(message.timestamp === undefined ? {} : { timestamp: String(message.timestamp) }),
  }
}

function bytes(data: string | Uint8Array): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data)
}

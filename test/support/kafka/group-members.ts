import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer } from '@platformatic/kafka'
import { BrokerConnection } from '../../../src/adapters/kafka/connection/broker-connection.ts'
import { ByteWriter } from '../../../src/adapters/kafka/wire/byte-writer.ts'
import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { clientOptions } from './client.ts'
import { kafkajs } from './produce.ts'
import { transactionEnded } from './transaction-end.ts'

/** Takes the member out of its group again. */
export type Leave = () => Promise<void>

/** One member, by @platformatic/kafka, of the classic protocol or of KIP-848; it commits nothing. */
export async function joinGroup(
  brokers: string,
  group: string,
  topic: string,
  groupProtocol: 'classic' | 'consumer',
): Promise<Leave> {
  const consumer = new Consumer({
    ...clientOptions(brokers),
    groupId: group,
    groupProtocol,
    autocommit: false,
  })
  const stream = await consumer.consume({ topics: [topic] })
  stream.on('data', () => {})
  return async () => {
    const closed = once(stream, 'close')
    await Promise.all([stream.close(), closed])
    await consumer.close(true)
  }
}

/** One member of the classic protocol, by kafkajs. It commits where it finds no message to read. */
export async function joinByKafkajs(brokers: string, group: string, topic: string): Promise<Leave> {
  const consumer = kafkajs(brokers).consumer({ groupId: group, sessionTimeout: 30_000 })
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve))
  await consumer.connect()
  await consumer.subscribe({ topic })
  await consumer.run({ autoCommit: false, eachMessage: async () => {} })
  await joined
  return () => consumer.disconnect()
}

const SHARE_GROUP_HEARTBEAT = { api: 76, version: 1, flexible: true }

/** One member of a share group (KIP-932), by the heartbeat that joins it. */
export async function joinShare(brokers: string, group: string, topic: string): Promise<Leave> {
  const [host, port] = brokers.split(',')[0]!.split(':')
  const member = randomUUID()
  const connection = await BrokerConnection.open(
    { host: host!, port: Number(port) },
    {
      clientId: 'pstool-test',
      connectTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
      tls: null,
      sasl: null,
    },
  )
  const heartbeat = async (epoch: number) => {
    const body = new ByteWriter()
      .compactString(group)
      .compactString(member)
      .int32(epoch)
      .compactString(null)
      .compactArray([topic], (name, entry) => entry.compactString(name))
      .noTags()
      .finish()
    const response = await connection.send({ ...SHARE_GROUP_HEARTBEAT, body })
    response.int32()
    const code = response.int16()
    if (code !== 0)
      throw new Error(`ShareGroupHeartbeat: ${code} ${response.compactNullableString()}`)
  }
  await heartbeat(0)
  return async () => {
    await heartbeat(-1)
    connection.close()
  }
}

/**
 * Commits in a transaction by kafkajs and leaves it open. @returns what ends it, and
 * resolves when the end can be seen
 */
export async function openOffsetCommit(
  brokers: string,
  group: string,
  offsets: readonly CommittedOffset[],
): Promise<(how: 'commit' | 'abort') => Promise<void>> {
  const transactionalId = `pstool-test-${group}-${randomUUID()}`
  const producer = kafkajs(brokers).producer({
    transactionalId,
    maxInFlightRequests: 1,
    idempotent: true,
    transactionTimeout: 60_000,
  })
  await producer.connect()
  const transaction = await producer.transaction()
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, own]) => ({
    topic,
    partitions: own.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
  }))
  await transaction.sendOffsets({ consumerGroupId: group, topics })
  return async (how) => {
    await transaction[how]()
    await producer.disconnect()
    await transactionEnded(brokers, transactionalId)
  }
}

/** Waits until the group is in the state. */
export async function inState(admin: GroupAdmin, group: string, state: string): Promise<void> {
  for (;;) {
    const [status] = await admin.describeGroups([group])
    if (status!.state === state) return
    await sleep(50)
  }
}

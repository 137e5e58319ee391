import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Consumer } from '@platformatic/kafka'
import { BrokerConnection } from '../../../src/adapters/kafka/connection/broker-connection.ts'
import { ByteWriter } from '../../../src/adapters/kafka/wire/byte-writer.ts'
import type { CommittedOffset } from '../../../src/domain/model/cluster.ts'
import type { GroupAdmin } from '../../../src/ports/group-admin.ts'
import { clientOptions, withAdmin } from './client.ts'
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
  const member = randomUUID()
  const connection = await connected(brokers)
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

const JOIN_GROUP = { api: 11, version: 5, flexible: false }
const LEAVE_GROUP = { api: 13, version: 3, flexible: false }
const SYNC_GROUP = { api: 14, version: 3, flexible: false }
/** As long as a machine may take to start again. */
const STATIC_SESSION_MS = 600_000

/**
 * A static member (KIP-345) that joined and is gone: without a goodbye, and long before its session
 * times out. @returns what removes it
 */
export async function leaveStaticMember(
  brokers: string,
  group: string,
  topic: string,
): Promise<Leave> {
  const instance = randomUUID()
  const ask = async (request: typeof JOIN_GROUP, body: ByteWriter) => {
    const connection = await connected(brokers)
    const response = await connection.send({ ...request, body: body.finish() })
    connection.close()
    response.int32()
    const code = response.int16()
    if (code !== 0) throw new Error(`request ${request.api}: ${code}`)
    return response
  }
  const subscription = new ByteWriter().int16(0).array([topic], (name, one) => one.string(name))
  const joined = await ask(
    JOIN_GROUP,
    new ByteWriter()
      .string(group)
      .int32(STATIC_SESSION_MS)
      .int32(STATIC_SESSION_MS)
      .string('')
      .string(instance)
      .string('consumer')
      .array(['range'], (name, protocol) =>
        protocol.string(name).blob(new ByteWriter().raw(subscription.finish()).int32(-1).finish()),
      ),
  )
  const generation = joined.int32()
  joined.string()
  joined.string()
  const member = joined.string()
  await ask(
    SYNC_GROUP,
    new ByteWriter()
      .string(group)
      .int32(generation)
      .string(member)
      .string(instance)
      .array([member], (name, own) => own.string(name).blob(new Uint8Array())),
  )
  return async () => {
    const leaving = new ByteWriter().string(group)
    await ask(
      LEAVE_GROUP,
      leaving.array([member], (name, own) => own.string(name).string(instance)),
    )
  }
}

/**
 * One member, by kafkajs, that processes a partition up to an offset, commits it, and leaves.
 * @param until offset of the first message that is not processed
 */
export async function consumeUntil(
  brokers: string,
  group: string,
  { topic, partition, until }: { topic: string; partition: number; until: number },
): Promise<void> {
  const consumer = kafkajs(brokers).consumer({ groupId: group, sessionTimeout: 60_000 })
  const { promise: reached, resolve, reject } = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
  await consumer.connect()
  await consumer.subscribe({ topic })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition: from, message }) => {
      if (from !== partition || Number(message.offset) !== until - 1) return
      await consumer.commitOffsets([{ topic, partition, offset: String(until) }])
      resolve()
    },
  })
  await reached
  await consumer.disconnect()
}

/** A connection to the first of the brokers. */
export async function connected(brokers: string): Promise<BrokerConnection> {
  const [host, port] = brokers.split(',')[0]!.split(':')
  return await BrokerConnection.open(
    { host: host!, port: Number(port) },
    {
      clientId: 'pstool-test',
      connectTimeoutMs: 30_000,
      requestTimeoutMs: 30_000,
      tls: null,
      sasl: null,
    },
  )
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

/** Takes every member out of a group of the classic protocol, behind their backs. */
export async function removeMembers(brokers: string, group: string): Promise<void> {
  const members = await withAdmin(brokers, async (admin) => {
    const described = await admin.describeGroups({ groups: [group] })
    return [...described.get(group)!.members.keys()]
  })
  const leaving = new ByteWriter().string(group)
  leaving.array(members, (member, entry) => entry.string(member).int16(-1))
  const connection = await connected(brokers)
  const response = await connection.send({ ...LEAVE_GROUP, body: leaving.finish() })
  connection.close()
  response.int32()
  const code = response.int16()
  if (code !== 0) throw new Error(`LeaveGroup: ${code}`)
}

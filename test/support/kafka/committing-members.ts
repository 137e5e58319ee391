import { randomUUID } from 'node:crypto'
import type { BrokerConnection } from '../../../src/adapters/kafka/connection/broker-connection.ts'
import type { ByteReader } from '../../../src/adapters/kafka/wire/byte-reader.ts'
import { ByteWriter } from '../../../src/adapters/kafka/wire/byte-writer.ts'
import { connected } from './group-members.ts'

/** A member as it commits. */
export interface CommittingMember {
  readonly memberId: string
  readonly generation: number
  readonly instanceId: string | null
  /** Takes it out of the group. */
  leave(): Promise<void>
}

const JOIN_GROUP = { api: 11, version: 5 }
const LEAVE_GROUP = { api: 13, version: 3 }
const SYNC_GROUP = { api: 14, version: 3 }
const HEARTBEAT = { api: 68, version: 0, flexible: true }
const SESSION_MS = 60_000

/** The only member of a group of the classic protocol, a static one. */
export async function classicMember(
  brokers: string,
  group: string,
  topic: string,
): Promise<CommittingMember> {
  const connection = await connected(brokers)
  const instanceId = `instance-${randomUUID()}`
  const ask = asker(connection)
  const subscription = new ByteWriter()
    .int16(0)
    .array([topic], (name, list) => list.string(name))
    .int32(-1)
    .finish()
  const joined = await ask(
    JOIN_GROUP,
    new ByteWriter()
      .string(group)
      .int32(SESSION_MS)
      .int32(SESSION_MS)
      .string('')
      .string(instanceId)
      .string('consumer')
      .array(['range'], (name, protocol) => protocol.string(name).blob(subscription)),
  )
  const generation = joined.int32()
  joined.string()
  joined.string()
  const memberId = joined.string()
  await ask(
    SYNC_GROUP,
    new ByteWriter()
      .string(group)
      .int32(generation)
      .string(memberId)
      .string(instanceId)
      .array([memberId], (name, own) => own.string(name).blob(new Uint8Array())),
  )
  const leave = async () => {
    const leaving = new ByteWriter().string(group)
    await ask(
      LEAVE_GROUP,
      leaving.array([memberId], (name, own) => own.string(name).string(instanceId)),
    )
    connection.close()
  }
  return { memberId, generation, instanceId, leave }
}

/** The only member of a group of KIP-848. */
export async function consumerMember(
  brokers: string,
  group: string,
  topic: string,
): Promise<CommittingMember> {
  const connection = await connected(brokers)
  const ask = asker(connection)
  const heartbeat = async (memberId: string, epoch: number) => {
    const answer = await ask(
      HEARTBEAT,
      new ByteWriter()
        .compactString(group)
        .compactString(memberId)
        .int32(epoch)
        .compactString(null)
        .compactString(null)
        .int32(SESSION_MS)
        .compactArray([topic], (name, entry) => entry.compactString(name))
        .compactString(null)
        .compactArray(epoch === 0 ? [] : null, () => {})
        .noTags(),
    )
    answer.compactNullableString()
    return { memberId: answer.compactString(), generation: answer.int32() }
  }
  const joined = await heartbeat('', 0)
  const leave = async () => {
    await heartbeat(joined.memberId, -1)
    connection.close()
  }
  return { ...joined, instanceId: null, leave }
}

function asker(connection: BrokerConnection) {
  return async (
    request: { readonly api: number; readonly version: number; readonly flexible?: boolean },
    body: ByteWriter,
  ): Promise<ByteReader> => {
    const response = await connection.send({ ...request, body: body.finish() })
    response.int32()
    const code = response.int16()
    if (code !== 0) throw new Error(`request ${request.api}: error ${code}`)
    return response
  }
}

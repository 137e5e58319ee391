import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** Partitions of a topic by its id. */
export interface IdPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export interface ConsumerHeartbeatAsked {
  readonly group: string
  readonly memberId: string
  /** 0 joins, -1 leaves, -2 leaves for a while (static members). */
  readonly epoch: number
  readonly instanceId: string | null
  readonly rackId: string | null
  /** -1: as before. */
  readonly rebalanceTimeoutMs: number
  /** null: as before. */
  readonly topics: readonly string[] | null
  /** What the member has now; null: as before. */
  readonly owned: readonly IdPartitions[] | null
}

export interface ConsumerHeartbeatAnswer {
  readonly code: number
  /** The cluster's own words about the code. */
  readonly reason: string | null
  readonly epoch: number
  readonly intervalMs: number
  /** What the member is to have; null: as before. */
  readonly assignment: readonly IdPartitions[] | null
}

/** The one request of a KIP-848 membership: joins, stays, acknowledges and leaves. */
export const CONSUMER_HEARTBEAT: GroupRequest<ConsumerHeartbeatAsked, ConsumerHeartbeatAnswer> = {
  name: 'ConsumerGroupHeartbeat',
  api: 68,
  min: 0,
  max: 1,
  flexible: true,
  encode(asked, version) {
    const writer = new ByteWriter()
      .compactString(asked.group)
      .compactString(asked.memberId)
      .int32(asked.epoch)
      .compactString(asked.instanceId)
      .compactString(asked.rackId)
      .int32(asked.rebalanceTimeoutMs)
      .compactArray(asked.topics, (name, entry) => entry.compactString(name))
    if (version >= 1) writer.compactString(null)
    return writer
      .compactString(null)
      .compactArray(asked.owned, ({ topicId, partitions }, entry) =>
        entry
          .uuid(topicId)
          .compactArray(partitions, (partition) => entry.int32(partition))
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    const code = reader.int16()
    const reason = reader.compactNullableString()
    reader.compactNullableString()
    const epoch = reader.int32()
    const intervalMs = reader.int32()
    const assignment = reader.int8() < 0 ? null : assignmentOf(reader)
    return { code, reason, epoch, intervalMs, assignment }
  },
}

function assignmentOf(reader: ByteReader): IdPartitions[] {
  const topics = reader.compactArray(() => {
    const topicId = reader.uuid()
    const partitions = reader.compactArray(() => reader.int32())
    reader.tags()
    return { topicId, partitions }
  })
  reader.tags()
  return topics
}

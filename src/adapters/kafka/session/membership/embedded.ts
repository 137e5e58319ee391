import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** What a member of the classic protocol wants, and what it had. */
export interface Subscription {
  readonly topics: readonly string[]
  readonly owned: readonly TopicPartition[]
  /** In which it had that; -1: unknown. */
  readonly generation: number
  readonly rackId: string | null
}

const SUBSCRIPTION_VERSION = 3
const ASSIGNMENT_VERSION = 1
const GENERATION_BYTES = 4

/**
 * Kafka's own encoding of subscriptions, version 3. The generation is in the user data too, where
 * Java clients before 3.4 look for it.
 */
export function encodeSubscription({ topics, owned, generation, rackId }: Subscription) {
  const writer = new ByteWriter()
    .int16(SUBSCRIPTION_VERSION)
    .array(topics, (topic, entry) => entry.string(topic))
    .blob(new ByteWriter().int32(generation).finish())
  writePartitions(writer, owned)
  writer.int32(generation)
  return (rackId === null ? writer.int16(-1) : writer.string(rackId)).finish()
}

/** Reads any version; later ones have more at the end. @throws RangeError */
export function decodeSubscription(bytes: Uint8Array): Subscription {
  const reader = new ByteReader(bytes)
  const version = reader.int16()
  const topics = reader.array(() => reader.string())
  const userData = reader.blob()
  const told = userData.length === GENERATION_BYTES ? new ByteReader(userData).int32() : -1
  const owned = version >= 1 ? readPartitions(reader) : []
  const generation = version >= 2 ? reader.int32() : told
  const rackId = version >= 3 ? reader.nullableString() : null
  return { topics, owned, generation, rackId }
}

/** As the leader gives it to a member. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Uint8Array {
  const writer = new ByteWriter().int16(ASSIGNMENT_VERSION)
  writePartitions(writer, partitions)
  return writer.int32(-1).finish()
}

/** None for no bytes: a group may be without an assignment. @throws RangeError */
export function decodeAssignment(bytes: Uint8Array): TopicPartition[] {
  if (bytes.length === 0) return []
  const reader = new ByteReader(bytes)
  reader.int16()
  return readPartitions(reader)
}

function writePartitions(writer: ByteWriter, partitions: readonly TopicPartition[]): void {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)]
  writer.array(topics, ([topic, own], entry) =>
    entry.string(topic).array(own, ({ partition }) => entry.int32(partition)),
  )
}

function readPartitions(reader: ByteReader): TopicPartition[] {
  const topics = reader.array(() => {
    const topic = reader.string()
    return reader.array(() => ({ topic, partition: reader.int32() }))
  })
  return topics.flat()
}

import type { BrokerAddress } from '../../options.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** A partition as the cluster's metadata have it; nobody leads it while `leader` is null. */
export interface KnownPartition {
  readonly partition: number
  readonly leader: BrokerAddress | null
  readonly epoch: number
}

export interface KnownTopic {
  readonly code: number
  readonly name: string
  readonly topicId: string
  readonly isInternal: boolean
  /** Whether offsets may be committed for it; true where the broker does not tell. */
  readonly mayCommit: boolean
  /** Ascending. */
  readonly partitions: readonly KnownPartition[]
}

export interface ClusterMetadata {
  readonly clusterId: string
  readonly brokers: readonly BrokerAddress[]
  readonly topics: readonly KnownTopic[]
}

/** Brokers, and the topics asked for; null asks for every topic that may be seen. */
export const METADATA: GroupRequest<readonly string[] | null, ClusterMetadata> = {
  name: 'Metadata',
  api: 3,
  min: 10,
  max: 12,
  flexible: true,
  encode(topics, version) {
    const writer = new ByteWriter().compactArray(topics, (name, entry) =>
      entry.raw(NO_ID).compactString(name).noTags(),
    )
    // No topic is to be created; rights are asked about on topics, not on the cluster.
    writer.boolean(false)
    if (version < 11) writer.boolean(false)
    return writer.boolean(true).noTags().finish()
  },
  decode(reader) {
    reader.int32()
    const brokers = new Map(reader.compactArray(brokerOf))
    const clusterId = reader.compactString()
    reader.int32()
    const topics = reader.compactArray(() => topicOf(reader, brokers))
    return { clusterId, brokers: [...brokers.values()], topics }
  },
}

const NO_ID = new Uint8Array(16)

function brokerOf(reader: ByteReader): [number, BrokerAddress] {
  const node = reader.int32()
  const address = { host: reader.compactString(), port: reader.int32() }
  reader.compactNullableString()
  reader.tags()
  return [node, address]
}

function topicOf(reader: ByteReader, brokers: ReadonlyMap<number, BrokerAddress>): KnownTopic {
  const code = reader.int16()
  const name = reader.compactString()
  const topicId = reader.uuid()
  const isInternal = reader.boolean()
  const partitions = reader
    .compactArray(() => partitionOf(reader, brokers))
    .sort((a, b) => a.partition - b.partition)
  const mayCommit = commits(reader.int32())
  reader.tags()
  return { code, name, topicId, isInternal, mayCommit, partitions }
}

/** Kafka's numbers of operations, a bit each in the rights on a topic. */
const READ = 1 << 3
const DESCRIBE = 1 << 8

/** Who is shown a topic may describe it: rights without that are not told. */
function commits(rights: number): boolean {
  return (rights & READ) !== 0 || (rights & DESCRIBE) === 0
}

function partitionOf(
  reader: ByteReader,
  brokers: ReadonlyMap<number, BrokerAddress>,
): KnownPartition {
  reader.int16()
  const partition = reader.int32()
  const leader = brokers.get(reader.int32()) ?? null
  const epoch = reader.int32()
  for (let lists = 0; lists < 3; lists++) reader.compactArray((node) => node.int32())
  reader.tags()
  return { partition, leader, epoch }
}

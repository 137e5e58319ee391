import type { BrokerConnection } from '../connection/broker-connection.ts'
import { codeFailure } from '../connection/failures.ts'
import type { BrokerAddress } from '../options.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { ERROR } from '../wire/error-codes.ts'
import { METADATA } from './api-versions.ts'

/** Who leads a partition; `leader` is null while nobody does. */
export interface PartitionLeader {
  readonly partition: number
  readonly leader: BrokerAddress | null
  readonly epoch: number
}

interface TopicMetadata {
  readonly code: number
  readonly name: string
  readonly isInternal: boolean
  readonly partitions: readonly {
    readonly partition: number
    readonly leader: number
    readonly epoch: number
  }[]
}

/**
 * The topic's partitions, ascending; null for a topic that the cluster does not have.
 * Asking creates nothing.
 * @throws BrokerError
 */
export async function topicLeaders(
  connection: BrokerConnection,
  topic: string,
): Promise<PartitionLeader[] | null> {
  const { brokers, topics } = await metadata(connection, [topic])
  const found = topics.find(({ name }) => name === topic)
  if (found === undefined || found.code === ERROR.unknownTopicOrPartition) return null
  if (found.code !== ERROR.none && found.code !== ERROR.leaderNotAvailable) {
    throw codeFailure(found.code, `describe topic ${topic}`)
  }
  return found.partitions
    .map(({ partition, leader, epoch }) => ({
      partition,
      leader: brokers.get(leader) ?? null,
      epoch,
    }))
    .sort((a, b) => a.partition - b.partition)
}

/** Names of the topics that may be seen, Kafka's own left out. @throws BrokerError */
export async function topicNames(connection: BrokerConnection): Promise<string[]> {
  const { topics } = await metadata(connection, null)
  return topics.filter(({ isInternal }) => !isInternal).map(({ name }) => name)
}

async function metadata(connection: BrokerConnection, names: readonly string[] | null) {
  const writer = new ByteWriter()
  if (names === null) writer.int32(-1)
  else writer.array(names, (name) => writer.string(name))
  // No topic is to be created, and no rights are asked about.
  const body = writer.boolean(false).boolean(false).boolean(false).finish()
  const response = await connection.send({ ...METADATA, body })
  response.int32()
  const brokers = new Map(response.array(brokerOf))
  response.nullableString()
  response.int32()
  return { brokers, topics: response.array(topicOf) }
}

function brokerOf(reader: ByteReader): [number, BrokerAddress] {
  const node = reader.int32()
  const address = { host: reader.string(), port: reader.int32() }
  reader.nullableString()
  return [node, address]
}

function topicOf(reader: ByteReader): TopicMetadata {
  const code = reader.int16()
  const name = reader.string()
  const isInternal = reader.boolean()
  const partitions = reader.array((entry) => {
    entry.int16()
    const found = { partition: entry.int32(), leader: entry.int32(), epoch: entry.int32() }
    for (let lists = 0; lists < 3; lists++) entry.array((node) => node.int32())
    return found
  })
  reader.int32()
  return { code, name, isInternal, partitions }
}

import type { NewMessage } from '../../domain/model/cluster.ts'
import type { Header, Message } from '../../domain/model/message.ts'
import type { KafkaJsHeader, KafkaJsMessage, KafkaJsRecord } from './client.ts'

/** A message of kafkajs as ours. Headers of one name stand together: kafkajs keeps no order among names. */
export function messageOf(topic: string, partition: number, from: KafkaJsMessage): Message {
  const timestamp = Number(from.timestamp)
  return {
    topic,
    partition,
    offset: BigInt(from.offset),
    key: from.key,
    value: from.value,
    headers: Object.entries(from.headers ?? {}).flatMap(([name, value]) => headers(name, value)),
    timestamp: timestamp < 0 ? null : timestamp,
  }
}

/**
 * A message of ours as kafkajs sends it, to be acknowledged by all replicas in sync. A header without
 * a value gets an empty one, and headers of one name move together: kafkajs has them as an object.
 */
export function recordOf(topic: string, message: NewMessage): KafkaJsRecord {
  const { key, value, partition, timestamp } = message
  const byName: Record<string, Buffer | Buffer[]> = {}
  for (const [name, same] of Map.groupBy(message.headers ?? [], (header) => header.name)) {
    // kafkajs cannot write a header without a value.
    const values = same.map((header) => bytes(header.value) ?? Buffer.alloc(0))
    byName[name] = values.length === 1 ? values[0]! : values
  }
  const sent = {
    key: bytes(key),
    value: bytes(value),
    headers: byName,
    ...(partition === undefined ? {} : { partition }),
    ...(timestamp == null ? {} : { timestamp: String(timestamp) }),
  }
  return { topic, acks: -1, messages: [sent] }
}

function headers(name: string, value: KafkaJsHeader | undefined): Header[] {
  if (Array.isArray(value)) return value.flatMap((one) => headers(name, one))
  return [{ name, value: typeof value === 'string' ? Buffer.from(value) : (value ?? null) }]
}

function bytes(data: Uint8Array | null): Buffer | null {
  return data === null ? null : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}

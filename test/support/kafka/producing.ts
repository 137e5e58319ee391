import { parseKafkaClusterUri } from '../../../src/adapters/kafka/groups/kafka-group-admin.ts'
import { openKafkaSource, parseKafkaUri } from '../../../src/adapters/kafka/kafka-source.ts'
import { KafkaProducer } from '../../../src/adapters/kafka/producer/kafka-producer.ts'
import type { Message } from '../../../src/domain/model/message.ts'
import { READ_ALL } from '../../../src/domain/model/selection.ts'

/** A producer of the tests' broker; `query` and `env` log in. */
export function openProducer(
  brokers: string,
  query = '',
  env: Record<string, string> = {},
): KafkaProducer {
  return new KafkaProducer(parseKafkaClusterUri(`kafka://${brokers}${query}`, env))
}

/** Whole messages of a topic, as a reader of committed ones sees them, by partition and offset. */
export async function messagesOf(brokers: string, topic: string): Promise<Message[]> {
  const source = openKafkaSource(parseKafkaUri(`kafka://${brokers}/${topic}`, {}))
  const messages: Message[] = []
  try {
    for await (const batch of source.read({ ...READ_ALL, content: 'messages' })) {
      for (let row = 0; row < batch.count; row++) messages.push(batch.message(row))
    }
  } finally {
    await source.close()
  }
  return messages.sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset))
}

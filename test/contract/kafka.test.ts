import { inject } from 'vitest'
import { openKafkaSource, parseKafkaUri } from '../../src/adapters/kafka/kafka-source.ts'
import { createTopic, deleteTopics } from '../support/kafka/topics.ts'
import { produceRaw } from '../support/raw-produce.ts'
import { recordBatch } from '../support/record-batches.ts'
import { type ContractMessage, messageSourceContract } from './message-source.contract.ts'

const brokers = inject('kafkaBrokers')

messageSourceContract(
  'kafka',
  async (messages, { partitions }) => {
    const topic = await createTopic(brokers, 'contract', { partitions })
    const append = (more: readonly ContractMessage[]) => appendTo(topic, more)
    await append(messages)
    const source = openKafkaSource(parseKafkaUri(`kafka://${brokers}/${topic}`, {}))
    return { source, append, close: async () => deleteTopics(brokers, topic) }
  },
  { ranges: true, growth: true, seeks: true, available: true },
)

/** As batches written by hand: no producer writes two headers of one name, or one that is null. */
async function appendTo(topic: string, messages: readonly ContractMessage[]): Promise<void> {
  const byPartition = Map.groupBy(messages, ({ partition }) => partition)
  if (byPartition.size === 0) return
  const batches = [...byPartition].map(([partition, own]) => {
    const baseTimestamp = own[0]!.timestamp
    const records = own.map(({ key, value, headers, timestamp }) => {
      return { key, value, headers, timestampDelta: timestamp - baseTimestamp }
    })
    return [partition, recordBatch({ records, baseTimestamp })] as const
  })
  await produceRaw(brokers, topic, new Map(batches))
}

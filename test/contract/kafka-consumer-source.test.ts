import { inject } from 'vitest'
import { openKafkaConsumerSource } from '../../src/adapters/kafka/session/kafka-consumer-source.ts'
import { parseKafkaClusterUri } from '../../src/adapters/kafka/uri.ts'
import { consumedKafka } from '../support/kafka/consumed-kafka.ts'
import { consumerSourceContract } from './consumer-source.contract.ts'

const brokers = inject('kafkaBrokers')
const cluster = parseKafkaClusterUri(`kafka://${brokers}`, {})
/** Often enough that a test need not wait for new topics and partitions. */
const SOON = { metadataIntervalMs: 300, heartbeatIntervalMs: 200 }

consumerSourceContract('kafka', () =>
  consumedKafka(brokers, () => openKafkaConsumerSource({ ...cluster, ...SOON })),
)

consumerSourceContract('kafka, range', () =>
  consumedKafka(brokers, () => openKafkaConsumerSource({ ...cluster, ...SOON, assignor: 'range' })),
)

consumerSourceContract('kafka, KIP-848', async () => {
  const source = () => openKafkaConsumerSource({ ...cluster, ...SOON, protocol: 'consumer' })
  // Kafka has no request by which an administrator puts such a member out.
  const { expel: _, ...consumed } = await consumedKafka(brokers, source)
  return consumed
})

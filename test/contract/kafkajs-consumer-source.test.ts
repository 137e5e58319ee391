import { inject } from 'vitest'
import { kafkaJsSource } from '../../src/adapters/kafkajs/kafkajs-consumer-source.ts'
import { consumedKafka } from '../support/kafka/consumed-kafka.ts'
import { kafkajs } from '../support/kafka/produce.ts'
import { uniqueName } from '../support/kafka/topics.ts'
import { consumerSourceContract } from './consumer-source.contract.ts'

const brokers = inject('kafkaBrokers')
/** Often enough that a test need not wait for new topics and partitions. */
const SOON = { topicRefreshMs: 300, consumer: { metadataMaxAge: 300, heartbeatInterval: 100 } }

consumerSourceContract('kafkajs', () =>
  consumedKafka(brokers, () => kafkaJsSource(kafkajs(brokers), SOON)),
)

consumerSourceContract('kafkajs with a transactional id', () =>
  consumedKafka(brokers, () => {
    const transactionalId = uniqueName('pstool-test')
    return kafkaJsSource(kafkajs(brokers), { ...SOON, transactionalId })
  }),
)

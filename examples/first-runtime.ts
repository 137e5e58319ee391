import {
  Consumer,
  createRuntime,
  MessageError,
  openKafkaConsumerSource,
  parseKafkaClusterUri,
} from 'pstool'

export const ledger = new Map<string, number>()

class Billing extends Consumer {
  async consume(): Promise<void> {
    for (const message of this.messages) {
      const { customer, cents } = message.payload as { customer: string; cents: number }
      if (!(cents > 0)) throw new MessageError(message, new RangeError(`${cents} cents`))
      ledger.set(customer, (ledger.get(customer) ?? 0) + cents)
      this.markAsConsumed(message)
    }
  }
}

const cluster = () =>
  openKafkaConsumerSource(parseKafkaClusterUri('kafka://localhost:9092', process.env))

export const billing = (source = cluster()) =>
  createRuntime({
    group: 'billing',
    source,
    concurrency: 10,
    topics: [
      {
        topic: 'orders',
        consumer: Billing,
        virtualPartitions: { partitioner: 'payload:/customer', reducer: 'murmur2' },
        deadLetterQueue: { topic: 'orders.dead', maxRetries: 2 },
      },
    ],
  })

/** A plain counting loop on kafkajs: `kafkajs.ts BROKER TOPIC MESSAGES`. It reads no lz4. */
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { writeCounts } from '../counts.ts'

const [broker, topic, messages] = process.argv.slice(2)
if (broker === undefined || topic === undefined) throw new Error('BROKER TOPIC MESSAGES')

const kafka = new Kafka({ clientId: 'bench', brokers: [broker], logLevel: logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 100 })
const counts = new Map<string, number>()
let left = Number(messages)
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await new Promise<void>((resolve) => {
  void consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { key } of batch.messages) {
        const text = key?.toString() ?? ''
        counts.set(text, (counts.get(text) ?? 0) + 1)
      }
      left -= batch.messages.length
      if (left <= 0) resolve()
    },
  })
})
await writeCounts(counts)
process.exit(0)

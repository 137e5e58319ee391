/** A plain counting loop on @platformatic/kafka: `platformatic.ts BROKER TOPIC MESSAGES`. */
import { randomUUID } from 'node:crypto'
import { Consumer, MessagesStreamModes, stringDeserializer } from '@platformatic/kafka'
import { writeCounts } from '../counts.ts'

const [broker, topic, messages] = process.argv.slice(2)
if (broker === undefined || topic === undefined) throw new Error('BROKER TOPIC MESSAGES')

const consumer = new Consumer({
  clientId: 'bench',
  groupId: `bench-${randomUUID()}`,
  bootstrapBrokers: [broker],
  deserializers: { key: stringDeserializer },
})
const stream = await consumer.consume({
  topics: [topic],
  mode: MessagesStreamModes.EARLIEST,
  autocommit: false,
  maxWaitTime: 100,
  highWaterMark: 10_000,
  // Its parser slows down as responses grow: 1 MiB takes a third of the time of its default, 50.
  maxBytes: 2 ** 20,
})
const counts = new Map<string, number>()
let left = Number(messages)
await new Promise<void>((resolve, reject) => {
  stream.on('error', reject)
  stream.on('data', ({ key }) => {
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (--left === 0) resolve()
  })
})
await writeCounts(counts)
process.exit(0)

/** pstool's own row: its runtime on Kafka, with commits and retries as they are by default. */
import {
  createRuntime,
  openKafkaConsumerSource,
  parseKafkaClusterUri,
  type TopicSettings,
} from '../../src/index.ts'
import { IoClient } from './io-client.ts'
import { ownJob } from './job.ts'
import { Tally } from './tally.ts'

const job = ownJob()
const tally = new Tally(job)
const io = job.delayMicros === 0 ? null : await IoClient.open(job.ioPort, job.delayMicros / 1000)

const eachMessage: TopicSettings['eachMessage'] = (message, context) => {
  const key = () => Buffer.from(message.key ?? []).toString('latin1')
  tally.begin(context.partition, Number(message.offset), key)
  if (io === null) tally.end(key)
  else return io.call().then(() => tally.end(key))
}

const runtime = createRuntime({
  group: job.group,
  source: openKafkaConsumerSource(parseKafkaClusterUri(`kafka://${job.broker}`, {})),
  concurrency: job.concurrency,
  // The barrier's batches are as the peers' (`max.poll.records` is 500); with overlap the default.
  ...(job.overlap === 1 ? {} : { maxMessages: 500 }),
  topics: [
    {
      topic: job.topic,
      eachMessage,
      virtualPartitions: {
        // The keys are numbers in decimal: the sums of their bytes are few.
        reducer: 'xxh32',
        overlap: job.overlap === 1,
        ...(job.virtualPartitions === 0 ? {} : { maxPartitions: job.virtualPartitions }),
      },
    },
  ],
})
await runtime.start()
process.stdout.write(`${JSON.stringify(await tally.outcome)}\n`)
if (job.check === 1) await runtime.stop()
process.exit(0)

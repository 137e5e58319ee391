/**
 * What a team writes by hand in Node: a queue per key on @platformatic/kafka, and slots that take
 * the keys in turn, a message each time. It commits nothing, and retries nothing.
 */
import {
  Consumer,
  type Message,
  MessagesStreamModes,
  stringDeserializer,
} from '@platformatic/kafka'
import { IoClient } from './io-client.ts'
import { ownJob } from './job.ts'
import { Tally } from './tally.ts'

/** Above that many waiting messages the stream is paused until half of them are done. */
const MOST_WAITING = 10_000

type Taken = Message<string, Buffer, Buffer, Buffer>

const job = ownJob()
const tally = new Tally(job)
const io = job.delayMicros === 0 ? null : await IoClient.open(job.ioPort, job.delayMicros / 1000)

const consumer = new Consumer({
  clientId: 'bench',
  groupId: job.group,
  bootstrapBrokers: [job.broker],
  deserializers: { key: stringDeserializer },
})
const stream = await consumer.consume({
  topics: [job.topic],
  mode: MessagesStreamModes.EARLIEST,
  autocommit: false,
  maxWaitTime: 100,
  highWaterMark: 10_000,
  maxBytes: 2 ** 20,
})

/** Of one key: `next` is the first that waits. */
interface KeyQueue {
  messages: Taken[]
  next: number
}

const queues = new Map<string, KeyQueue>()
/** Keys that have messages and none in work; a ring would do too, this is a list cut at times. */
let ready: KeyQueue[] = []
let firstReady = 0
let free = job.concurrency
let waiting = 0

function accept(message: Taken): void {
  const queue = queues.get(message.key)
  if (queue === undefined) {
    const made = { messages: [message], next: 0 }
    queues.set(message.key, made)
    ready.push(made)
  } else queue.messages.push(message)
  if (++waiting === MOST_WAITING) stream.pause()
  fill()
}

function fill(): void {
  while (free > 0 && firstReady < ready.length) {
    const queue = ready[firstReady++]!
    if (firstReady === 4096) {
      ready = ready.slice(firstReady)
      firstReady = 0
    }
    free--
    const message = queue.messages[queue.next++]!
    if (--waiting === MOST_WAITING / 2) stream.resume()
    const working = work(message)
    if (working === undefined) ended(queue, message)
    else void working.then(() => ended(queue, message)).then(fill)
  }
}

function ended(queue: KeyQueue, message: Taken): void {
  free++
  tally.end(() => message.key)
  if (queue.next < queue.messages.length) ready.push(queue)
  else queues.delete(message.key)
}

function work(message: Taken): Promise<void> | undefined {
  tally.begin(message.partition, Number(message.offset), () => message.key)
  return io?.call()
}

stream.on('error', (error) => {
  throw error
})
stream.on('data', accept)
process.stdout.write(`${JSON.stringify(await tally.outcome)}\n`)
process.exit(0)

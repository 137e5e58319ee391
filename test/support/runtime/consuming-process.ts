import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openKafkaConsumerSource } from '../../../src/adapters/kafka/session/kafka-consumer-source.ts'
import { parseKafkaClusterUri } from '../../../src/adapters/kafka/uri.ts'
import { textOf } from '../../../src/domain/model/key-text.ts'
import {
  type ConsumedMessage,
  Consumer,
  type ConsumerContext,
} from '../../../src/runtime/consumer.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { ConsumingTask } from './consuming-task.ts'

/**
 * A process that consumes until SIGTERM and says what it does: a line each, in one write to a file
 * opened for appending, so that the lines of all processes stand in the order in which things
 * happened, and none is lost with a process that is killed.
 */
const task = JSON.parse(process.argv[2]!) as ConsumingTask
const file = openSync(task.log, 'a')
const say = (...words: readonly (string | number)[]) =>
  writeSync(file, `${task.name} ${words.join(' ')}\n`)

/** How often each partition became ours. */
const ownerships = new Map<number, number>()
const ownershipOf = (partition: number) => ownerships.get(partition) ?? 0

/** Does a message, and says when it begins and ends. */
async function work(message: ConsumedMessage, at: ConsumerContext): Promise<void> {
  const { partition, virtualPartition } = at
  const about = [partition, ownershipOf(partition), virtualPartition, String(message.offset)]
  const key = textOf(message.key!)!
  say('start', ...about, key)
  // An uneven load by the message alone: some of a job take no time at all.
  const ms = (Number(message.offset) * 2_654_435_761) % (task.workMs + 1)
  if (ms >= 1) await sleep(ms)
  if (textOf(message.value!)!.startsWith('"poison')) throw new Error('poisoned')
  say('end', ...about, key)
}

class SayingConsumer extends Consumer {
  private owned: readonly [number, number, number] | null = null

  async consume(): Promise<void> {
    this.owned ??= [this.partition, ownershipOf(this.partition), this.virtualPartition]
    for (const message of this.messages) {
      if (this.revokedSignal.aborted) return
      await work(message, this)
      this.markAsConsumed(message)
    }
  }

  override revoked(): void {
    say('hook', ...this.owned!, 'revoked')
  }

  override shutdown(): void {
    say('hook', ...this.owned!, 'shutdown')
  }
}

const { protocol, sessionTimeoutMs, heartbeatIntervalMs, instanceId, timeoutMs } = task
const runtime = createRuntime({
  group: task.group,
  source: openKafkaConsumerSource({
    ...parseKafkaClusterUri(`kafka://${task.brokers}`, {}),
    protocol,
    sessionTimeoutMs,
    ...(heartbeatIntervalMs !== undefined && { heartbeatIntervalMs }),
    ...(instanceId !== undefined && { instanceId }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }),
  concurrency: task.concurrency,
  commitIntervalMs: task.commitIntervalMs,
  pause: { timeoutMs: 20 },
  topics: [
    {
      topic: task.topic,
      ...(task.handler === 'class'
        ? { consumer: SayingConsumer, manualOffsetManagement: true }
        : { eachMessage: work }),
      ...(task.maxMessages !== undefined && { maxMessages: task.maxMessages }),
      ...(task.virtualPartitions > 1 && {
        virtualPartitions: {
          maxPartitions: task.virtualPartitions,
          overlap: task.overlap ?? false,
        },
      }),
      ...(task.deadLetterTopic !== undefined && {
        deadLetterQueue: { topic: task.deadLetterTopic, maxRetries: 1, transactional: true },
      }),
    },
  ],
})

runtime.on('partition.assigned', ({ partition, position }) => {
  const ownership = ownershipOf(partition) + 1
  ownerships.set(partition, ownership)
  say('assigned', partition, ownership, position)
})
runtime.on('offset.committed', ({ partition, offset }) =>
  say('committed', partition, ownershipOf(partition), offset),
)
runtime.on('partition.revoked', ({ partition, reason }) =>
  say('gone', partition, ownershipOf(partition), reason),
)
runtime.on('dead-letter.dispatched', ({ partition, offset }) =>
  say('letter', partition, ownershipOf(partition), offset),
)
runtime.on('error.occurred', ({ type, error }) => {
  if (type !== 'consumer.consume.error') say('error', type, JSON.stringify(String(error)))
})

process.once('SIGTERM', () => void runtime.stop())
process.stdout.write('ready\n')
await runtime.run()
say('stopped')

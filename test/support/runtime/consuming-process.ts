import { openSync, writeSync } from 'node:fs'
import { openKafkaConsumerSource } from '../../../src/adapters/kafka/session/kafka-consumer-source.ts'
import { parseKafkaClusterUri } from '../../../src/adapters/kafka/uri.ts'
import { createRuntime } from '../../../src/runtime/create-runtime.ts'
import type { ConsumingTask } from './consuming-task.ts'
import { sayingConsumers } from './saying-consumers.ts'

/**
 * A process that consumes until SIGTERM and says what it does: a line each, in one write to a file
 * opened for appending, so that the lines of all processes stand in the order in which things
 * happened, and none is lost with a process that is killed.
 */
const task = JSON.parse(process.argv[2]!) as ConsumingTask
const file = openSync(task.log, 'a')
const consumers = sayingConsumers(task.name, task.workMs, (line) => writeSync(file, `${line}\n`))
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
        ? { consumer: consumers.consumer, manualOffsetManagement: true }
        : { eachMessage: consumers.eachMessage }),
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

consumers.follow(runtime)
process.once('SIGTERM', () => void runtime.stop())
process.stdout.write('ready\n')
await runtime.run()

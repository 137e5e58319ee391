import { openKafkaConsumerSource } from '../../../src/adapters/kafka/session/kafka-consumer-source.ts'
import type { KafkaConsumerOptions } from '../../../src/adapters/kafka/session/settings.ts'
import { parseKafkaClusterUri } from '../../../src/adapters/kafka/uri.ts'
import type { ConsumerSource } from '../../../src/ports/consumer-source.ts'
import type { RuntimeSettings } from '../../../src/runtime/settings.ts'
import { ConsumptionLaws } from './consumption-laws.ts'
import { parseSaying } from './consumption-log.ts'
import { sayingConsumers } from './saying-consumers.ts'
import { WatchedRuntime } from './watched-runtime.ts'

/** The tests' broker as a source of a runtime; rebalances are heard of soon. */
export function kafkaSource(
  brokers: string,
  options: Partial<KafkaConsumerOptions> = {},
): ConsumerSource {
  const cluster = parseKafkaClusterUri(`kafka://${brokers}`, {})
  return openKafkaConsumerSource({ ...cluster, heartbeatIntervalMs: 300, ...options })
}

/** Runtimes of this process on one topic, whose consumers say what they do to the same laws. */
export class LawfulRuntimes {
  readonly laws: ConsumptionLaws
  private readonly topic: string
  private readonly workMs: number

  constructor(topic: string, { workMs = 1, slotsAreFixed = true } = {}) {
    this.topic = topic
    this.workMs = workMs
    this.laws = new ConsumptionLaws(slotsAreFixed)
  }

  async start(
    name: string,
    settings: Pick<RuntimeSettings, 'group' | 'source'> & Partial<RuntimeSettings>,
    topic: object = {},
  ): Promise<WatchedRuntime> {
    const consumers = sayingConsumers(name, this.workMs, (line) => {
      this.laws.take(parseSaying(line))
    })
    const { eachMessage } = consumers
    return await WatchedRuntime.start(
      {
        concurrency: 6,
        commitIntervalMs: 200,
        pause: { timeoutMs: 20 },
        topics: [
          {
            topic: this.topic,
            eachMessage,
            maxMessages: 100,
            virtualPartitions: { maxPartitions: 3 },
            ...topic,
          },
        ],
        ...settings,
      },
      (runtime) => consumers.follow(runtime),
    )
  }
}

import { BrokerError } from '../../../errors.ts'
import { unknownTopic } from '../cluster/unknown-topic.ts'
import type { Brokers } from '../groups/brokers.ts'
import type { KnownPartition } from '../groups/requests/metadata.ts'
import { ERROR } from '../wire/error-codes.ts'
import { refusal } from './refusals.ts'

/** Partitions that are added to a topic are seen after so long: keys go elsewhere then. */
const SEEN_FOR_MS = 60_000

interface Seen {
  readonly at: number
  readonly partitions: Promise<readonly KnownPartition[]>
}

/** The partitions of topics and who leads them, asked for when they are needed. */
export class TopicPartitions {
  private readonly brokers: Brokers
  private readonly seen = new Map<string, Seen>()

  constructor(brokers: Brokers) {
    this.brokers = brokers
  }

  /** Ascending. Asking creates no topic. @throws BrokerError, for an unknown topic too */
  async of(topic: string): Promise<readonly KnownPartition[]> {
    const known = this.seen.get(topic)
    if (known !== undefined && performance.now() - known.at < SEEN_FOR_MS) {
      return await known.partitions
    }
    const asked = { at: performance.now(), partitions: this.find(topic) }
    this.seen.set(topic, asked)
    try {
      return await asked.partitions
    } catch (error) {
      this.forget(topic, asked.partitions)
      throw error
    }
  }

  /** Asks again next time: leaders have moved, or a partition is missing. */
  forget(topic: string, found?: Seen['partitions']): void {
    if (found === undefined || this.seen.get(topic)?.partitions === found) this.seen.delete(topic)
  }

  private async find(topic: string): Promise<readonly KnownPartition[]> {
    const { topics } = await this.brokers.metadata([topic])
    const found = topics.find(({ name }) => name === topic)
    const code = found?.code ?? ERROR.unknownTopicOrPartition
    if (code === ERROR.unknownTopicOrPartition) throw await this.missing(topic)
    if (code === ERROR.none || code === ERROR.leaderNotAvailable) return found!.partitions
    throw refusal(code, null, { topic, partition: null })
  }

  private async missing(topic: string): Promise<BrokerError> {
    const { topics } = await this.brokers.metadata(null)
    const names = topics.filter(({ isInternal }) => !isInternal).map(({ name }) => name)
    const { code, message, suggestions } = unknownTopic(topic, names)
    return new BrokerError(code, message, [
      `Create "${topic}" before it is written to: pstool creates no topics.`,
      ...suggestions,
    ])
  }
}

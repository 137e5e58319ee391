import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../../ports/consumer-source.ts'
import { KafkaGroupSession } from './group-session.ts'
import type { OpenSessionProducer } from './session-producer.ts'
import type { KafkaConsumerOptions } from './settings.ts'

export { parseKafkaClusterUri } from '../uri.ts'
export type { KafkaConsumerOptions } from './settings.ts'

/**
 * A Kafka cluster to consume from, as members of groups. Connects when somebody joins.
 * @param openProducer what `produce` writes with
 */
export function openKafkaConsumerSource(
  options: KafkaConsumerOptions,
  openProducer: OpenSessionProducer | null = null,
): ConsumerSource {
  return new KafkaConsumerSource(options, openProducer)
}

class KafkaConsumerSource implements ConsumerSource {
  readonly name = 'kafka'
  readonly canTransact: boolean
  private readonly options: KafkaConsumerOptions
  private readonly openProducer: OpenSessionProducer | null
  private readonly sessions = new Set<KafkaGroupSession>()

  constructor(options: KafkaConsumerOptions, openProducer: OpenSessionProducer | null) {
    this.options = options
    this.openProducer = openProducer
    this.canTransact = openProducer !== null
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const producer = this.openProducer?.(this.options) ?? null
    const session = new KafkaGroupSession(this.options, request, listener, producer)
    this.sessions.add(session)
    try {
      await session.start()
    } catch (error) {
      this.sessions.delete(session)
      await session.leave()
      throw error
    }
    return session
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.leave()))
    this.sessions.clear()
  }
}

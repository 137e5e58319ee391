import type {
  AssignmentListener,
  ConsumerSource,
  GroupSession,
  JoinRequest,
} from '../../../ports/consumer-source.ts'
import { KafkaGroupSession } from './group-session.ts'
import type { KafkaConsumerOptions } from './settings.ts'

export type { KafkaConsumerOptions } from './settings.ts'

/** A Kafka cluster to consume from, as members of groups. Connects when somebody joins. */
export function openKafkaConsumerSource(options: KafkaConsumerOptions): ConsumerSource {
  return new KafkaConsumerSource(options)
}

class KafkaConsumerSource implements ConsumerSource {
  readonly name = 'kafka'
  readonly canTransact = true
  private readonly options: KafkaConsumerOptions
  private readonly sessions = new Set<KafkaGroupSession>()

  constructor(options: KafkaConsumerOptions) {
    this.options = options
  }

  async join(request: JoinRequest, listener: AssignmentListener): Promise<GroupSession> {
    const session = new KafkaGroupSession(this.options, request, listener)
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

import type { CommittedOffset, NewMessage } from '../../../domain/model/cluster.ts'
import type { KafkaConsumerOptions } from './settings.ts'

/** What to commit with a message in one transaction, and as whom (D7). */
export interface MemberCommit {
  readonly offset: CommittedOffset
  readonly group: string
  readonly memberId: string
  readonly generationOrEpoch: number
  readonly instanceId: string | null
}

/** Writes for a session; connects when it first writes. */
export interface SessionProducer {
  /** @param commit null: no transaction @throws BrokerError */
  produce(topic: string, message: NewMessage, commit: MemberCommit | null): Promise<void>
  close(): Promise<void>
}

/** One per session. */
export type OpenSessionProducer = (options: KafkaConsumerOptions) => SessionProducer

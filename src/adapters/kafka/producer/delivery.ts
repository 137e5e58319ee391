import type { TopicPartition } from '../../../domain/model/cluster.ts'
import { BrokerError } from '../../../errors.ts'
import { isPassing } from '../connection/failures.ts'
import type { Brokers } from '../groups/brokers.ts'
import { ERROR, LEADER_MOVED } from '../wire/error-codes.ts'
import { noLeader, refusal } from './refusals.ts'
import { PRODUCE } from './requests/produce.ts'
import type { TopicPartitions } from './topic-partitions.ts'

/** What became of a batch. */
export type Delivery =
  | { readonly isWritten: true }
  | {
      readonly isWritten: false
      /** Kafka's for the last attempt; null: no answer came. */
      readonly code: number | null
      readonly error: BrokerError
      /** An attempt may be in the log all the same. */
      readonly isUncertain: boolean
    }

/** Whether to try once more, after a while: see `backOff`. */
export type Again = () => Promise<boolean>

/** The same batch may be taken by the same leader later, or by another one. */
const WORTH_RETRYING: ReadonlySet<number> = new Set([
  ...LEADER_MOVED,
  ERROR.corruptMessage,
  ERROR.notEnoughReplicas,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.concurrentTransactions,
  ERROR.coordinatorLoadInProgress,
  ERROR.coordinatorNotAvailable,
])

/**
 * Said also of what the leader appended, and then had no leadership, or not the replicas, to
 * acknowledge. All other codes say that this attempt appended nothing.
 */
const MAYBE_APPENDED: ReadonlySet<number> = new Set([
  ERROR.unknownServerError,
  ERROR.leaderNotAvailable,
  ERROR.notLeaderOrFollower,
  ERROR.requestTimedOut,
  ERROR.networkException,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.kafkaStorageError,
])

/** Takes record batches to the leaders of their partitions. */
export class Deliveries {
  private readonly brokers: Brokers
  private readonly topics: TopicPartitions

  constructor(brokers: Brokers, topics: TopicPartitions) {
    this.brokers = brokers
    this.topics = topics
  }

  /**
   * Sends the same bytes until they are acknowledged; a broker that has them already says so by
   * their sequence. @throws only what is no BrokerError
   */
  async deliver(
    to: TopicPartition,
    batch: { readonly bytes: Uint8Array; readonly transactionalId: string | null },
    again: Again,
  ): Promise<Delivery> {
    const attempts = { mayBeAppended: false }
    for (;;) {
      const attempt = await this.attempt(to, batch, attempts)
      if (attempt === null) return { isWritten: true }
      const { code, error, isFinal } = attempt
      if (isFinal || !(await again())) {
        return { isWritten: false, code, error, isUncertain: attempts.mayBeAppended }
      }
    }
  }

  /** @returns null when it is written */
  private async attempt(
    to: TopicPartition,
    batch: { readonly bytes: Uint8Array; readonly transactionalId: string | null },
    attempts: { mayBeAppended: boolean },
  ): Promise<{ code: number | null; error: BrokerError; isFinal: boolean } | null> {
    let isSent = false
    try {
      const partitions = await this.topics.of(to.topic)
      const leader = partitions.find(({ partition }) => partition === to.partition)?.leader ?? null
      if (leader === null) {
        this.topics.forget(to.topic)
        return { code: ERROR.leaderNotAvailable, error: noLeader(to), isFinal: false }
      }
      const broker = await this.brokers.at(leader)
      // A leader that waits for its replicas is to answer before the connection is given up.
      const timeoutMs = Math.ceil(this.brokers.timeoutMs * 0.75)
      isSent = broker.takes(PRODUCE)
      const { code, message } = await broker.ask(PRODUCE, { ...to, ...batch, timeoutMs })
      if (code === ERROR.none || code === ERROR.duplicateSequenceNumber) return null
      attempts.mayBeAppended ||= MAYBE_APPENDED.has(code)
      if (LEADER_MOVED.has(code)) this.topics.forget(to.topic)
      return { code, error: refusal(code, message, to), isFinal: !WORTH_RETRYING.has(code) }
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      attempts.mayBeAppended ||= isSent
      this.topics.forget(to.topic)
      return { code: null, error, isFinal: !isPassing(error) }
    }
  }
}

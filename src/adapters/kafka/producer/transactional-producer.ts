import type { CommittedOffset, NewMessage, TopicPartition } from '../../../domain/model/cluster.ts'
import { BrokerError } from '../../../errors.ts'
import type { GroupRequest } from '../groups/requests/group-request.ts'
import { backOff } from '../groups/retrying.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { CoordinatorQuestions } from './coordinator-questions.ts'
import type { Again, Deliveries } from './delivery.ts'
import { type ProducerIdentity, recordBatch, sequenceAfter } from './record-batch.ts'
import { fenced, transactionRefusal, uncertainEnd } from './refusals.ts'
import {
  INIT_PRODUCER_ID,
  type InitProducerIdAnswer,
  NO_IDENTITY,
} from './requests/init-producer-id.ts'
import {
  ADD_OFFSETS_TO_TXN,
  ADD_PARTITIONS_TO_TXN,
  type CodeAnswer,
  type CommittingMember,
  END_TXN,
  TXN_OFFSET_COMMIT,
} from './requests/transaction.ts'

/** What to commit with a message, by which member, in the name of which transactional id (D7). */
export interface TransactionalCommit extends CommittingMember {
  readonly offset: CommittedOffset
  readonly transactionalId: string
}

/** Who asks, and how long. */
interface Asking {
  readonly commit: TransactionalCommit
  /** Begins the waits of one step; all steps together take no longer than the timeout. */
  readonly retrying: () => Again
}

/** The coordinator has given the id a later epoch: to another process, or after a timeout. */
const LATER_EPOCH: ReadonlySet<number> = new Set([ERROR.producerFenced, ERROR.invalidProducerEpoch])

/** Writes a message and commits an offset, both or neither, as the owner of a transactional id. */
export class TransactionalProducer {
  private readonly transactionalId: string
  private readonly questions: CoordinatorQuestions
  private readonly deliveries: Deliveries
  private readonly timeoutMs: number
  private identity: ProducerIdentity = NO_IDENTITY
  /** Whether the identity may begin a transaction. */
  private isReady = false
  private readonly sequences = new Map<string, number>()
  private fencedBy: BrokerError | null = null

  constructor(
    transactionalId: string,
    questions: CoordinatorQuestions,
    deliveries: Deliveries,
    timeoutMs: number,
  ) {
    this.transactionalId = transactionalId
    this.questions = questions
    this.deliveries = deliveries
    this.timeoutMs = timeoutMs
  }

  /** One transaction; wait for it before the next. @throws BrokerError when it was aborted */
  async produce(
    to: TopicPartition,
    message: NewMessage,
    commit: TransactionalCommit,
  ): Promise<void> {
    if (this.fencedBy !== null) throw this.fencedBy
    const asking = { commit, retrying: this.timeLimit() }
    if (!this.isReady) await this.takeIdentity(asking)
    try {
      await this.prepare(to, message, asking)
    } catch (error) {
      await this.abort(asking)
      throw this.fencedBy ?? error
    }
    await this.commit(asking)
  }

  /** All but the end. The offset goes first: a member that may not commit leaves nothing behind. */
  private async prepare(to: TopicPartition, message: NewMessage, asking: Asking): Promise<void> {
    const { offset, ...member } = asking.commit
    const { group } = member
    const owner = { transactionalId: this.transactionalId, identity: this.identity }
    const offsetText = `commit offset ${offset.offset} of group ${group} for ${keyOf(offset)}`
    await this.step(asking, ADD_OFFSETS_TO_TXN, { ...owner, group }, `begin to ${offsetText}`)
    const commit = { ...member, ...owner, offset }
    await this.step(asking, TXN_OFFSET_COMMIT, commit, offsetText, group)
    const place = `write to ${keyOf(to)} in a transaction`
    await this.step(asking, ADD_PARTITIONS_TO_TXN, { ...owner, ...to }, place)

    const sequence = this.sequences.get(keyOf(to)) ?? 0
    const stamp = { identity: this.identity, sequence, isTransactional: true }
    const sent = {
      bytes: recordBatch([message], stamp),
      transactionalId: this.transactionalId,
    }
    const delivery = await this.deliveries.deliver(to, sent, asking.retrying())
    if (!delivery.isWritten) {
      await this.checkEpoch(delivery.code, asking)
      throw delivery.error
    }
    this.sequences.set(keyOf(to), sequenceAfter(sequence, 1))
  }

  private async step<Asked>(
    asking: Asking,
    request: GroupRequest<Asked, CodeAnswer>,
    asked: Asked,
    text: string,
    group?: string,
  ): Promise<void> {
    const code = await this.codeOf(asking, request, asked, group)
    if (code === ERROR.none) return
    await this.checkEpoch(code, asking)
    throw transactionRefusal(code, text, this.names(asking))
  }

  private async commit(asking: Asking): Promise<void> {
    let failure: BrokerError
    try {
      const code = await this.end(asking, true)
      if (code === ERROR.none) return
      await this.checkEpoch(code, asking)
      failure = transactionRefusal(code, 'commit a transaction', this.names(asking))
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error
      failure = error
    }
    if (await this.abort(asking)) throw failure
    throw this.fencedBy ?? uncertainEnd(this.transactionalId, failure)
  }

  /** Gives the transaction up. @returns whether the coordinator says that it is aborted */
  private async abort(asking: Asking): Promise<boolean> {
    this.isReady = false
    if (this.fencedBy !== null) return false
    try {
      const code = await this.end({ ...asking, retrying: this.timeLimit() }, false)
      return code === ERROR.none
    } catch {
      // The coordinator aborts it when the id is next used, or after the transaction's timeout.
      return false
    }
  }

  private async end(asking: Asking, commits: boolean): Promise<number> {
    const owner = { transactionalId: this.transactionalId, identity: this.identity }
    return await this.codeOf(asking, END_TXN, { ...owner, commits })
  }

  private async codeOf<Asked>(
    { retrying }: Asking,
    request: GroupRequest<Asked, CodeAnswer>,
    asked: Asked,
    group?: string,
  ): Promise<number> {
    const whose =
      group === undefined
        ? ({ kind: 'transaction', name: this.transactionalId } as const)
        : ({ kind: 'group', name: group } as const)
    return (await this.questions.ask(whose, request, asked, retrying())).code
  }

  /**
   * After a code that tells of a later epoch, asks whose it is. It is ours where the coordinator
   * aborted a transaction that took too long.
   * @throws BrokerError `broker.producer-fenced` when somebody else has the id
   */
  private async checkEpoch(code: number | null, asking: Asking): Promise<void> {
    if (code !== null && LATER_EPOCH.has(code)) await this.takeIdentity(asking)
  }

  /** The first identity, or the next one after a failure: it ends what is open. */
  private async takeIdentity(asking: Asking): Promise<void> {
    this.isReady = false
    const answer = await this.questions.ask(
      { kind: 'transaction', name: this.transactionalId },
      INIT_PRODUCER_ID,
      {
        transactionalId: this.transactionalId,
        // Longer than a transaction may take here, so that no coordinator ends it under way.
        transactionTimeoutMs: 2 * this.timeoutMs,
        current: this.identity,
      },
      asking.retrying(),
    )
    if (LATER_EPOCH.has(answer.code)) {
      this.fencedBy = fenced(this.transactionalId)
      throw this.fencedBy
    }
    if (answer.code !== ERROR.none) {
      const step = `begin transactions as "${this.transactionalId}"`
      throw transactionRefusal(answer.code, step, this.names(asking))
    }
    this.identity = (answer as InitProducerIdAnswer).identity
    this.sequences.clear()
    this.isReady = true
  }

  private timeLimit(): () => Again {
    const deadline = performance.now() + this.timeoutMs
    return () => backOff(Math.max(0, deadline - performance.now()))
  }

  private names({ commit }: Asking) {
    return { transactionalId: this.transactionalId, member: commit }
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

import type { NewMessage, TopicPartition } from '../../../domain/model/cluster.ts'
import { backOff } from '../groups/retrying.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { Again, Deliveries } from './delivery.ts'
import type { Identities } from './identities.ts'
import { type ProducerIdentity, recordBatch, recordSize, sequenceAfter } from './record-batch.ts'
import { uncertain } from './refusals.ts'

/** A message that somebody waits for. */
export interface QueuedMessage {
  readonly message: NewMessage
  /** Of `performance.now()`: after it no attempt begins, but for the first one. */
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Half of what brokers take unless set otherwise; one message alone may be larger. */
const BATCH_BYTES_MAX = 512 * 1024

/** One of several messages may be why the batch is refused: without it the others are taken. */
const SPLITTABLE: ReadonlySet<number> = new Set([
  ERROR.messageTooLarge,
  ERROR.recordListTooLarge,
  ERROR.invalidRecord,
  ERROR.invalidTimestamp,
])

/** The leader does not know the sequence that the identity had: with another one it begins anew. */
const SEQUENCE_LOST: ReadonlySet<number> = new Set([
  ERROR.outOfOrderSequenceNumber,
  ERROR.unknownProducerId,
  ERROR.invalidProducerEpoch,
  ERROR.invalidProducerIdMapping,
])

/**
 * Writes the messages for one partition in their order, one batch after the other. What is queued
 * while a batch is under way goes into the next one.
 */
export class PartitionLane {
  private readonly to: TopicPartition
  private readonly identities: Identities
  private readonly deliveries: Deliveries
  private readonly queue: QueuedMessage[] = []
  private identity: ProducerIdentity | null = null
  private isSpent = false
  private sequence = 0
  private isRunning = false

  constructor(to: TopicPartition, identities: Identities, deliveries: Deliveries) {
    this.to = to
    this.identities = identities
    this.deliveries = deliveries
  }

  append(queued: QueuedMessage): void {
    this.queue.push(queued)
    if (!this.isRunning) void this.run()
  }

  private async run(): Promise<void> {
    this.isRunning = true
    // So that all that is appended at once goes into the first batch.
    await null
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, this.nextBatchLength())
      const leftMs = Math.max(0, batch[0]!.deadline - performance.now())
      try {
        await this.write(batch, backOff(leftMs))
      } catch (error) {
        this.isSpent = true
        for (const { reject } of batch) reject(error)
      }
    }
    this.isRunning = false
  }

  private nextBatchLength(): number {
    let bytes = 0
    const full = this.queue.findIndex(({ message }) => {
      bytes += recordSize(message)
      return bytes > BATCH_BYTES_MAX
    })
    return full < 0 ? this.queue.length : Math.max(1, full)
  }

  /** Resolves or rejects every message; throws only where no identity is to be had. */
  private async write(batch: readonly QueuedMessage[], again: Again): Promise<void> {
    const messages = batch.map(({ message }) => message)
    for (;;) {
      const identity = await this.usableIdentity()
      const stamp = { identity, sequence: this.sequence, isTransactional: false }
      const sent = { bytes: recordBatch(messages, stamp), transactionalId: null }
      const delivery = await this.deliveries.deliver(this.to, sent, again)
      if (delivery.isWritten) {
        this.sequence = sequenceAfter(this.sequence, batch.length)
        for (const { resolve } of batch) resolve()
        return
      }
      const { code, error, isUncertain } = delivery
      const isLost = code !== null && SEQUENCE_LOST.has(code)
      // The sequence may be taken: whatever comes next must not be mistaken for this batch.
      this.isSpent ||= isUncertain || isLost
      // An attempt that is not known to be in the log is not repeated under another identity.
      if (isLost && !isUncertain && (await again())) continue
      if (code !== null && SPLITTABLE.has(code) && batch.length > 1 && !isUncertain) {
        const half = Math.ceil(batch.length / 2)
        await this.write(batch.slice(0, half), again)
        await this.write(batch.slice(half), again)
        return
      }
      const told = isUncertain ? uncertain(this.to, error) : error
      for (const { reject } of batch) reject(told)
      return
    }
  }

  private async usableIdentity(): Promise<ProducerIdentity> {
    if (this.identity !== null && !this.isSpent) return this.identity
    this.identity =
      this.identity === null
        ? await this.identities.latest(this.to)
        : await this.identities.after(this.identity, this.to)
    this.isSpent = false
    this.sequence = 0
    return this.identity
  }
}

import type { NewMessage } from '../domain/model/cluster.ts'
import type { Message } from '../domain/model/message.ts'

/** A message in a consumer's hands. */
export interface ConsumedMessage extends Message {
  readonly offset: bigint
  /** What the topic's deserializer makes of it, when first asked for; kept then. */
  readonly payload: unknown
}

/** What a job knows of itself, and what it can do. */
export interface ConsumerContext {
  readonly topic: string
  readonly partition: number
  readonly virtualPartition: number
  /** null where segments are off (P1). */
  readonly segmentId: number | null
  /** The group that the segments are of; the group itself where segments are off. */
  readonly segmentOrigin: string
  readonly group: string
  /** Whether this job has all that is left of its batch, in log order (C2). */
  readonly collapsed: boolean
  /** 1 for the first time; a failure of any VP of the partition raises it (E2). */
  readonly attempt: number
  /** `attempt > 1` */
  readonly retrying: boolean
  /**
   * Aborted when the partition is lost or taken away. Who has asked for it may end early: of jobs that
   * end afterwards only what they marked themselves counts (O7).
   */
  readonly revokedSignal: AbortSignal
  /**
   * Marks the message and every earlier one of its VP in its batch; stored for the next commit (O2, O5).
   * @returns false when the partition is not ours any more
   */
  markAsConsumed(message: Message, metadata?: string): boolean
  /** The same, committed when it resolves. @returns whether it was */
  markAsConsumedNow(message: Message, metadata?: string): Promise<boolean>
  /** Collapses from the next batch on, up to and with the offset; the highest request wins (C2). */
  collapseUntil(offset: bigint | number): void
  /** Goes on at the offset after that time, once the batch has ended; the lowest offset wins (C3). */
  pause(offset: bigint | number, ms: number): void
  /** Goes on at the offset once the batch has ended; may move the committed position back (O5). */
  seek(offset: bigint | number): void
  /**
   * Runs alone among all VPs of the partition (L2); inside itself it is refused.
   * @returns what it gives, or throws what it throws
   */
  synchronize<T>(run: () => T | Promise<T>): Promise<T>
  /** Writes a message by the source's own connection; acknowledged when it resolves. */
  produce(topic: string, message: NewMessage): Promise<void>
}

/** One message at a time. */
export type EachMessage = (
  message: ConsumedMessage,
  context: ConsumerContext,
) => void | Promise<void>
/** The messages of a job together. */
export type EachBatch = (
  messages: readonly ConsumedMessage[],
  context: ConsumerContext,
) => void | Promise<void>

/** Made once per virtual partition of an assigned partition (V6). */
export type ConsumerClass = new () => Consumer

/**
 * A consumer: `consume` runs for each job, with `messages` and the rest set for it. One instance is
 * never entered twice at once; it lives until its partition is lost.
 */
export abstract class Consumer implements ConsumerContext {
  /** Those of the job, in log order, kept until the next one; values are decoded when asked for. */
  messages: readonly ConsumedMessage[] = []
  /** Hard private, as subclasses in JavaScript may have a `context` or `job` of their own. */
  #context: ConsumerContext | null = null

  abstract consume(): void | Promise<void>
  /** The partition was lost; once per instance (L1). */
  revoked(): void | Promise<void> {}
  /** The runtime stops; once per instance (L1). */
  shutdown(): void | Promise<void> {}

  get topic(): string {
    return this.#job.topic
  }
  get partition(): number {
    return this.#job.partition
  }
  get virtualPartition(): number {
    return this.#job.virtualPartition
  }
  get segmentId(): number | null {
    return this.#job.segmentId
  }
  get segmentOrigin(): string {
    return this.#job.segmentOrigin
  }
  get group(): string {
    return this.#job.group
  }
  get collapsed(): boolean {
    return this.#job.collapsed
  }
  get attempt(): number {
    return this.#job.attempt
  }
  get retrying(): boolean {
    return this.#job.retrying
  }
  get revokedSignal(): AbortSignal {
    return this.#job.revokedSignal
  }
  markAsConsumed(message: Message, metadata?: string): boolean {
    return this.#job.markAsConsumed(message, metadata)
  }
  markAsConsumedNow(message: Message, metadata?: string): Promise<boolean> {
    return this.#job.markAsConsumedNow(message, metadata)
  }
  collapseUntil(offset: bigint | number): void {
    this.#job.collapseUntil(offset)
  }
  pause(offset: bigint | number, ms: number): void {
    this.#job.pause(offset, ms)
  }
  seek(offset: bigint | number): void {
    this.#job.seek(offset)
  }
  synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    return this.#job.synchronize(run)
  }
  produce(topic: string, message: NewMessage): Promise<void> {
    return this.#job.produce(topic, message)
  }

  /** The runtime's: what the next job is. */
  enter(context: ConsumerContext, messages: readonly ConsumedMessage[]): void {
    this.#context = context
    this.messages = messages
  }

  get #job(): ConsumerContext {
    if (this.#context === null)
      throw new TypeError('a consumer has no job before consume() is called')
    return this.#context
  }
}

import type { TopicPartition } from '../../domain/model/cluster.ts'
import type { Message } from '../../domain/model/message.ts'
import type { PolledBatch, PollRequest } from '../../ports/consumer-source.ts'
import type { KafkaJsBatchPayload, KafkaJsBatchProcessed, KafkaJsConsumer } from './client.ts'
import { messageOf } from './messages.ts'

/**
 * What kafkajs has delivered of a partition and nobody has polled yet. kafkajs pushes: its partition is
 * paused while there is enough here, so that its loop, and with it the heartbeats, never waits for us.
 */
export class ReadAhead {
  readonly place: TopicPartition
  /** `ending`: still ours to commit for, and about to be somebody else's. */
  state: 'ours' | 'ending' | 'gone' = 'ours'
  private readonly consumer: KafkaJsConsumer
  private readonly enough: number
  private messages: Message[] = []
  private taken = 0
  /** Where the next poll is expected; null before the first one. */
  private position: number | null = null
  /** Everything before it has been delivered. */
  private next = 0
  private end: number
  private isPaused = true
  private wake: (() => void) | null = null

  constructor(consumer: KafkaJsConsumer, place: TopicPartition, end: number, enough: number) {
    this.consumer = consumer
    this.place = place
    this.end = end
    this.enough = enough
  }

  async poll({ from, maxMessages, signal }: PollRequest): Promise<PolledBatch | null> {
    while (this.state === 'ours' && !signal.aborted) {
      if (from !== this.position) this.restart(from)
      if (this.next > from) return this.take(maxMessages)
      await this.news(signal)
    }
    return null
  }

  /** A batch from kafkajs; what was fetched for an earlier position is left to be fetched again. */
  receive({ batch, resolveOffset, isStale }: KafkaJsBatchPayload): void {
    if (this.state !== 'ours' || this.position === null || isStale()) return
    const { topic, partition } = this.place
    for (const message of batch.messages) {
      if (Number(message.offset) < this.next) continue
      this.messages.push(messageOf(topic, partition, message))
    }
    this.reached(Number(batch.lastOffset()) + 1, Number(batch.highWatermark))
    resolveOffset(batch.lastOffset())
    if (this.messages.length - this.taken >= this.enough) this.pause(true)
  }

  /** A stretch of the log without a message for us: transaction markers, aborted transactions. */
  skip({ batchSize, lastOffset, highWatermark }: KafkaJsBatchProcessed): void {
    if (batchSize > 0 || this.state !== 'ours' || this.position === null) return
    this.reached(Number(lastOffset) + 1, Number(highWatermark))
  }

  close(state: 'ending' | 'gone'): void {
    this.state = state
    if (state === 'gone') this.messages = []
    this.wake?.()
  }

  private reached(next: number, end: number): void {
    this.end = Math.max(end, next)
    if (next <= this.next) return
    this.next = next
    this.wake?.()
  }

  private restart(from: number): void {
    this.messages = []
    this.taken = 0
    this.position = from
    this.next = from
    this.steer(() => this.consumer.seek({ ...this.place, offset: String(from) }))
    this.pause(false)
  }

  private take(maxMessages: number): PolledBatch {
    const messages = this.messages.slice(this.taken, this.taken + maxMessages)
    this.taken += messages.length
    const isEmpty = this.taken === this.messages.length
    const next = isEmpty ? this.next : Number(messages.at(-1)!.offset) + 1
    if (isEmpty || this.taken >= this.enough) {
      this.messages = this.messages.slice(this.taken)
      this.taken = 0
    }
    this.position = next
    if (this.messages.length - this.taken <= this.enough / 2) this.pause(false)
    const offsets = messages.map(({ offset }) => Number(offset))
    return { messages, offsets, next, end: Math.max(this.end, this.next) }
  }

  private pause(isPaused: boolean): void {
    if (isPaused === this.isPaused) return
    this.isPaused = isPaused
    const { topic, partition } = this.place
    const topics = [{ topic, partitions: [partition] }]
    this.steer(() => (isPaused ? this.consumer.pause(topics) : this.consumer.resume(topics)))
  }

  /** A consumer that has stopped cannot be steered: kafkajs is about to say so, and all is lost then. */
  private steer(action: () => void): void {
    try {
      action()
    } catch {
      this.isPaused = true
    }
  }

  private news(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => {
      signal.removeEventListener('abort', wake)
      this.wake = null
      resolve()
    }
    signal.addEventListener('abort', wake)
    this.wake = wake
    return promise
  }
}

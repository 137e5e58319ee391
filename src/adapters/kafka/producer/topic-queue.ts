import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { QueuedMessage } from './partition-lane.ts'
import { Placement } from './placement.ts'
import type { TopicPartitions } from './topic-partitions.ts'

/** Where the queued messages go: the lane of a partition, or a transaction. */
export interface PlacedMessage extends QueuedMessage {
  /** Called as soon as the partition is known, in the order of the calls. */
  readonly place: (to: TopicPartition) => void
}

/** Gives the messages for one topic their partitions, in the order in which they came. */
export class TopicQueue {
  private readonly topic: string
  private readonly partitions: TopicPartitions
  private readonly placement: Placement
  private readonly queue: PlacedMessage[] = []
  private isRunning = false

  constructor(topic: string, partitions: TopicPartitions) {
    this.topic = topic
    this.partitions = partitions
    this.placement = new Placement(topic)
  }

  append(queued: PlacedMessage): void {
    this.queue.push(queued)
    if (!this.isRunning) void this.run()
  }

  private async run(): Promise<void> {
    this.isRunning = true
    while (this.queue.length > 0) {
      try {
        const known = await this.partitions.of(this.topic)
        // Partitions may have been added since they were asked for.
        const isBeyond = this.queue.some(({ message }) => (message.partition ?? 0) >= known.length)
        if (isBeyond) this.partitions.forget(this.topic)
        const partitions = isBeyond ? await this.partitions.of(this.topic) : known
        for (const queued of this.queue.splice(0)) this.place(queued, partitions)
      } catch (error) {
        for (const { reject } of this.queue.splice(0)) reject(error)
      }
    }
    this.isRunning = false
  }

  private place(queued: PlacedMessage, partitions: Parameters<Placement['partitionOf']>[1]): void {
    let partition: number
    try {
      partition = this.placement.partitionOf(queued.message, partitions)
    } catch (error) {
      queued.reject(error)
      return
    }
    queued.place({ topic: this.topic, partition })
  }
}

/** Messages, bytes and the open fetch batch of one partition. */
export class PartitionTally {
  /** Dense, in the order in which partitions were first seen. */
  readonly id: number
  /** -1 where the source does not say. */
  readonly partition: number
  messages = 0
  bytes = 0
  nullMessages = 0
  /** Key index of each message of the open batch, -1 without a key. */
  batch: Int32Array<ArrayBuffer>
  batchSize = 0
  private readonly maxMessages: number

  constructor(id: number, partition: number, maxMessages: number) {
    this.id = id
    this.partition = partition
    this.maxMessages = maxMessages
    this.batch = new Int32Array(Math.min(maxMessages, 128))
  }

  /** Makes room for another message. */
  growBatch(): void {
    const length = Math.min(this.maxMessages, this.batch.length * 2)
    this.batch = new Int32Array(this.batch.buffer.transfer(length * 4))
  }
}

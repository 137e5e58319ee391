import type { Message } from './message.ts'
import { ABSENT, type MessageBatch } from './message-batch.ts'

/**
 * A batch that adapters fill row by row and use again: `clear()`, `add…`, hand out.
 * Key bytes are copied; whole messages are kept only when given.
 */
export class ColumnBatch implements MessageBatch {
  readonly topic: string
  readonly capacity: number
  count = 0
  bytes: Uint8Array
  readonly keyStart: Int32Array
  readonly keyLength: Int32Array
  readonly valueLength: Int32Array
  readonly partition: Int32Array
  readonly offset: Float64Array
  readonly timestamp: Float64Array
  private used = 0
  private readonly messages: (Message | undefined)[] = []

  constructor(topic: string, capacity = 4096) {
    this.topic = topic
    this.capacity = capacity
    this.bytes = new Uint8Array(capacity * 32)
    this.keyStart = new Int32Array(capacity)
    this.keyLength = new Int32Array(capacity)
    this.valueLength = new Int32Array(capacity)
    this.partition = new Int32Array(capacity)
    this.offset = new Float64Array(capacity)
    this.timestamp = new Float64Array(capacity)
  }

  get full(): boolean {
    return this.count === this.capacity
  }

  clear(): void {
    this.count = 0
    this.used = 0
    this.messages.length = 0
  }

  /** Adds a row. Lengths in bytes, ABSENT for null, of values UNKNOWN too; offset and timestamp NaN where unknown. */
  addRow(
    key: Uint8Array | null,
    valueLength: number,
    partition: number,
    offset: number,
    timestamp: number,
  ): void {
    const row = this.count++
    this.keyLength[row] = ABSENT
    this.keyStart[row] = this.used
    if (key !== null) this.copyKey(row, key)
    this.valueLength[row] = valueLength
    this.partition[row] = partition
    this.offset[row] = offset
    this.timestamp[row] = timestamp
  }

  /**
   * Adds a row that `message(index)` gives back whole.
   * @param valueLength UNKNOWN where null is not the value, but what is known of it
   */
  addMessage(message: Message, valueLength = message.value?.length ?? ABSENT): void {
    this.messages[this.count] = message
    this.addRow(
      message.key,
      valueLength,
      message.partition,
      message.offset === null ? Number.NaN : Number(message.offset),
      message.timestamp ?? Number.NaN,
    )
  }

  message(index: number): Message {
    const message = this.messages[index]
    if (message === undefined) throw new RangeError(`no whole message at row ${index}`)
    return message
  }

  private copyKey(row: number, key: Uint8Array): void {
    const end = this.used + key.length
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.bytes.length * 2))
      larger.set(this.bytes.subarray(0, this.used))
      this.bytes = larger
    }
    this.bytes.set(key, this.used)
    this.keyLength[row] = key.length
    this.used = end
  }
}

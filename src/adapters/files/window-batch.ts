import type { Message } from '../../domain/model/message.ts'
import { ABSENT, type MessageBatch, UNKNOWN } from '../../domain/model/message-batch.ts'
import { MessageParts } from './message-parts.ts'

/** Rows of one batch: big enough that handing it out costs nothing, small enough for the caches. */
export const BATCH_ROWS = 4096

/**
 * A batch whose records stay where they were read: its columns point into the input's window, and
 * a message is made when it is asked for, with bytes of its own.
 */
export class WindowBatch implements MessageBatch {
  topic: string
  count = 0
  bytes: Uint8Array = new Uint8Array(0)
  readonly keyStart = new Int32Array(BATCH_ROWS)
  readonly keyLength = new Int32Array(BATCH_ROWS)
  readonly valueLength = new Int32Array(BATCH_ROWS).fill(UNKNOWN)
  readonly partition = new Int32Array(BATCH_ROWS).fill(-1)
  readonly offset = new Float64Array(BATCH_ROWS).fill(Number.NaN)
  readonly timestamp = new Float64Array(BATCH_ROWS).fill(Number.NaN)
  /** Null where the read asks for keys alone. */
  readonly parts: MessageParts | null

  /** @param whole true for `message` to work */
  constructor(topic: string, whole: boolean) {
    this.topic = topic
    this.parts = whole ? new MessageParts(BATCH_ROWS) : null
  }

  /** Starts anew over the bytes that the next rows point into. */
  clear(bytes: Uint8Array): void {
    this.bytes = bytes
    this.count = 0
    this.parts?.largeOffsets.clear()
  }

  /** Notes the line of the row that comes next, where whole messages are read. */
  startsAt(line: number): void {
    if (this.parts !== null) this.parts.line[this.count] = line
  }

  lineOf(index: number): number {
    if (this.parts === null) throw new RangeError(`no line of row ${index}`)
    return this.parts.line[index]!
  }

  message(index: number): Message {
    const { parts, bytes } = this
    if (parts === null || !(index >= 0 && index < this.count)) {
      throw new RangeError(`no whole message at row ${index}`)
    }
    const start = this.keyStart[index]!
    const keyLength = this.keyLength[index]!
    const offset = this.offset[index]!
    const timestamp = this.timestamp[index]!
    return {
      topic: this.topic,
      partition: this.partition[index]!,
      offset: Number.isNaN(offset) ? null : (parts.largeOffsets.get(index) ?? BigInt(offset)),
      key: keyLength === ABSENT ? null : parts.copy(bytes, start, start + keyLength),
      value: this.valueLength[index]! < 0 ? null : parts.value(index),
      headers: parts.headersOf(index, bytes),
      timestamp: Number.isNaN(timestamp) ? null : timestamp,
    }
  }
}

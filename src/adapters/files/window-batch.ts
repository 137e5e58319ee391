import type { Message } from '../../domain/model/message.ts'
import { ABSENT, type MessageBatch } from '../../domain/model/message-batch.ts'

/** Rows of one batch: big enough that handing it out costs nothing, small enough for the caches. */
export const BATCH_ROWS = 4096

/** A batch whose keys stay where they were read: its columns point into the input's window. */
export class WindowBatch implements MessageBatch {
  topic: string
  count = 0
  bytes: Uint8Array = new Uint8Array(0)
  readonly keyStart = new Int32Array(BATCH_ROWS)
  readonly keyLength = new Int32Array(BATCH_ROWS)
  readonly valueLength = new Int32Array(BATCH_ROWS).fill(ABSENT)
  readonly partition = new Int32Array(BATCH_ROWS).fill(-1)
  readonly offset = new Float64Array(BATCH_ROWS).fill(Number.NaN)
  readonly timestamp = new Float64Array(BATCH_ROWS).fill(Number.NaN)
  /** Whole messages by row, where the read asked for them; they own their bytes. */
  readonly messages: Message[] = []

  constructor(topic: string) {
    this.topic = topic
  }

  /** Starts anew over the bytes that the next rows point into. */
  clear(bytes: Uint8Array): void {
    this.bytes = bytes
    this.count = 0
    this.messages.length = 0
  }

  message(index: number): Message {
    const message = this.messages[index]
    if (message === undefined) throw new RangeError(`no whole message at row ${index}`)
    return message
  }
}

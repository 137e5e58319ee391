import type { Message } from '../../../domain/model/message.ts'
import type { MessageBatch } from '../../../domain/model/message-batch.ts'
import { messageAt } from './message-at.ts'

/** Enough to make a batch cheap to hand over, and few enough to stay in the processor's cache. */
export const ROWS_MAX = 8192

/** A batch whose keys stay where they were fetched or decompressed. */
export class RecordColumns implements MessageBatch {
  readonly topic: string
  readonly content: 'keys' | 'messages'
  count = 0
  bytes: Uint8Array = new Uint8Array(0)
  readonly keyStart = new Int32Array(ROWS_MAX)
  readonly keyLength = new Int32Array(ROWS_MAX)
  readonly valueLength = new Int32Array(ROWS_MAX)
  readonly partition = new Int32Array(ROWS_MAX)
  readonly offset = new Float64Array(ROWS_MAX)
  readonly timestamp = new Float64Array(ROWS_MAX)

  constructor(topic: string, content: 'keys' | 'messages') {
    this.topic = topic
    this.content = content
  }

  get isFull(): boolean {
    return this.count === ROWS_MAX
  }

  message(index: number): Message {
    if (this.content !== 'messages' || !(index >= 0 && index < this.count)) {
      throw new RangeError(`no whole message at row ${index}`)
    }
    return messageAt(this, index)
  }
}

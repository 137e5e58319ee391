import type { MessageBatch } from '../domain/model/message-batch.ts'

/** Writes messages somewhere they can be read back from. */
export interface MessageWriter {
  /** Resolves when there is room for more; false when nobody wants more. */
  write(batch: MessageBatch): Promise<boolean>
  /** Makes what was written last. @throws UsageError */
  finish(): Promise<void>
  /** Leaves nothing behind. */
  discard(): Promise<void>
}

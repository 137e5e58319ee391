import type { MessageBatch } from '../domain/model/message-batch.ts'
import type { ReadReport, Selection, SourceDescription } from '../domain/model/selection.ts'

/** Reads messages from where they live, and changes nothing there: no group, no commit. */
export interface MessageSource {
  /** What there is to read, as seen now. @throws BrokerError, InputError */
  describe(): Promise<SourceDescription>
  /**
   * The selected messages; ends at the end offsets seen when it started, however the log grows.
   * Stops early, without an error, when the signal is aborted.
   * @throws BrokerError, InputError
   */
  read(selection: Selection, signal?: AbortSignal): AsyncIterable<MessageBatch>
  /** What the last `read` met, complete or not. */
  report(): ReadReport
  close(): Promise<void>
}

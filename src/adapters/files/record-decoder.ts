import type { ByteWindow } from './byte-window.ts'
import type { WindowBatch } from './window-batch.ts'

/** Turns the bytes of one format into rows. */
export interface RecordDecoder {
  /**
   * Decodes whole records from the window into the batch, until the batch has `maxRows` rows, a
   * record belongs to another topic, or the window holds no further whole record. Where the
   * window has ended all of it is decoded.
   * @throws InputError input.bad-record
   */
  decode(window: ByteWindow, batch: WindowBatch, maxRows: number): void
}

import { ColumnBatch } from '../../domain/model/column-batch.ts'
import { ABSENT, type MessageBatch } from '../../domain/model/message-batch.ts'
import { BATCH_ROWS } from './window-batch.ts'

/** Copies of rows, in order, that outlive the batches they came from. */
export class KeptRows {
  count = 0
  private readonly batches: ColumnBatch[] = []
  private readonly whole: boolean
  private readonly batchRows: number

  /**
   * @param whole true to keep whole messages
   * @param batchRows most rows of one batch
   */
  constructor(whole: boolean, batchRows = BATCH_ROWS) {
    this.whole = whole
    this.batchRows = batchRows
  }

  /** Copies rows `from` (inclusive) to `until` (exclusive) of a lent batch. */
  add(batch: MessageBatch, from: number, until: number): void {
    let last = this.batches.at(-1)
    for (let row = from; row < until; row++) {
      if (last === undefined || last.full || last.topic !== batch.topic) {
        last = new ColumnBatch(batch.topic, this.batchRows)
        this.batches.push(last)
      }
      if (this.whole) last.addMessage(batch.message(row), batch.valueLength[row]!)
      else copyRow(batch, row, last)
    }
    this.count += until - from
  }

  /** Forgets the oldest rows, whole batches of them, while `count` stays `limit` or more. */
  forget(limit: number): void {
    let first = this.batches[0]
    while (first !== undefined && this.count - first.count >= limit) {
      this.count -= first.count
      this.batches.shift()
      first = this.batches[0]
    }
  }

  /** The kept rows, without the first `skip` and with at most `limit`. */
  *rows(skip = 0, limit = Number.POSITIVE_INFINITY): Generator<MessageBatch> {
    let toSkip = skip
    let left = limit
    for (const batch of this.batches) {
      const from = Math.min(toSkip, batch.count)
      const until = Math.min(batch.count, from + left)
      toSkip -= from
      left -= until - from
      if (from === 0 && until === batch.count) yield batch
      else if (until > from) {
        const part = new KeptRows(this.whole, until - from)
        part.add(batch, from, until)
        yield* part.rows()
      }
    }
  }
}

function copyRow(batch: MessageBatch, row: number, target: ColumnBatch): void {
  const start = batch.keyStart[row]!
  const length = batch.keyLength[row]!
  target.addRow(
    length === ABSENT ? null : batch.bytes.subarray(start, start + length),
    batch.valueLength[row]!,
    batch.partition[row]!,
    batch.offset[row]!,
    batch.timestamp[row]!,
  )
}

import type { Decompressors } from '../codecs/decompressors.ts'
import { type AbortedTransaction, AbortedTransactions } from './aborted-transactions.ts'
import { batchHeader } from './batch-header.ts'
import type { RecordRun } from './record-run.ts'

/** The batches of one partition in a response. */
export interface PartitionRecords {
  readonly partition: number
  readonly bytes: Uint8Array
  readonly from: number
  readonly end: number
  readonly aborted: readonly AbortedTransaction[]
}

/** The offset after the last whole batch, or null when there is none. */
export function offsetAfter({ bytes, from, end }: PartitionRecords): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let after: number | null = null
  for (let at = from; ; ) {
    const batch = batchHeader(view, at, end)
    if (batch === null) return after
    after = batch.lastOffset + 1
    at = batch.end
  }
}

/**
 * The runs of records that hold messages of the given offsets: control batches, aborted
 * transactions and batches outside are passed over, and compressed ones decompressed one at a time.
 */
export function* recordRuns(
  records: PartitionRecords,
  wanted: { readonly from: number; readonly stop: number },
  decompressors: Decompressors,
): Generator<RecordRun> {
  const { bytes, partition } = records
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const aborted = new AbortedTransactions(records.aborted)
  for (let at = records.from; ; ) {
    const batch = batchHeader(view, at, records.end)
    if (batch === null || batch.baseOffset >= wanted.stop) return
    at = batch.end
    if (aborted.leavesOut(batch, bytes) || batch.lastOffset < wanted.from) continue
    if (batch.codec === 0) {
      yield { batch, partition, bytes, at: batch.from, end: batch.end, left: batch.records }
      continue
    }
    const plain = decompressors.decompress(batch, bytes)
    yield {
      batch,
      partition,
      bytes: plain.bytes,
      at: plain.from,
      end: plain.end,
      left: batch.records,
    }
  }
}

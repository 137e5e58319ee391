import type { BatchHeader } from './batch-header.ts'
import { HEADER_BYTES } from './batch-header.ts'

/** Of a producer, aborted: its messages from the offset on until the marker that ends them. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

const ABORT = 0

/**
 * Tells the batches of aborted transactions in one partition's part of a response. The broker lists
 * the transactions that touch the part; each ends at its producer's next control batch.
 */
export class AbortedTransactions {
  private readonly coming: readonly AbortedTransaction[]
  private readonly open = new Set<number>()
  private place = 0

  constructor(listed: readonly AbortedTransaction[]) {
    this.coming = listed.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether to leave the batch out; ask about every batch, in log order. */
  leavesOut(batch: BatchHeader, bytes: Uint8Array): boolean {
    for (; this.place < this.coming.length; this.place++) {
      const next = this.coming[this.place]!
      if (next.firstOffset > batch.lastOffset) break
      this.open.add(next.producerId)
    }
    if (batch.isControl) {
      if (markerType(batch, bytes) === ABORT) this.open.delete(batch.producerId)
      return true
    }
    return batch.isTransactional && this.open.has(batch.producerId)
  }
}

/**
 * The kind of a control record: the second number of its key. Its length, attributes, time and
 * offset take one byte each, and so does its key's length, since all of them are small.
 */
function markerType(batch: BatchHeader, bytes: Uint8Array): number | null {
  const key = batch.from + (bytes[batch.from]! < 0x80 ? 5 : 6)
  if (key + 4 > batch.end || batch.from < HEADER_BYTES) return null
  return (bytes[key + 2]! << 8) | bytes[key + 3]!
}

import { ABSENT } from '../../../domain/model/message-batch.ts'
import { type BatchHeader, brokenBatch } from './batch-header.ts'
import { type RecordColumns, ROWS_MAX } from './record-columns.ts'
import { moveTo, placeAfter, varint, varlong } from './varint.ts'

/** The records of one batch, decompressed, and how far they have been read. */
export interface RecordRun {
  readonly batch: BatchHeader
  readonly partition: number
  readonly bytes: Uint8Array
  readonly end: number
  at: number
  left: number
}

/** Which records are wanted: offsets `from` (inclusive) to `stop` (exclusive), so many at most. */
export interface Wanted {
  readonly from: number
  readonly stop: number
  quota: number
}

/**
 * Moves records into the columns until those are full, the quota is met or the run is at its end.
 * Values and headers are passed over. This is where a read spends its time: no object is made here.
 * @returns the number of rows added
 * @throws BrokerError for a record that does not fit into its batch
 */
export function takeRecords(run: RecordRun, wanted: Wanted, columns: RecordColumns): number {
  const { bytes, end, batch } = run
  const { keyStart, keyLength, valueLength, offset, timestamp } = columns
  const { baseOffset, baseTimestamp, appendTime } = batch
  const first = columns.count
  const rows = Math.min(ROWS_MAX, first + wanted.quota)
  let row = first
  let left = run.left
  moveTo(run.at)
  for (; left > 0 && row < rows; left--) {
    const length = varint(bytes)
    // One byte of attributes, of which none is in use.
    const next = placeAfter() + length
    moveTo(placeAfter() + 1)
    timestamp[row] = baseTimestamp + varlong(bytes)
    const recordOffset = baseOffset + varint(bytes)
    const keyBytes = varint(bytes)
    keyLength[row] = keyBytes
    keyStart[row] = placeAfter()
    if (keyBytes > 0) moveTo(placeAfter() + keyBytes)
    const valueBytes = varint(bytes)
    const fits = next <= end && placeAfter() + Math.max(0, valueBytes) <= next
    if (!fits || keyBytes < ABSENT || valueBytes < ABSENT) throw brokenBatch(baseOffset)
    moveTo(next)
    if (recordOffset < wanted.from || recordOffset >= wanted.stop) continue
    valueLength[row] = valueBytes
    offset[row] = recordOffset
    row++
  }
  run.at = placeAfter()
  run.left = left
  if (appendTime !== null) timestamp.fill(appendTime, first, row)
  else if (baseTimestamp < 0) unknownTimes(timestamp, first, row)
  columns.partition.fill(run.partition, first, row)
  columns.count = row
  wanted.quota -= row - first
  return row - first
}

/** Producers that give no time write -1. */
function unknownTimes(timestamp: Float64Array, first: number, end: number): void {
  for (let row = first; row < end; row++) if (timestamp[row]! < 0) timestamp[row] = Number.NaN
}

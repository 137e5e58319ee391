import type { Decompressors } from '../codecs/decompressors.ts'
import { recordRuns } from '../records/batch-walk.ts'
import type { RecordColumns } from '../records/record-columns.ts'
import { takeRecords, type Wanted } from '../records/record-run.ts'
import type { FetchedPart } from './arrivals.ts'
import type { PartitionReading } from './partition-reading.ts'

/**
 * Fills the columns with the messages of a part, pausing each time they must be handed out: when
 * they are full, or when the bytes that they point into are about to change. Rows may be left in
 * the columns at the end.
 */
export function* handOut(
  part: FetchedPart,
  columns: RecordColumns,
  decompressors: Decompressors,
): Generator<void> {
  const { reading, after } = part
  for (;;) {
    const stretch = reading.stretch
    if (stretch === null || stretch.from >= after) return
    const stop = Math.min(stretch.stop, after)
    const wanted = { from: stretch.from, stop, quota: stretch.quota }
    yield* handOutStretch(part, reading, wanted, columns, decompressors)
  }
}

function* handOutStretch(
  part: FetchedPart,
  reading: PartitionReading,
  wanted: Wanted,
  columns: RecordColumns,
  decompressors: Decompressors,
): Generator<void> {
  const { records } = part
  let messages = 0
  let end = wanted.stop
  for (const run of recordRuns(records, wanted, decompressors)) {
    if (columns.count > 0 && columns.bytes !== run.bytes) yield
    columns.bytes = run.bytes
    while (run.left > 0 && wanted.quota > 0) {
      if (columns.isFull) yield
      const taken = takeRecords(run, wanted, columns)
      messages += taken
      if (wanted.quota === 0) end = columns.offset[columns.count - 1]! + 1
    }
    // Decompressed bytes are gone when the next batch is decompressed.
    if (columns.count > 0 && run.bytes !== records.bytes) yield
    if (wanted.quota === 0) break
  }
  reading.handedOut(end, messages)
}

import type { Message } from '../../../../domain/model/message.ts'
import type { Decompressors } from '../../codecs/decompressors.ts'
import { brokenBatch } from '../../records/batch-header.ts'
import { type PartitionRecords, recordRuns } from '../../records/batch-walk.ts'
import type { RecordRun } from '../../records/record-run.ts'
import { moveTo, placeAfter, varint, varlong } from '../../records/varint.ts'
import { LogMessage, type MessageOrigin } from './log-message.ts'

/** Messages on their way to whoever polls, each with its offset. */
export interface TakenMessages {
  readonly messages: Message[]
  readonly offsets: number[]
}

interface OriginRun extends RecordRun {
  readonly origin: MessageOrigin
}

/** Walks the messages of one partition's part of a response; control records and aborted ones are left out. */
export class RecordCursor {
  private readonly runs: Generator<OriginRun>
  private readonly from: number
  private run: OriginRun | null = null

  /** @param from the first offset that is wanted: a batch may start before it */
  constructor(topic: string, records: PartitionRecords, from: number, codecs: Decompressors) {
    this.from = from
    this.runs = ownedRuns(topic, records, from, codecs)
  }

  /**
   * Takes messages until there are so many.
   * @returns whether some may be left
   * @throws BrokerError for a batch that does not hold what it says
   */
  take(taken: TakenMessages, most: number): boolean {
    while (taken.messages.length < most) {
      if (this.run === null || this.run.left === 0) {
        const next = this.runs.next()
        if (next.done) return false
        this.run = next.value
      }
      takeFrom(this.run, this.from, taken, most)
    }
    return true
  }
}

function takeFrom(run: OriginRun, from: number, taken: TakenMessages, most: number): void {
  const { bytes, end, batch, origin } = run
  const { baseOffset } = batch
  const { messages, offsets } = taken
  let left = run.left
  let at = run.at
  for (; left > 0 && messages.length < most; left--) {
    moveTo(at)
    const length = varint(bytes)
    const next = placeAfter() + length
    // One byte of attributes, of which none is in use; the time is read when it is asked for.
    moveTo(placeAfter() + 1)
    varlong(bytes)
    const delta = varint(bytes)
    const keyLength = varint(bytes)
    const keyAt = placeAfter()
    if (keyLength > 0) moveTo(keyAt + keyLength)
    const valueLength = varint(bytes)
    const fits = next <= end && placeAfter() + Math.max(0, valueLength) <= next
    if (!fits || keyLength < -1 || valueLength < -1) throw brokenBatch(baseOffset)
    if (baseOffset + delta >= from) {
      messages.push(new LogMessage(origin, at, delta, keyAt, keyLength))
      offsets.push(baseOffset + delta)
    }
    at = next
  }
  run.at = at
  run.left = left
}

/** Runs whose bytes stay: what was decompressed into memory that is used again is copied. */
function* ownedRuns(
  topic: string,
  records: PartitionRecords,
  from: number,
  codecs: Decompressors,
): Generator<OriginRun> {
  const { partition } = records
  const wanted = { from, stop: Number.POSITIVE_INFINITY }
  for (const run of recordRuns(records, wanted, codecs)) {
    const { batch, at, end, left } = run
    const isLent = run.bytes !== records.bytes
    const bytes = isLent ? Uint8Array.prototype.slice.call(run.bytes, at, end) : run.bytes
    const place = isLent ? { at: 0, end: end - at } : { at, end }
    yield { batch, partition, bytes, left, ...place, origin: { topic, partition, bytes, batch } }
  }
}

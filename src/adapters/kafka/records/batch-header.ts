import { BrokerError } from '../../../errors.ts'
import { int64At } from '../wire/byte-reader.ts'

/** Where the fields of a record batch of version 2 lie (Kafka's message format since 0.11). */
const AT = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  records: 57,
} as const
const LENGTH_END = 12
export const HEADER_BYTES = 61

export interface BatchHeader {
  /** Of the first record, kept or not. */
  readonly baseOffset: number
  /** Of the last one, which compaction may have removed. */
  readonly lastOffset: number
  /** Of the log's own append time, for all records; null: each record has its creator's. */
  readonly appendTime: number | null
  readonly baseTimestamp: number
  readonly producerId: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd */
  readonly codec: number
  readonly isTransactional: boolean
  /** Holds the end of a transaction instead of messages. */
  readonly isControl: boolean
  readonly records: number
  /** The records' bytes, compressed by `codec`. */
  readonly from: number
  readonly end: number
}

/**
 * The batch that starts at `at`, or null where it is cut off: brokers cut responses where they are
 * full. The checksum is left to the broker, which has checked it, and to TCP.
 * @throws BrokerError for a message format older than Kafka 0.11's, and for broken batches
 */
export function batchHeader(view: DataView, at: number, limit: number): BatchHeader | null {
  if (at + AT.magic >= limit) return null
  const end = at + LENGTH_END + view.getInt32(at + AT.length)
  const magic = view.getInt8(at + AT.magic)
  if (magic < 2) throw oldFormat(magic)
  if (end < at + HEADER_BYTES) throw brokenBatch(int64At(view, at))
  if (end > limit) return null
  const attributes = view.getInt16(at + AT.attributes)
  const baseOffset = int64At(view, at)
  return {
    baseOffset,
    lastOffset: baseOffset + view.getInt32(at + AT.lastOffsetDelta),
    appendTime: (attributes & 8) === 0 ? null : int64At(view, at + AT.maxTimestamp),
    baseTimestamp: int64At(view, at + AT.baseTimestamp),
    producerId: int64At(view, at + AT.producerId),
    codec: attributes & 7,
    isTransactional: (attributes & 16) !== 0,
    isControl: (attributes & 32) !== 0,
    records: view.getInt32(at + AT.records),
    from: at + HEADER_BYTES,
    end,
  }
}

/** What is wrong when a batch does not hold what its header says. */
export function brokenBatch(baseOffset: number): BrokerError {
  return new BrokerError('broker.corrupt-batch', `the batch at offset ${baseOffset} is broken`, [
    'Read around it with --from and --until.',
  ])
}

function oldFormat(magic: number): BrokerError {
  return new BrokerError(
    'broker.old-message-format',
    `the topic holds messages in format ${magic}, which Kafka wrote before 0.11`,
    [
      'Read the newer part with --from, or copy the topic with a client that still knows the format.',
    ],
  )
}

import { codeFailure } from '../connection/failures.ts'
import type { PartitionRecords } from '../records/batch-walk.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { ERROR } from '../wire/error-codes.ts'

/** What a leader gave of one partition. */
export interface FetchedPartition extends PartitionRecords {
  readonly code: number
  /** The last stable offset: committed records lie before it. */
  readonly stableEnd: number
}

/** Reads the response's fields; records stay where they are. @throws BrokerError, RangeError */
export function fetchedPartitions(response: ByteReader): FetchedPartition[] {
  response.int32()
  const code = response.int16()
  if (code !== ERROR.none) throw codeFailure(code, 'fetch')
  response.int32()
  return response
    .array((topic) => {
      topic.string()
      return topic.array(fetchedPartition)
    })
    .flat()
}

function fetchedPartition(reader: ByteReader): FetchedPartition {
  const partition = reader.int32()
  const code = reader.int16()
  reader.int64()
  const stableEnd = reader.int64()
  reader.int64()
  const aborted = reader.array((entry) => ({
    producerId: entry.int64(),
    firstOffset: entry.int64(),
  }))
  reader.int32()
  const records = reader.blob()
  const from = reader.at - records.length
  return { partition, code, stableEnd, aborted, bytes: reader.bytes, from, end: reader.at }
}

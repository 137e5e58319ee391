import { FETCH as VERSION } from '../../cluster/api-versions.ts'
import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { PartitionRecords } from '../../records/batch-walk.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

const READ_COMMITTED = 1

/** From where on to fetch a partition. */
export interface FetchFrom {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
  readonly offset: number
}

export interface FetchAsked {
  readonly from: readonly FetchFrom[]
  /** How long the leader waits for a first byte. */
  readonly maxWaitMs: number
  readonly responseBytes: number
  readonly partitionBytes: number
}

/** What a leader gave of one partition; records stay in the response. */
export interface FetchedRecords extends PartitionRecords {
  readonly topic: string
  readonly code: number
  /** The last stable offset: committed records lie before it. */
  readonly stableEnd: number
}

export interface FetchAnswer {
  readonly code: number
  readonly parts: readonly FetchedRecords[]
}

/** Committed records of many topics, outside of any fetch session. */
export const FETCH: GroupRequest<FetchAsked, FetchAnswer> = {
  name: 'Fetch',
  api: VERSION.api,
  min: VERSION.version,
  max: VERSION.version,
  flexible: false,
  encode({ from, maxWaitMs, responseBytes, partitionBytes }) {
    const topics = [...Map.groupBy(from, ({ topic }) => topic)]
    return new ByteWriter()
      .int32(-1)
      .int32(maxWaitMs)
      .int32(1)
      .int32(responseBytes)
      .int8(READ_COMMITTED)
      .int32(0)
      .int32(-1)
      .array(topics, ([topic, own], writer) =>
        writer.string(topic).array(own, ({ partition, leaderEpoch, offset }) => {
          writer.int32(partition).int32(leaderEpoch).int64(offset).int64(-1).int32(partitionBytes)
        }),
      )
      .array([], () => {})
      .string('')
      .finish()
  },
  decode(reader) {
    reader.int32()
    const code = reader.int16()
    reader.int32()
    const topics = reader.array(() => {
      const topic = reader.string()
      return reader.array(() => partOf(reader, topic))
    })
    return { code, parts: topics.flat() }
  },
}

function partOf(reader: ByteReader, topic: string): FetchedRecords {
  const partition = reader.int32()
  const code = reader.int16()
  reader.int64()
  const stableEnd = reader.int64()
  reader.int64()
  const aborted = reader.array(() => ({
    producerId: reader.int64(),
    firstOffset: reader.int64(),
  }))
  reader.int32()
  const records = reader.blob()
  const from = reader.at - records.length
  return { topic, partition, code, stableEnd, aborted, bytes: reader.bytes, from, end: reader.at }
}

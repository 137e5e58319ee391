import { FETCH } from '../cluster/api-versions.ts'
import type { KafkaRequest } from '../connection/broker-connection.ts'
import { ByteWriter } from '../wire/byte-writer.ts'

const READ_COMMITTED = 1
const WAIT_MS_MAX = 500

/** From where on to fetch from a partition. */
export interface FetchPosition {
  readonly partition: number
  readonly leaderEpoch: number
  readonly offset: number
}

/** Most bytes of a response, and of one partition in it; one batch may be longer. */
export interface FetchBudget {
  readonly responseBytes: number
  readonly partitionBytes: number
}

/** Responses of about 4 MiB keep broker and reader busy, and stay near the processor's cache. */
const RESPONSE_BYTES_MAX = 4 << 20
const RESPONSE_BYTES_MIN = 1 << 18
/** As long as brokers let a batch be, unless told otherwise. */
const PARTITION_BYTES_MIN = 1 << 20
/** All connections' responses together, up to 128 brokers that lead. */
const MEMORY_BYTES = 64 << 20

/** @param responses how many may wait at once, over all connections */
export function fetchBudget(responses: number, partitions: number): FetchBudget {
  const share = Math.floor(MEMORY_BYTES / responses)
  const responseBytes = Math.max(RESPONSE_BYTES_MIN, Math.min(RESPONSE_BYTES_MAX, share))
  const partitionBytes = Math.max(PARTITION_BYTES_MIN, Math.floor(responseBytes / partitions))
  return { responseBytes, partitionBytes }
}

/** Asks a leader for committed records, outside of any fetch session. */
export function fetchRequest(
  topic: string,
  positions: readonly FetchPosition[],
  budget: FetchBudget,
): KafkaRequest {
  const writer = new ByteWriter().int32(-1).int32(WAIT_MS_MAX).int32(1)
  writer.int32(budget.responseBytes).int8(READ_COMMITTED).int32(0).int32(-1)
  writer.array([topic], (name) => {
    writer.string(name).array(positions, ({ partition, leaderEpoch, offset }) => {
      writer.int32(partition).int32(leaderEpoch).int64(offset).int64(-1)
      writer.int32(budget.partitionBytes)
    })
  })
  writer.array([], () => {}).string('')
  return { ...FETCH, body: writer.finish() }
}

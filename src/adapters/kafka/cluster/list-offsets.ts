import type { BrokerConnection } from '../connection/broker-connection.ts'
import { codeFailure } from '../connection/failures.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { ERROR, LEADER_MOVED } from '../wire/error-codes.ts'
import { LIST_OFFSETS } from './api-versions.ts'
import type { PartitionLeader } from './metadata.ts'

/** Times that Kafka gives a meaning of their own. */
export const LATEST = -1
export const EARLIEST = -2

const READ_COMMITTED = 1

export interface ListedOffsets {
  /** By partition; null where no message is at or after the time. */
  readonly offsets: ReadonlyMap<number, number | null>
  /** Partitions whose leader is another one by now. */
  readonly moved: readonly number[]
}

/**
 * Where a time lies in each partition, asked of their leader; the latest is the last stable offset.
 * @param time milliseconds since the epoch, LATEST or EARLIEST
 * @throws BrokerError
 */
export async function listOffsets(
  connection: BrokerConnection,
  topic: string,
  partitions: readonly PartitionLeader[],
  time: number,
): Promise<ListedOffsets> {
  const writer = new ByteWriter().int32(-1).int8(READ_COMMITTED)
  writer.array([topic], (name) => {
    writer.string(name).array(partitions, ({ partition, epoch }) => {
      writer.int32(partition).int32(epoch).int64(time)
    })
  })
  const response = await connection.send({ ...LIST_OFFSETS, body: writer.finish() })
  response.int32()
  const offsets = new Map<number, number | null>()
  const moved: number[] = []
  response.array((reader) => {
    reader.string()
    reader.array(() => {
      const partition = reader.int32()
      const code = reader.int16()
      reader.int64()
      const offset = reader.int64()
      reader.int32()
      if (LEADER_MOVED.has(code)) moved.push(partition)
      else if (code !== ERROR.none)
        throw codeFailure(code, `list offsets of ${topic}[${partition}]`)
      else offsets.set(partition, offset < 0 ? null : offset)
    })
  })
  return { offsets, moved }
}

import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'

/** One record batch on its way to one partition. */
export interface ProducedBatch extends TopicPartition {
  readonly bytes: Uint8Array
  /** null outside of a transaction. */
  readonly transactionalId: string | null
  /** How long the broker may wait for the replicas in sync. */
  readonly timeoutMs: number
}

/** What became of the batch. */
export interface ProduceAnswer {
  readonly code: number
  /** The broker's own words, where it has some. */
  readonly message: string | null
}

const ALL_IN_SYNC = -1
const NO_ANSWER: ProduceAnswer = { code: -1, message: null }

/** Appends a batch; answered when all replicas in sync have it. */
export const PRODUCE: GroupRequest<ProducedBatch, ProduceAnswer> = {
  name: 'Produce',
  api: 0,
  min: 9,
  max: 11,
  flexible: true,
  encode({ topic, partition, bytes, transactionalId, timeoutMs }) {
    return new ByteWriter()
      .compactString(transactionalId)
      .int16(ALL_IN_SYNC)
      .int32(timeoutMs)
      .compactArray([topic], (name, entry) =>
        entry
          .compactString(name)
          .compactArray([bytes], (batch) => entry.int32(partition).compactBlob(batch).noTags())
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode(reader) {
    const topics = reader.compactArray(() => {
      reader.compactString()
      const partitions = reader.compactArray(partitionOf)
      reader.tags()
      return partitions
    })
    return topics.flat()[0] ?? NO_ANSWER
  },
}

function partitionOf(reader: ByteReader): ProduceAnswer {
  reader.int32()
  const code = reader.int16()
  for (const _ of ['base offset', 'append time', 'log start']) reader.int64()
  const [record] = reader.compactArray(() => {
    reader.int32()
    const message = reader.compactNullableString()
    reader.tags()
    return message
  })
  const message = reader.compactNullableString()
  reader.tags()
  return { code, message: record ?? message }
}

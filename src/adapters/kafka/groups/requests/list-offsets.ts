import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** The end is the log's end: also what transactions that have not ended wrote counts. */
const READ_UNCOMMITTED = 0
/** The end is the last stable offset. */
const READ_COMMITTED = 1

export interface AskedEnds {
  /** Which end: LATEST or EARLIEST. */
  readonly time: number
  /** Whether the end is where readers of committed messages come to. Default false. */
  readonly committedOnly?: boolean
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partition: number; readonly epoch: number }[]
  }[]
}

export interface ListedEnd {
  readonly topic: string
  readonly partition: number
  readonly code: number
  readonly offset: bigint
}

/** One end of many partitions' logs, asked of the broker that leads them. */
export const LIST_OFFSETS: GroupRequest<AskedEnds, readonly ListedEnd[]> = {
  name: 'ListOffsets',
  api: 2,
  min: 6,
  max: 7,
  flexible: true,
  encode({ time, topics, committedOnly = false }) {
    return new ByteWriter()
      .int32(-1)
      .int8(committedOnly ? READ_COMMITTED : READ_UNCOMMITTED)
      .compactArray(topics, ({ name, partitions }, entry) =>
        entry
          .compactString(name)
          .compactArray(partitions, ({ partition, epoch }) =>
            entry.int32(partition).int32(epoch).int64(time).noTags(),
          )
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    const topics = reader.compactArray(() => {
      const topic = reader.compactString()
      const partitions = reader.compactArray(() => {
        const partition = reader.int32()
        const code = reader.int16()
        reader.int64()
        const offset = reader.bigint64()
        reader.int32()
        reader.tags()
        return { topic, partition, code, offset }
      })
      reader.tags()
      return partitions
    })
    return topics.flat()
  },
}

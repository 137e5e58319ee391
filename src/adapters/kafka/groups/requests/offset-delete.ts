import type { TopicPartition } from '../../../../domain/model/cluster.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'
import type { WrittenPartition } from './offset-commit.ts'

export interface DeletedOffsets {
  /** Of the group; then no partition is listed. */
  readonly code: number
  readonly partitions: readonly WrittenPartition[]
}

/** Makes offsets unset. It has one version, of the older encoding. */
export const OFFSET_DELETE: GroupRequest<
  { readonly group: string; readonly partitions: readonly TopicPartition[] },
  DeletedOffsets
> = {
  name: 'OffsetDelete',
  api: 47,
  min: 0,
  max: 0,
  flexible: false,
  encode({ group, partitions }) {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)]
    return new ByteWriter()
      .string(group)
      .array(topics, ([name, own], entry) =>
        entry.string(name).array(own, ({ partition }) => entry.int32(partition)),
      )
      .finish()
  },
  decode(reader) {
    const code = reader.int16()
    reader.int32()
    const topics = reader.array(() => {
      const topic = reader.string()
      return reader.array(() => ({ topic, partition: reader.int32(), code: reader.int16() }))
    })
    return { code, partitions: topics.flat() }
  },
}

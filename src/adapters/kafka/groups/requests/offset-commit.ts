import type { CommittedOffset, TopicPartition } from '../../../../domain/model/cluster.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** What became of one partition of a write. */
export interface WrittenPartition extends TopicPartition {
  readonly code: number
}

/** Who commits: a member as the coordinator knows it. */
export interface CommittingMember {
  readonly memberId: string
  /** The generation of the classic protocol, or the member's epoch of KIP-848. */
  readonly generation: number
  readonly instanceId: string | null
}

/** Nobody's member, which a coordinator takes for a group that has none. */
const NOBODY: CommittingMember = { memberId: '', generation: -1, instanceId: null }
const NO_EPOCH = -1

/** Commits as the member given, else as nobody's. */
export const OFFSET_COMMIT: GroupRequest<
  {
    readonly group: string
    readonly offsets: readonly CommittedOffset[]
    readonly member?: CommittingMember
  },
  readonly WrittenPartition[]
> = {
  name: 'OffsetCommit',
  api: 8,
  min: 8,
  max: 9,
  flexible: true,
  encode({ group, offsets, member = NOBODY }) {
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)]
    return new ByteWriter()
      .compactString(group)
      .int32(member.generation)
      .compactString(member.memberId)
      .compactString(member.instanceId)
      .compactArray(topics, ([name, own], entry) =>
        entry
          .compactString(name)
          .compactArray(own, ({ partition, offset, leaderEpoch, metadata }) =>
            entry
              .int32(partition)
              .int64(offset)
              .int32(leaderEpoch ?? NO_EPOCH)
              .compactString(metadata)
              .noTags(),
          )
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    return reader.compactArray(topicOf).flat()
  },
}

function topicOf(reader: ByteReader): WrittenPartition[] {
  const topic = reader.compactString()
  const partitions = reader.compactArray(() => {
    const written = { topic, partition: reader.int32(), code: reader.int16() }
    reader.tags()
    return written
  })
  reader.tags()
  return partitions
}

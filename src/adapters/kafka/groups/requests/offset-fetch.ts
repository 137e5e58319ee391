import type { CommittedOffset } from '../../../../domain/model/cluster.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { GroupRequest } from './group-request.ts'

/** Partitions of a topic, as requests about offsets name them. */
export interface TopicPartitions {
  readonly name: string
  readonly partitions: readonly number[]
}

interface Asked {
  /** null: of every topic that has any. */
  readonly topics: readonly TopicPartitions[] | null
  /** A commit in a transaction that has not ended is a code then, else what was committed before. */
  readonly stable: boolean
}

export interface AskedOffsets extends Asked {
  readonly groups: readonly string[]
  /** Who asks, where that is a member of KIP-848: a stale epoch is a code then. */
  readonly member?: { readonly memberId: string; readonly epoch: number }
}

/** A partition's answer; an offset of -1 is none. */
export interface FetchedOffset extends CommittedOffset {
  readonly code: number
}

export interface FetchedGroup {
  readonly code: number
  readonly offsets: readonly FetchedOffset[]
}

/** Committed offsets of many groups. */
export const OFFSET_FETCH: GroupRequest<AskedOffsets, ReadonlyMap<string, FetchedGroup>> = {
  name: 'OffsetFetch',
  api: 9,
  min: 8,
  max: 9,
  flexible: true,
  encode({ groups, topics, stable, member }, version) {
    const writer = new ByteWriter().compactArray(groups, (group, entry) => {
      entry.compactString(group)
      if (version >= 9) entry.compactString(member?.memberId ?? null).int32(member?.epoch ?? -1)
      writeTopics(entry, topics)
      entry.noTags()
    })
    return writer.boolean(stable).noTags().finish()
  },
  decode(reader) {
    reader.int32()
    const groups = reader.compactArray(() => {
      const group = reader.compactString()
      const offsets = readTopics(reader)
      const code = reader.int16()
      reader.tags()
      return [group, { code, offsets }] as const
    })
    return new Map(groups)
  },
}

/** The same of one group, for brokers that know no more than one at a time. */
export const OFFSET_FETCH_ONE: GroupRequest<Asked & { readonly group: string }, FetchedGroup> = {
  name: 'OffsetFetch',
  api: 9,
  min: 7,
  max: 7,
  flexible: true,
  encode({ group, topics, stable }) {
    const writer = new ByteWriter().compactString(group)
    writeTopics(writer, topics)
    return writer.boolean(stable).noTags().finish()
  },
  decode(reader) {
    reader.int32()
    const offsets = readTopics(reader)
    return { code: reader.int16(), offsets }
  },
}

function writeTopics(writer: ByteWriter, topics: readonly TopicPartitions[] | null): void {
  writer.compactArray(topics, ({ name, partitions }) =>
    writer
      .compactString(name)
      .compactArray(partitions, (partition) => writer.int32(partition))
      .noTags(),
  )
}

function readTopics(reader: ByteReader): FetchedOffset[] {
  const topics = reader.compactArray(() => {
    const topic = reader.compactString()
    const partitions = reader.compactArray(() => offsetOf(reader, topic))
    reader.tags()
    return partitions
  })
  return topics.flat()
}

function offsetOf(reader: ByteReader, topic: string): FetchedOffset {
  const partition = reader.int32()
  const offset = reader.bigint64()
  const epoch = reader.int32()
  const metadata = reader.compactString()
  const code = reader.int16()
  reader.tags()
  return { topic, partition, offset, leaderEpoch: epoch < 0 ? null : epoch, metadata, code }
}

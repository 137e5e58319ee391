import type { CommittedOffset, TopicPartition } from '../../../../domain/model/cluster.ts'
import type { GroupRequest } from '../../groups/requests/group-request.ts'
import type { ByteReader } from '../../wire/byte-reader.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { ProducerIdentity } from '../record-batch.ts'

/** Whose transaction it is. */
export interface TransactionOwner {
  readonly transactionalId: string
  readonly identity: ProducerIdentity
}

/** Kafka's code for the whole of an answer, or for the one partition that was asked about. */
export interface CodeAnswer {
  readonly code: number
}

/** The group's member that commits. */
export interface CommittingMember {
  readonly group: string
  readonly memberId: string
  /** The classic protocol's generation, or the member's epoch of KIP-848. */
  readonly generation: number
  /** Of a static member. */
  readonly instanceId: string | null
}

const NO_EPOCH = -1
const NO_ANSWER = -1

/** Announces that the transaction writes to a partition. */
export const ADD_PARTITIONS_TO_TXN: GroupRequest<TransactionOwner & TopicPartition, CodeAnswer> = {
  name: 'AddPartitionsToTxn',
  api: 24,
  min: 3,
  max: 3,
  flexible: true,
  encode({ topic, partition, ...owner }) {
    return owned(owner)
      .compactArray([topic], (name, entry) =>
        entry
          .compactString(name)
          .compactArray([partition], (number) => entry.int32(number))
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode: partitionCode,
}

/** Announces that the transaction commits offsets of a group. */
export const ADD_OFFSETS_TO_TXN: GroupRequest<
  TransactionOwner & { readonly group: string },
  CodeAnswer
> = {
  name: 'AddOffsetsToTxn',
  api: 25,
  min: 3,
  max: 4,
  flexible: true,
  encode({ group, ...owner }) {
    return owned(owner).compactString(group).noTags().finish()
  },
  decode: wholeCode,
}

/** Commits an offset as a member of the group, if the transaction is committed. */
export const TXN_OFFSET_COMMIT: GroupRequest<
  TransactionOwner & CommittingMember & { readonly offset: CommittedOffset },
  CodeAnswer
> = {
  name: 'TxnOffsetCommit',
  api: 28,
  min: 3,
  max: 4,
  flexible: true,
  encode({ transactionalId, identity, group, memberId, generation, instanceId, offset }) {
    return new ByteWriter()
      .compactString(transactionalId)
      .compactString(group)
      .int64(identity.id)
      .int16(identity.epoch)
      .int32(generation)
      .compactString(memberId)
      .compactString(instanceId)
      .compactArray([offset], (committed, entry) =>
        entry
          .compactString(committed.topic)
          .compactArray([committed], () =>
            entry
              .int32(committed.partition)
              .int64(committed.offset)
              .int32(committed.leaderEpoch ?? NO_EPOCH)
              .compactString(committed.metadata)
              .noTags(),
          )
          .noTags(),
      )
      .noTags()
      .finish()
  },
  decode: partitionCode,
}

/** Ends the transaction; may be asked again with the same end. */
export const END_TXN: GroupRequest<TransactionOwner & { readonly commits: boolean }, CodeAnswer> = {
  name: 'EndTxn',
  api: 26,
  min: 3,
  max: 4,
  flexible: true,
  encode({ commits, ...owner }) {
    return owned(owner).boolean(commits).noTags().finish()
  },
  decode: wholeCode,
}

function owned({ transactionalId, identity }: TransactionOwner): ByteWriter {
  return new ByteWriter().compactString(transactionalId).int64(identity.id).int16(identity.epoch)
}

function wholeCode(reader: ByteReader): CodeAnswer {
  reader.int32()
  return { code: reader.int16() }
}

function partitionCode(reader: ByteReader): CodeAnswer {
  reader.int32()
  const topics = reader.compactArray(() => {
    reader.compactString()
    const codes = reader.compactArray(() => {
      reader.int32()
      const code = reader.int16()
      reader.tags()
      return code
    })
    reader.tags()
    return codes
  })
  return { code: topics.flat()[0] ?? NO_ANSWER }
}

import type { GroupRequest } from '../../groups/requests/group-request.ts'
import { ByteWriter } from '../../wire/byte-writer.ts'
import type { ProducerIdentity } from '../record-batch.ts'

/** The first identity of a producer. */
export const NO_IDENTITY: ProducerIdentity = { id: -1, epoch: -1 }

/** The identity counts when the code is 0. */
export interface InitProducerIdAnswer {
  readonly code: number
  readonly identity: ProducerIdentity
}

interface AskedIdentity {
  /** null: a new identity each time. */
  readonly transactionalId: string | null
  /** After so long without an end the coordinator aborts a transaction. */
  readonly transactionTimeoutMs: number
  /** What the producer had before: only its owner gets the next epoch. */
  readonly current: ProducerIdentity
}

/** An identity to write with. For a transactional id: it aborts what is open, and fences others. */
export const INIT_PRODUCER_ID: GroupRequest<AskedIdentity, InitProducerIdAnswer> = {
  name: 'InitProducerId',
  api: 22,
  min: 4,
  max: 5,
  flexible: true,
  encode({ transactionalId, transactionTimeoutMs, current }) {
    return new ByteWriter()
      .compactString(transactionalId)
      .int32(transactionTimeoutMs)
      .int64(current.id)
      .int16(current.epoch)
      .noTags()
      .finish()
  },
  decode(reader) {
    reader.int32()
    return { code: reader.int16(), identity: { id: reader.int64(), epoch: reader.int16() } }
  },
}

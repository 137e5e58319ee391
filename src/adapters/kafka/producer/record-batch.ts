import type { NewMessage } from '../../../domain/model/cluster.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { crc32c } from './crc32c.ts'

/** Who writes: Kafka keeps a sequence per partition for each such pair. */
export interface ProducerIdentity {
  readonly id: number
  readonly epoch: number
}

/** What a batch says besides its messages. */
export interface BatchStamp {
  readonly identity: ProducerIdentity
  /** Of the first message, among all that the identity wrote to the partition. */
  readonly sequence: number
  readonly isTransactional: boolean
}

const TRANSACTIONAL = 16
const MAGIC = 2
const UNKNOWN_EPOCH = -1
const UNKNOWN_TIME = -1
/** Length and checksum are not part of what follows them. */
const BEFORE_CHECKED = 4 + 1 + 4
/** Lengths, deltas and attributes of a record, at most. */
const RECORD_OVERHEAD = 32
const HEADER_OVERHEAD = 10

/** Messages as a record batch of version 2, not compressed. @param messages at least one */
export function recordBatch(messages: readonly NewMessage[], stamp: BatchStamp): Uint8Array {
  const times = messages.map(({ timestamp }) => timestamp ?? UNKNOWN_TIME)
  // Readers take times for unknown only below a base of -1, so it is the earliest of them.
  const base = times.reduce((earliest, time) => Math.min(earliest, time))
  const checked = new ByteWriter()
    .int16(stamp.isTransactional ? TRANSACTIONAL : 0)
    .int32(messages.length - 1)
    .int64(base)
    .int64(times.reduce((latest, time) => Math.max(latest, time)))
    .int64(stamp.identity.id)
    .int16(stamp.identity.epoch)
    .int32(stamp.sequence)
    .int32(messages.length)
  for (const [delta, message] of messages.entries()) {
    const record = recordOf(message, times[delta]! - base, delta)
    checked.varintBlob(record)
  }
  const bytes = checked.finish()
  return new ByteWriter()
    .int64(0)
    .int32(BEFORE_CHECKED + bytes.length)
    .int32(UNKNOWN_EPOCH)
    .int8(MAGIC)
    .int32(crc32c(bytes) | 0)
    .raw(bytes)
    .finish()
}

function recordOf(message: NewMessage, timestampDelta: number, delta: number): Uint8Array {
  const { key, value, headers = [] } = message
  const record = new ByteWriter()
    .int8(0)
    .varint(timestampDelta)
    .varint(delta)
    .varintBlob(key)
    .varintBlob(value)
    .varint(headers.length)
  for (const header of headers) {
    record.varintBlob(Buffer.from(header.name)).varintBlob(header.value)
  }
  return record.finish()
}

/** How many bytes the message takes in a batch, at most. */
export function recordSize({ key, value, headers = [] }: NewMessage): number {
  return headers.reduce(
    (sum, { name, value: bytes }) =>
      sum + HEADER_OVERHEAD + Buffer.byteLength(name) + (bytes?.length ?? 0),
    RECORD_OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0),
  )
}

/** The sequence after so many messages more: it begins again at 0 after 2^31 - 1. */
export function sequenceAfter(sequence: number, messages: number): number {
  return (sequence + messages) % 2 ** 31
}

import type { Header, Message } from '../../../domain/model/message.ts'
import { ABSENT, type MessageBatch } from '../../../domain/model/message-batch.ts'
import { moveTo, placeAfter, varint } from './varint.ts'

/**
 * The whole message of a row. Key, value and headers are copies, which outlive the batch; they lie
 * behind one another in the record, so the key's place leads to all of them.
 */
export function messageAt(batch: MessageBatch, row: number): Message {
  const { bytes } = batch
  const keyLength = batch.keyLength[row]!
  const start = batch.keyStart[row]!
  moveTo(start + Math.max(0, keyLength))
  const timestamp = batch.timestamp[row]!
  return {
    topic: batch.topic,
    partition: batch.partition[row]!,
    offset: BigInt(batch.offset[row]!),
    key: keyLength === ABSENT ? null : copyOf(bytes, start, keyLength),
    value: blob(bytes),
    headers: headers(bytes),
    timestamp: Number.isNaN(timestamp) ? null : timestamp,
  }
}

function headers(bytes: Uint8Array): Header[] {
  const found: Header[] = []
  const count = varint(bytes)
  for (let i = 0; i < count; i++) {
    const name = Buffer.from(blob(bytes) ?? []).toString('utf8')
    found.push({ name, value: blob(bytes) })
  }
  return found
}

function blob(bytes: Uint8Array): Uint8Array | null {
  const length = varint(bytes)
  if (length < 0) return null
  const from = placeAfter()
  moveTo(from + length)
  return copyOf(bytes, from, length)
}

/** `slice` would not do: on a Buffer it is a view. */
function copyOf(bytes: Uint8Array, from: number, length: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, from + length))
}

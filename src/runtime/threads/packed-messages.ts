import type { Header } from '../../domain/model/message.ts'
import type { ConsumedMessage } from '../consumer.ts'

/**
 * The messages of a job on their way to a thread: all bytes in one buffer, which changes hands
 * without being copied again. Lengths are -1 for null.
 */
export interface PackedMessages {
  readonly topic: string
  readonly partition: number
  readonly offsets: Float64Array<ArrayBuffer>
  /** NaN where there is none. */
  readonly timestamps: Float64Array<ArrayBuffer>
  /** Per message: key, value, number of headers; then name and value of each header. */
  readonly lengths: Int32Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A message as a thread has it, before its payload is decoded. */
export type UnpackedMessage = Omit<ConsumedMessage, 'payload'>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Packs at least one message of one partition; `place` gives each one's offset as a number. */
export function packed(
  messages: readonly ConsumedMessage[],
  offsets: readonly number[],
): PackedMessages {
  const parts: (Uint8Array | null)[] = []
  const lengths: number[] = []
  const add = (part: Uint8Array | null) => {
    parts.push(part)
    lengths.push(part === null ? -1 : part.length)
  }
  for (const { key, value, headers } of messages) {
    add(key)
    add(value)
    lengths.push(headers.length)
    for (const header of headers) {
      add(encoder.encode(header.name))
      add(header.value)
    }
  }
  const { topic, partition } = messages[0]!
  return {
    topic,
    partition,
    offsets: Float64Array.from(offsets),
    timestamps: Float64Array.from(messages, ({ timestamp }) => timestamp ?? Number.NaN),
    lengths: Int32Array.from(lengths),
    bytes: joined(parts),
  }
}

/** What may be handed over instead of copied. */
export function buffersOf({ offsets, timestamps, lengths, bytes }: PackedMessages): ArrayBuffer[] {
  return [offsets.buffer, timestamps.buffer, lengths.buffer, bytes.buffer]
}

/** The messages again; their bytes are views of the one buffer. */
export function unpacked(pack: PackedMessages): UnpackedMessage[] {
  const { topic, partition, offsets, timestamps, lengths, bytes } = pack
  let length = 0
  let at = 0
  const part = (): Uint8Array | null => {
    const size = lengths[length++]!
    if (size < 0) return null
    at += size
    return bytes.subarray(at - size, at)
  }
  return Array.from(offsets, (offset, index) => {
    const key = part()
    const value = part()
    const headers: Header[] = []
    for (let left = lengths[length++]!; left > 0; left--) {
      const name = decoder.decode(part() ?? undefined)
      headers.push({ name, value: part() })
    }
    const timestamp = timestamps[index]!
    return {
      topic,
      partition,
      offset: BigInt(offset),
      key,
      value,
      headers,
      timestamp: Number.isNaN(timestamp) ? null : timestamp,
    }
  })
}

function joined(parts: readonly (Uint8Array | null)[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0))
  let at = 0
  for (const part of parts) {
    if (part === null) continue
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

import type { Header, Message } from '../../../../domain/model/message.ts'
import type { BatchHeader } from '../../records/batch-header.ts'
import { moveTo, placeAfter, varint, varlong } from '../../records/varint.ts'

/** What messages of one batch have together. */
export interface MessageOrigin {
  readonly topic: string
  readonly partition: number
  /** Decompressed records, which nobody writes to any more. */
  readonly bytes: Uint8Array
  readonly batch: BatchHeader
}

/**
 * A message where it was fetched: nothing is decoded or copied before it is asked for. It keeps the
 * bytes of its response alive.
 */
export class LogMessage implements Message {
  private readonly origin: MessageOrigin
  private readonly at: number
  private readonly offsetDelta: number
  private readonly keyAt: number
  private readonly keyLength: number

  /**
   * @param at where the record starts
   * @param keyAt where its key is, or would be
   * @param keyLength -1 without a key
   */
  constructor(
    origin: MessageOrigin,
    at: number,
    offsetDelta: number,
    keyAt: number,
    keyLength: number,
  ) {
    this.origin = origin
    this.at = at
    this.offsetDelta = offsetDelta
    this.keyAt = keyAt
    this.keyLength = keyLength
  }

  get topic(): string {
    return this.origin.topic
  }

  get partition(): number {
    return this.origin.partition
  }

  get offset(): bigint {
    return BigInt(this.origin.batch.baseOffset + this.offsetDelta)
  }

  get key(): Uint8Array | null {
    return this.keyLength < 0 ? null : viewOf(this.origin.bytes, this.keyAt, this.keyLength)
  }

  get value(): Uint8Array | null {
    moveTo(this.keyAt + Math.max(0, this.keyLength))
    return blob(this.origin.bytes)
  }

  get headers(): readonly Header[] {
    const { bytes } = this.origin
    moveTo(this.keyAt + Math.max(0, this.keyLength))
    const valueLength = varint(bytes)
    moveTo(placeAfter() + Math.max(0, valueLength))
    const count = varint(bytes)
    const found: Header[] = []
    for (let i = 0; i < count; i++) {
      const name = Buffer.from(blob(bytes) ?? []).toString('utf8')
      found.push({ name, value: blob(bytes) })
    }
    return found
  }

  get timestamp(): number | null {
    const { bytes, batch } = this.origin
    if (batch.appendTime !== null) return batch.appendTime
    moveTo(this.at)
    varint(bytes)
    moveTo(placeAfter() + 1)
    const time = batch.baseTimestamp + varlong(bytes)
    return time < 0 ? null : time
  }
}

function blob(bytes: Uint8Array): Uint8Array | null {
  const length = varint(bytes)
  if (length < 0) return null
  const from = placeAfter()
  moveTo(from + length)
  return viewOf(bytes, from, length)
}

function viewOf(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + at, length)
}

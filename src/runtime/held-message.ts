import type { Header, Message } from '../domain/model/message.ts'
import type { Job } from '../domain/virtual/coordination.ts'
import type { ConsumedMessage } from './consumer.ts'

/** A fetched message with its payload, which is decoded when somebody first asks for it. */
export class HeldMessage implements ConsumedMessage {
  /** The offset as a number: exact below 2^53. */
  readonly place: number
  /** The job that it came with, whose earlier messages a mark of it covers (O2); null: none yet. */
  job: Job<HeldMessage> | null = null
  private readonly message: Message
  private readonly deserializer: (message: Message) => unknown
  private isDecoded = false
  private decoded: unknown

  constructor(message: Message, place: number, deserializer: (message: Message) => unknown) {
    this.message = message
    this.place = place
    this.deserializer = deserializer
  }

  get topic(): string {
    return this.message.topic
  }
  get partition(): number {
    return this.message.partition
  }
  get offset(): bigint {
    return this.message.offset ?? BigInt(this.place)
  }
  get key(): Uint8Array | null {
    return this.message.key
  }
  get value(): Uint8Array | null {
    return this.message.value
  }
  get headers(): readonly Header[] {
    return this.message.headers
  }
  get timestamp(): number | null {
    return this.message.timestamp
  }
  get payload(): unknown {
    if (!this.isDecoded) {
      this.decoded = this.deserializer(this.message)
      this.isDecoded = true
    }
    return this.decoded
  }
}

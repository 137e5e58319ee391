import type { ByteReader } from '../../wire/byte-reader.ts'

/** A request of Kafka's protocol as two pure functions: what is sent, and what the answer means. */
export interface GroupRequest<Asked, Answer> {
  /** As Kafka calls it. */
  readonly name: string
  readonly api: number
  /** Versions that are written and read here, both ends included. */
  readonly min: number
  readonly max: number
  /** Whether these versions have the compact encoding. */
  readonly flexible: boolean
  encode(asked: Asked, version: number): Uint8Array
  /** @throws RangeError for an answer that ends too early */
  decode(reader: ByteReader, version: number): Answer
}

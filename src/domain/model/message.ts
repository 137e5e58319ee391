/** One record as a consumer sees it. Bytes are the log's own; nothing is decoded. */
export interface Message {
  readonly topic: string
  /** Physical partition, or -1 where the source does not say (plain keys, CSV without the column). */
  readonly partition: number
  /** Position in the partition's log, or null where the source does not say. */
  readonly offset: bigint | null
  /** null is a message without a key, which is not the same as an empty key. */
  readonly key: Uint8Array | null
  /** null is a tombstone. */
  readonly value: Uint8Array | null
  /** In log order; a name may appear more than once. */
  readonly headers: readonly Header[]
  /** Milliseconds since the epoch, or null where the source does not say. */
  readonly timestamp: number | null
}

export interface Header {
  readonly name: string
  readonly value: Uint8Array | null
}

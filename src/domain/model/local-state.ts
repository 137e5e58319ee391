import type { DocumentHeader } from './document.ts'

/** The embedded cluster as a document that can be read and diffed (`pstool local load|dump`). */
export interface LocalStateDocument extends DocumentHeader<'local-state'> {
  readonly topics: Readonly<Record<string, LocalTopicDocument>>
  /** Committed offsets: group, topic, partition. */
  readonly groups: Readonly<Record<string, LocalGroupDocument>>
}

export interface LocalTopicDocument {
  readonly partitions: number
  /** Ascending by partition, then in log order. Absent where there are none. */
  readonly messages?: readonly LocalMessageDocument[]
  /** By partition: logs that do not start at 0, or end after their last message. */
  readonly ranges?: Readonly<Record<string, LocalRangeDocument>>
}

/** Offsets as decimal strings; `end` is exclusive. Without messages: a log without its content. */
export interface LocalRangeDocument {
  readonly start: string
  readonly end: string
}

/** Text where the bytes are valid UTF-8, base64 otherwise; neither field where there is none. */
export interface LocalMessageDocument {
  readonly partition: number
  /** Absent for the place after the message before it, or the start of the log. */
  readonly offset?: string
  readonly key?: string
  readonly keyBase64?: string
  readonly value?: string
  readonly valueBase64?: string
  readonly headers?: readonly LocalHeaderDocument[]
  /** Milliseconds since the epoch. */
  readonly timestamp?: number
}

export interface LocalHeaderDocument {
  readonly name: string
  readonly value?: string
  readonly valueBase64?: string
}

export type LocalGroupDocument = Readonly<
  Record<string, Readonly<Record<string, LocalOffsetDocument>>>
>

/** An offset alone, unless it was committed with metadata or a leader epoch. */
export type LocalOffsetDocument =
  | string
  | { readonly offset: string; readonly metadata?: string; readonly leaderEpoch?: number }

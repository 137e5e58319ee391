import type { CommittedOffset, TopicPartition } from '../../model/cluster.ts'

/** A line of a file; null where its format leaves the group to who reads it. */
export interface FileRow extends TopicPartition {
  readonly group: string | null
  readonly offset: bigint
}

/** What a group has committed, or is to have. */
export interface GroupCommit extends CommittedOffset {
  readonly group: string
}

/** What a file is to hold. */
export interface OffsetsToWrite {
  /** Every group that the file is about, those without an offset too. */
  readonly groups: readonly string[]
  readonly rows: readonly GroupCommit[]
}

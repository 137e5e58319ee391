/** A key in a document: text where its bytes are valid UTF-8, else base64; null for no key. */
export type DocumentKey = string | { readonly base64: string } | null

/** What every document starts with. Equal inputs give equal bytes: no time of day is in it. */
export interface DocumentHeader<Kind extends string> {
  readonly kind: Kind
  readonly version: 1
  /** `pstool 1.2.3` */
  readonly generatedBy: string
}

/** What was read to make a document. Offsets are decimal strings; `to` is exclusive. */
export interface ReadSummary {
  /** The source's URI without secrets; several after a merge. */
  readonly sources: readonly string[]
  readonly partitioner: string
  readonly sample: 'all' | 'head' | 'tail' | 'spread'
  readonly seed: number
  /** Partitions that were asked for, ascending; null: every one. */
  readonly partitions: readonly number[] | null
  /** Ascending by topic, then partition; -1 where the source has no partitions; offsets null where unknown. */
  readonly ranges: readonly ReadRange[]
  /** Messages of the whole selection where the source can tell, else null. */
  readonly available: number | null
  readonly badRecords: number
  readonly skippedOffsets: number
  /** True when the reading was cut short (Ctrl-C) and the figures cover a part. */
  readonly interrupted: boolean
}

export interface ReadRange {
  readonly topic: string
  readonly partition: number
  readonly from: string | null
  readonly to: string | null
  readonly messages: number
}

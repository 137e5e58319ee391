/** Where a read starts or ends. Offsets count per partition; timestamps are ms since the epoch. */
export type Position =
  | { readonly at: 'earliest' }
  | { readonly at: 'latest' }
  | { readonly at: 'offset'; readonly offset: bigint }
  | { readonly at: 'timestamp'; readonly timestampMs: number }

/** `all` and `head` read on from the start, `tail` the last ones, `spread` evenly placed stretches. */
export type SampleMode = 'all' | 'head' | 'tail' | 'spread'

/** Which messages to read: the sampling flags of the command line as a value. */
export interface Selection {
  /** null: every partition. */
  readonly partitions: readonly number[] | null
  readonly from: Position
  /** Exclusive for offsets and for timestamps; `latest` is the end seen at the start of the read. */
  readonly until: Position
  /** Most messages to read over all partitions; null: no limit. */
  readonly limit: number | null
  readonly sample: SampleMode
  /** Places the stretches of `spread`; the same seed on the same log reads the same messages. */
  readonly seed: number
  /** `keys` lets a source skip values and headers; `messages` makes `MessageBatch.message` work. */
  readonly content: 'keys' | 'messages'
}

export const READ_ALL: Selection = {
  partitions: null,
  from: { at: 'earliest' },
  until: { at: 'latest' },
  limit: null,
  sample: 'all',
  seed: 1,
  content: 'keys',
}

export interface SourceDescription {
  readonly kind: 'kafka' | 'local' | 'file' | 'memory'
  /** As the user may see it again: without secrets. */
  readonly uri: string
  readonly topic: string
  /** Partitions with their log range; empty where the source cannot tell without reading. */
  readonly partitions: readonly PartitionRange[]
}

export interface PartitionRange {
  readonly partition: number
  /** First offset still kept. */
  readonly start: bigint
  /** One past the last offset that can be read (the last stable offset on Kafka). */
  readonly end: bigint
}

/** What a read left out, beside the messages that it gave. */
export interface ReadReport {
  /** Lines that could not be read and were skipped because the user asked for it. */
  readonly badRecords: number
  /** The first few of them, as `file:line: reason`. */
  readonly badRecordSamples: readonly string[]
  /** Offsets passed over: compaction gaps, control records, aborted transactions. */
  readonly skippedOffsets: number
  /** Messages that the whole selection could have given, where the source can tell. */
  readonly available: number | null
}

import type { DocumentHeader, ReadSummary } from './document.ts'

/** What `pstool sample` copied to an NDJSON file, to be read like any other source. */
export interface SampleDocument extends DocumentHeader<'sample'> {
  readonly read: ReadSummary
  /** Messages written. */
  readonly messages: number
  /** `keys`: key, partition, offset and timestamp; `messages`: headers too. */
  readonly content: 'keys' | 'messages'
  /** Whether values were kept; they are dropped unless asked for. */
  readonly values: boolean
  /** The file; null for standard output. */
  readonly output: string | null
}

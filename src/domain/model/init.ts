import type { DocumentHeader } from './document.ts'

/** What `pstool init` made. */
export interface InitDocument extends DocumentHeader<'init'> {
  /** Files, relative to the working directory, in the order in which they were written. */
  readonly created: readonly string[]
  /** Commands to type now. */
  readonly next: readonly string[]
}

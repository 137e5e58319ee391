import type { Block } from './blocks.ts'
import type { CsvTable } from './format/csv-text.ts'

/** How one kind of document is shown: the same blocks on a terminal and in Markdown, one CSV table. */
export interface Renderer<Document> {
  /** What a person wants first comes first. */
  readonly blocks: (document: Document) => readonly Block[]
  readonly csv: (document: Document) => CsvTable
}

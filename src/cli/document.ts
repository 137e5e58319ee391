import type { DocumentHeader } from '../domain/model/document.ts'

/** Any document: what a command's `run` gives, and `--json` prints. */
export type Document = DocumentHeader<string>

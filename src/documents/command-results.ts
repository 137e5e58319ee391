import { z } from 'zod'
import type { ErrorDocument } from '../domain/model/error.ts'
import type { InitDocument } from '../domain/model/init.ts'
import type { SampleDocument } from '../domain/model/sample.ts'
import { count, headerOf, readSummary, text } from './basics.ts'
import { schemaOf } from './matches.ts'

/** What `pstool init` made. */
export const initSchema = schemaOf<InitDocument>()(
  z.object({
    ...headerOf('init'),
    created: z.array(text).describe('Files, relative to the working directory.'),
    next: z.array(text).describe('Commands to type now.'),
  }),
)

/** What `pstool sample` copied to an NDJSON file. */
export const sampleSchema = schemaOf<SampleDocument>()(
  z.object({
    ...headerOf('sample'),
    read: readSummary,
    messages: count.describe('Messages written.'),
    content: z.enum(['keys', 'messages']),
    values: z.boolean().describe('Values were kept.'),
    output: text.nullable().describe('The file; null for standard output.'),
  }),
)

/** What a failed command prints with `--json`, in place of its document. */
export const errorSchema = schemaOf<ErrorDocument>()(
  z.object({
    error: z.object({
      code: text.describe('Stable: `input.bad-record`.'),
      message: text,
      suggestions: z.array(text).describe('What to try.'),
    }),
  }),
)

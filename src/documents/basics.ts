import { z } from 'zod'

/** A number of things. */
export const count = z.int().min(0)
/** A number of things that may be estimated. */
export const estimate = z.number().min(0)
export const share = z.number().min(0).max(1)
/** A position in a log, as decimal text: JSON numbers end at 2^53. */
export const offset = z.string().regex(/^\d+$/)
export const text = z.string()

export const bounds = z
  .object({ lower: z.number(), upper: z.number() })
  .meta({ id: 'bounds', description: 'An interval, both ends included.' })

/** How many distinct keys there are, counted or estimated. */
export const distinctFields = {
  distinct: estimate,
  distinctBounds: bounds.describe('99 % bounds of `distinct`; equal to it when exact.'),
}

export const documentKey = z.union([text, z.object({ base64: z.base64() }), z.null()]).meta({
  id: 'key',
  description: 'Text where the bytes of the key are valid UTF-8, else base64; null for no key.',
})

/** What every document starts with. */
export function headerOf<Kind extends string>(kind: Kind) {
  return {
    kind: z.literal(kind),
    version: z.literal(1),
    generatedBy: text.describe('`pstool` and its version.'),
  }
}

/** The first messages that a partitioner refused. */
export const refused = z
  .array(
    z.object({
      error: text.describe('What the partitioner said.'),
      topic: text,
      partition: z.int().min(-1).describe('-1 where the source has no partitions.'),
      offset: offset.nullable(),
      line: count.nullable().describe('Of a file; null where there is none.'),
    }),
  )
  .describe('The first messages that the partitioner refused, one per error text, at most 3.')

export const readSummary = z
  .object({
    sources: z.array(text).describe('URIs without secrets; several after a merge.'),
    partitioner: text,
    sample: z.enum(['all', 'head', 'tail', 'spread']),
    seed: z.number(),
    partitions: z
      .array(count)
      .nullable()
      .describe('Partitions that were asked for, ascending; null: every one.'),
    ranges: z
      .array(
        z.object({
          topic: text,
          partition: z.int().min(-1).describe('-1 where the source has no partitions.'),
          from: offset.nullable().describe('First offset read; null where unknown.'),
          to: offset.nullable().describe('One past the last offset read.'),
          messages: count,
        }),
      )
      .describe('What was read, ascending by topic, then partition.'),
    available: estimate
      .nullable()
      .describe('Messages of the whole selection where the source can tell.'),
    badRecords: count.describe('Records that could not be read and were skipped.'),
    skippedOffsets: count.describe('Compaction gaps, control records, aborted transactions.'),
    interrupted: z.boolean().describe('Reading was cut short; the figures cover a part.'),
  })
  .meta({ id: 'readSummary', description: 'What was read to make the document.' })

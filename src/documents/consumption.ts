import { z } from 'zod'
import type { ConsumptionDocument } from '../domain/model/consumption.ts'
import { count, headerOf, offset, text } from './basics.ts'
import { schemaOf } from './matches.ts'

/** What a run of `pstool consume` came to. */
export const consumptionSchema = schemaOf<ConsumptionDocument>()(
  z.object({
    ...headerOf('consumption'),
    group: text.describe('The origin where there are segments.'),
    segments: z.array(count).nullable().describe('Those consumed; null where segments are off.'),
    ended: z
      .enum(['end', 'failed', 'interrupted', 'limit', 'reader-gone'])
      .describe('Why; `end`: everything was consumed.'),
    messages: count.describe('Of jobs that ended well.'),
    dropped: count.describe("Left out by filters: other segments', expired, excluded."),
    batches: count,
    jobs: count,
    failedJobs: count,
    retries: count.describe('Pauses after a failure.'),
    collapses: count.describe('Requests to collapse, after a failure or by the consumer.'),
    commits: count,
    deadLetters: count.describe('Messages given up and written to another topic.'),
    skipped: count.describe('Messages given up and written nowhere.'),
    restarts: count.describe('Processes that were started again.'),
    errors: z
      .array(z.object({ type: text, count, first: z.string().max(300) }))
      .describe('By type, ascending, each with the text of the first one.'),
    partitions: z
      .array(
        z.object({
          group: text,
          segmentId: count.nullable().describe('null where segments are off.'),
          topic: text,
          partition: count,
          messages: count,
          committed: offset.nullable().describe('null where nothing was committed.'),
          lag: count.nullable().describe("From there to the log's end as last seen."),
        }),
      )
      .describe('Those that were ours, ascending by group, topic and partition.'),
  }),
)

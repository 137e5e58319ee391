import { z } from 'zod'
import type { ConsumeTraceDocument } from '../domain/model/consume-trace.ts'
import { count, headerOf, offset, text } from './basics.ts'
import { schemaOf } from './matches.ts'

const ms = z.number().min(0)
const from = ms.describe('Milliseconds since the start.')
const partition = count.describe('Index in `partitions`.')
const virtualPartition = count
const attempt = z.int().min(1).describe('1 for the first time.')
const messages = count.describe('Of jobs that ended well.')
const errorText = z.string().max(300)

const jobSums = {
  jobs: count,
  failedJobs: count,
  messages,
  busyMs: ms.describe('Time in jobs, over all of them.'),
}

const totals = z.object({
  ...jobSums,
  batches: count,
  collapsedBatches: count,
  retries: count.describe('Pauses after a failure.'),
  commits: count,
})

const lane = z.object({
  partition,
  virtualPartition,
  ...jobSums,
})

const ownership = z.object({
  partition,
  from,
  to: ms.nullable().describe('null: to the end of the trace.'),
  end: z.enum(['taken', 'lost', 'stopped']).nullable(),
})

const job = z.object({
  partition,
  virtualPartition,
  worker: count,
  from,
  ms,
  messages: count,
  firstOffset: offset,
  lastOffset: offset,
  collapsed: z.boolean(),
  attempt,
  ok: z.boolean(),
})

const pause = z.object({
  partition,
  from,
  ms: ms.describe('How long it lasted, at most to the end of the trace.'),
  reason: z.enum(['failure', 'user', 'dead-letter', 'throttle', 'delay']),
  offset,
  attempt: count,
})

const collapse = z.object({
  partition,
  from,
  ms: ms.describe('To the first batch that was virtual again, the next request, or the loss.'),
  reason: z.enum(['failure', 'user']),
  until: offset.describe('Batches that begin up to this offset run collapsed.'),
})

const deadLetter = z.object({
  partition,
  at: from,
  offset,
  deadLetterTopic: text.nullable().describe('null: skipped.'),
  attempts: count,
  error: errorText,
})

/** What a consumer runtime did, job by job. */
export const consumeTraceSchema = schemaOf<ConsumeTraceDocument>()(
  z.object({
    ...headerOf('consume-trace'),
    group: text.describe('The origin where there are segments.'),
    concurrency: count.describe('Most jobs at once.'),
    ms: ms.describe('From start to stop, or to the last event.'),
    totals: totals.describe('Of everything, also of what is left out below.'),
    partitions: z
      .array(
        z.object({
          group: text,
          segmentId: count.nullable().describe('null where segments are off.'),
          topic: text,
          partition: count,
          virtualPartitions: count.describe('VPs that had a job.'),
          ...jobSums,
        }),
      )
      .describe('In the order in which they were first seen.'),
    lanes: z.array(lane).describe('The busiest VPs, ascending by partition, then number.'),
    ownerships: z.array(ownership).describe('When partitions were ours.'),
    jobs: z.array(job).describe('The first ones to end, in that order.'),
    pauses: z.array(pause),
    collapses: z.array(collapse),
    deadLetters: z.array(deadLetter),
    errors: z
      .array(z.object({ type: text, count, first: errorText.describe("The first one's text.") }))
      .describe('By type, ascending.'),
    omitted: z
      .object({
        lanes: count,
        ownerships: count,
        jobs: count,
        pauses: count,
        collapses: count,
        deadLetters: count,
      })
      .describe('How many of each list were left out.'),
  }),
)

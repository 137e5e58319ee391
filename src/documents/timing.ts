import { z } from 'zod'
import { TIME_LIMITS } from '../domain/simulation/timing/timing.ts'
import { count, estimate, share } from './basics.ts'

const limit = z
  .object({ what: z.enum(TIME_LIMITS), seconds: estimate })
  .meta({ id: 'timeLimit', description: 'No schedule takes less than these seconds.' })

const failures = z.object({
  failed: count.describe('Attempts at a message that failed.'),
  retries: count.describe('Fetches that went back to the committed position, after a back-off.'),
  collapsedBatches: count,
  collapsedMessages: count.describe('Attempts that were made in collapsed batches.'),
  backOffSeconds: estimate.describe('Of all partitions, added up.'),
  secondsWithout: estimate.describe('What draining takes when nothing fails.'),
})

const perProcess = z.object({
  segment: count.nullable(),
  member: count.nullable(),
  messages: count,
  seconds: estimate,
  utilization: share.describe('Of its own slots, in its own time.'),
  limit,
})

/** How long a simulated log takes to be drained, and why not less. */
export const timing = z
  .object({
    ioMs: estimate.describe('What a message takes; fetches, commits and CPU cost nothing.'),
    concurrency: count.describe('Workers of one process.'),
    maxMessages: count,
    overlap: z.boolean(),
    failRate: share,
    seed: z.number(),
    messages: count.describe('Messages that were played.'),
    perPartition: count
      .nullable()
      .describe('Only so many of each partition were played, for lack of memory; null: all.'),
    processes: count.describe('Each segment, and each member in it, is one.'),
    seconds: estimate.describe('Of the slowest process.'),
    messagesPerSecond: estimate,
    utilization: share.describe('Time in jobs / (slots of all processes x seconds).'),
    limit: limit.describe('The largest of `limits`.'),
    limits: z.array(limit).describe('What no schedule can undercut, the largest first.'),
    batches: count,
    failures: failures.nullable().describe('null where nothing is to fail.'),
    perProcess: z
      .array(perProcess)
      .describe(
        'Those that have messages, by segment, then member; empty where there is only one.',
      ),
  })
  .meta({ id: 'timing' })

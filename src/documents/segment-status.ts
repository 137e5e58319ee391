import { z } from 'zod'
import type { SegmentStatusDocument } from '../domain/offsets/status.ts'
import { count, headerOf, offset, text } from './basics.ts'
import { groupState, groupType, members } from './consumer-group.ts'
import { schemaOf } from './matches.ts'
import { cluster, leaderEpoch, metadata, unsetOrOffset } from './offset-plan.ts'

const lag = count.nullable().describe('Messages up to the end of the log; null without a commit.')

const standing = z.object({
  group: text,
  role: z.enum(['origin', 'segment']),
  type: groupType,
  state: groupState,
  members,
  lag,
  partitions: z.array(
    z.object({
      topic: text,
      partition: count,
      committed: unsetOrOffset,
      leaderEpoch,
      metadata,
      start: offset.describe('Where the log starts.'),
      end: offset.describe('Where the log ends.'),
      lag,
    }),
  ),
})

/** Where segmented groups stand. */
export const segmentStatusSchema = schemaOf<SegmentStatusDocument>()(
  z.object({
    ...headerOf('segment-status'),
    cluster,
    segmented: z.array(
      z.object({
        origin: text,
        mergeKey: text,
        segments: z.int().min(1).describe('1: no segments, the origin alone.'),
        groups: z.array(standing).describe('The origin, then its segments by id.'),
        consistent: z.boolean().describe('The segments stand at the same offsets.'),
        findings: z.array(text).describe('What is not as it should be.'),
        distribute: z
          .array(text)
          .describe('What an unforced distribute would be refused for; none: it goes through.'),
        collapse: z
          .array(text)
          .describe('What an unforced collapse would be refused for; none: it goes through.'),
      }),
    ),
  }),
)

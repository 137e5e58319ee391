import { z } from 'zod'
import { GUARDS, type GuardName, type OffsetPlanDocument } from '../domain/offsets/plan.ts'
import { count, headerOf, offset, text } from './basics.ts'
import { groupState, groupType, members } from './consumer-group.ts'
import { schemaOf } from './matches.ts'

export const operation = z.enum(['distribute', 'collapse', 'reset', 'rescale', 'set', 'restore'])
export const unsetOrOffset = offset.nullable().describe('null is no commit, which is not 0.')
export const leaderEpoch = z.int().exactOptional().describe('Absent where none was committed.')
export const metadata = text.exactOptional().describe('Absent where it is empty.')
const guard = z.enum(Object.keys(GUARDS) as GuardName[])

export const cluster = z
  .object({ id: text, uri: text.describe('Without secrets.') })
  .meta({ id: 'cluster' })

export const migration = z
  .object({
    origin: text,
    mergeKey: text,
    from: z.int().min(1).describe('Segments before.'),
    to: z.int().min(1).describe('Segments after; another number in a rescale alone.'),
    strategy: z
      .object({
        name: text,
        partitioner: text,
        reducer: text,
        fingerprint: text.describe('Equal ones route a fixed set of keys alike.'),
      })
      .nullable()
      .describe('How messages are spread over the segments, as far as pstool was told.'),
  })
  .meta({ id: 'migration' })

const group = z.object({
  group: text,
  role: z
    .enum(['origin', 'segment', 'retired', 'other'])
    .describe('retired: a segment that a rescale takes away.'),
  origin: text.nullable(),
  type: groupType,
  state: groupState,
  members,
  offsets: z
    .array(z.object({ topic: text, partition: count, offset, leaderEpoch, metadata }))
    .describe('What it had committed: the backup.'),
})

const topic = z.object({
  topic: text,
  topicId: text,
  partitions: z.array(z.object({ partition: count, start: offset, end: offset })),
})

export const stepFields = {
  group: text,
  topic: text,
  partition: count,
  from: unsetOrOffset,
  to: unsetOrOffset,
  fromLeaderEpoch: leaderEpoch,
  fromMetadata: metadata,
  toLeaderEpoch: leaderEpoch,
  toMetadata: metadata,
}

export const cost = z
  .object({
    again: count.describe('Messages that are processed a second time.'),
    skipped: count.describe('Messages that a group leaves out which it has not processed.'),
    exact: z.boolean().describe('False: at most so many.'),
    reason: text.nullable().describe('Why the figures are not exact.'),
    partitions: z.array(
      z.object({
        group: text.describe('Whose progress is given up, or passed over.'),
        topic: text,
        partition: count,
        from: offset,
        to: offset.describe('Exclusive.'),
        again: count,
        skipped: count,
      }),
    ),
  })
  .meta({ id: 'cost', description: 'What moving costs in messages.' })

export const exclusions = z
  .array(
    z.object({
      origin: text,
      topic: text,
      partition: count,
      segment: count.describe('By the number of segments that were.'),
      segments: z.int().min(1),
      from: offset,
      to: offset.describe('Exclusive.'),
      fingerprint: text.nullable().describe("The strategy's."),
    }),
  )
  .describe('What the consumers must leave out after a rescale: it was processed already.')

export const waived = z
  .array(z.object({ guard, message: text }))
  .describe('Guards that objected and were overruled, by --force or --on-range clamp.')

/** What moving offsets comes to; all that applying it needs. */
export const offsetPlanSchema = schemaOf<OffsetPlanDocument>()(
  z.object({
    ...headerOf('offset-plan'),
    operation,
    cluster,
    migrations: z.array(migration).describe('One per origin; none for offsets from a file.'),
    groups: z.array(group).describe('Every group that was looked at.'),
    topics: z.array(topic),
    steps: z
      .array(z.object(stepFields))
      .describe('What is to be written; none when all is as it should be.'),
    leftOut: z
      .array(z.object({ group: text, topic: text, partition: count, reason: text }))
      .describe('Partitions that are not moved.'),
    cost,
    exclusions,
    waived,
    violations: z
      .array(
        z.object({
          guard,
          message: text,
          remedy: text.describe('What to do about it.'),
          waivable: z.boolean().describe('--force overrules it.'),
        }),
      )
      .describe('Why the plan may not be applied; none when it may.'),
  }),
)

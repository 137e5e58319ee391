import { z } from 'zod'
import type { OffsetJournalDocument, OffsetResultDocument } from '../domain/offsets/journal.ts'
import { count, headerOf, text } from './basics.ts'
import { schemaOf } from './matches.ts'
import {
  cluster,
  cost,
  exclusions,
  migration,
  offsetPlanSchema,
  operation,
  stepFields,
  unsetOrOffset,
  waived,
} from './offset-plan.ts'

const outcomeFields = {
  outcome: z
    .enum(['written', 'already-there', 'not-written', 'elsewhere'])
    .describe('As read back from the cluster.'),
  reason: text.nullable().describe('Why it was not written, where the cluster said why.'),
}

/** What a run leaves on disk: the plan before its first write, afterwards what became of it. */
export const offsetJournalSchema = schemaOf<OffsetJournalDocument>()(
  z.object({
    ...headerOf('offset-journal'),
    plan: offsetPlanSchema,
    state: z
      .enum(['started', 'partial', 'done'])
      .describe('A run that was cut leaves it at started.'),
    outcomes: z
      .array(z.object({ group: text, topic: text, partition: count, ...outcomeFields }))
      .describe('One per step of the plan once the run has ended.'),
  }),
)

/** What a run has done. */
export const offsetResultSchema = schemaOf<OffsetResultDocument>()(
  z.object({
    ...headerOf('offset-result'),
    operation,
    cluster,
    migrations: z.array(migration),
    journal: text.nullable().describe('Its path; null when there was nothing to do.'),
    state: z.enum(['nothing-to-do', 'done', 'partial']).describe('done: read back and verified.'),
    written: count.describe('Offsets that this run wrote.'),
    steps: z.array(z.object({ ...stepFields, ...outcomeFields })),
    differences: z
      .array(
        z.object({
          group: text,
          topic: text,
          partition: count,
          expected: unsetOrOffset,
          found: unsetOrOffset,
          detail: z
            .enum(['offset', 'leader-epoch', 'metadata'])
            .describe('What differs where the offset is the same.'),
        }),
      )
      .describe('What is not as the plan says, after everything was tried.'),
    waived,
    cost,
    exclusions,
  }),
)

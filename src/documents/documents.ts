import { errorSchema, initSchema, sampleSchema } from './command-results.ts'
import { consumeTraceSchema } from './consume-trace.ts'
import { consumptionSchema } from './consumption.ts'
import { keyProfileSchema } from './key-profile.ts'
import { localStateSchema } from './local-state.ts'
import { offsetJournalSchema, offsetResultSchema } from './offset-journal.ts'
import { offsetPlanSchema } from './offset-plan.ts'
import { profileStateSchema } from './profile-state.ts'
import { routesSchema } from './routes.ts'
import { segmentStatusSchema } from './segment-status.ts'
import { simulationSchema } from './simulation.ts'

/** With the counts that `analyze-keys --out` adds, which a merge needs. */
const savedProfileSchema = keyProfileSchema.extend({
  state: profileStateSchema
    .exactOptional()
    .describe('Everything that was counted; written by analyze-keys --out, read by --merge.'),
})

/** The documents that pstool writes and reads back, by kind. */
export const DOCUMENT_SCHEMAS = {
  'consume-trace': consumeTraceSchema,
  consumption: consumptionSchema,
  init: initSchema,
  'key-profile': savedProfileSchema,
  'local-state': localStateSchema,
  'offset-journal': offsetJournalSchema,
  'offset-plan': offsetPlanSchema,
  'offset-result': offsetResultSchema,
  routes: routesSchema,
  sample: sampleSchema,
  'segment-status': segmentStatusSchema,
  simulation: simulationSchema,
} as const

/** What is under `schemas/`: the documents, and what stands in their place after an error. */
export const PUBLISHED_SCHEMAS = { ...DOCUMENT_SCHEMAS, error: errorSchema } as const

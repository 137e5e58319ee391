import { errorSchema, initSchema, sampleSchema } from './command-results.ts'
import { keyProfileSchema } from './key-profile.ts'
import { localStateSchema } from './local-state.ts'
import { routesSchema } from './routes.ts'
import { simulationSchema } from './simulation.ts'

/** The documents that pstool writes and reads back, by kind. */
export const DOCUMENT_SCHEMAS = {
  init: initSchema,
  'key-profile': keyProfileSchema,
  'local-state': localStateSchema,
  routes: routesSchema,
  sample: sampleSchema,
  simulation: simulationSchema,
} as const

/** What is under `schemas/`: the documents, and what stands in their place after an error. */
export const PUBLISHED_SCHEMAS = { ...DOCUMENT_SCHEMAS, error: errorSchema } as const

import type { ErrorDocument } from '../../src/domain/model/error.ts'
import type { InitDocument } from '../../src/domain/model/init.ts'
import type { SampleDocument } from '../../src/domain/model/sample.ts'
import {
  aKeyProfile,
  aLocalState,
  aRead,
  aSimulation,
  aStrategy,
  aTiming,
  someRoutes,
} from './documents.ts'
import { APART, aJournal, aPartialResult, aStatus, aTroubledPlan } from './segment-documents.ts'
import { aConsumption } from './watching/consumption-documents.ts'
import { aTrace } from './watching/trace-documents.ts'

const init: InitDocument = {
  kind: 'init',
  version: 1,
  generatedBy: 'pstool 1.2.3',
  created: ['pstool.config.ts'],
  next: ['pstool analyze-keys'],
}
const sample: SampleDocument = {
  kind: 'sample',
  version: 1,
  generatedBy: 'pstool 1.2.3',
  read: aRead(),
  messages: 3,
  content: 'messages',
  values: false,
  output: null,
}
const error: ErrorDocument = {
  error: { code: 'input.bad-line', message: 'a.csv:2: no key', suggestions: ['Mend it.'] },
}

/** A full document of every kind that is published. */
export const DOCUMENT_EXAMPLES = {
  'consume-trace': aTrace(),
  consumption: aConsumption(),
  error,
  init,
  'key-profile': aKeyProfile(),
  'local-state': aLocalState(),
  'offset-journal': aJournal(),
  'offset-plan': aTroubledPlan(),
  'offset-result': aPartialResult(),
  routes: someRoutes(),
  sample,
  'segment-status': aStatus({ analytics: 4 }, APART),
  simulation: aSimulation([aStrategy({ timing: aTiming() })]),
} as const

import type { DocumentHeader } from '../model/document.ts'
import type { OffsetPlanDocument, OffsetStep } from './plan.ts'
import type { Difference } from './verify.ts'

/**
 * What a run leaves on disk before its first write: the plan, which holds the backup, and afterwards
 * what became of it (M8). `resume` and `restore` need nothing else.
 */
export interface OffsetJournalDocument extends DocumentHeader<'offset-journal'> {
  readonly plan: OffsetPlanDocument
  /** `started` until the run has ended: a run that was cut leaves it so. */
  readonly state: 'started' | 'partial' | 'done'
  /** One per step once the run has ended; empty before. */
  readonly outcomes: readonly StepOutcome[]
}

/** What became of a step. */
export interface StepOutcome {
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** As read back from the cluster, not as the cluster's answer to the write had it. */
  readonly outcome: 'written' | 'already-there' | 'not-written' | 'elsewhere'
  /** Why it was not written, where the cluster said why. */
  readonly reason: string | null
}

/** What a run has done. */
export interface OffsetResultDocument extends DocumentHeader<'offset-result'> {
  readonly operation: OffsetPlanDocument['operation']
  readonly cluster: OffsetPlanDocument['cluster']
  readonly migrations: OffsetPlanDocument['migrations']
  /** Path of the journal; null when there was nothing to do. */
  readonly journal: string | null
  /** `done`: read back and verified. */
  readonly state: 'nothing-to-do' | 'done' | 'partial'
  readonly written: number
  readonly steps: readonly (OffsetStep & Pick<StepOutcome, 'outcome' | 'reason'>)[]
  /** What is not as the plan says, after everything was tried. */
  readonly differences: readonly Difference[]
  readonly waived: OffsetPlanDocument['waived']
  readonly cost: OffsetPlanDocument['cost']
  readonly exclusions: OffsetPlanDocument['exclusions']
}

/** The journal of a run that is about to write. */
export function startedJournal(plan: OffsetPlanDocument): OffsetJournalDocument {
  const { generatedBy } = plan
  return { kind: 'offset-journal', version: 1, generatedBy, plan, state: 'started', outcomes: [] }
}

/** The journal of a run that has ended. */
export function endedJournal(
  plan: OffsetPlanDocument,
  outcomes: readonly StepOutcome[],
  state: 'partial' | 'done',
): OffsetJournalDocument {
  return { ...startedJournal(plan), state, outcomes }
}

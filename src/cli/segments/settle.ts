import type { OffsetResultDocument } from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import { type Applying, applyPlan } from '../../usecases/segments/apply-plan.ts'
import { refuseIfAny } from '../../usecases/segments/refusal.ts'
import { journalStore, prompt } from '../compose.ts'
import type { ClusterWork } from './cluster-command.ts'
import { consented } from './consent.ts'
import { handOut, type PlanHandOutFlags } from './hand-out.ts'

/** What becomes of a plan. */
export interface SettleFlags extends PlanHandOutFlags {
  readonly 'dry-run': boolean
  readonly 'journal-dir': string
}

export interface SettleContext {
  readonly generatedBy: string
  /** Shows the plan to whoever decides. */
  readonly present: (plan: OffsetPlanDocument) => Promise<void>
}

/**
 * Shows, hands out or applies a plan, as the flags say. What only looks says by its exit code whether
 * applying would be refused.
 * @throws RefusedError, UsageError, BrokerError, MidwayError
 */
export async function settle(
  plan: OffsetPlanDocument,
  flags: SettleFlags,
  context: SettleContext,
  work: ClusterWork,
): Promise<OffsetPlanDocument | OffsetResultDocument> {
  const isHandedOut = await handOut(plan, flags)
  if (flags['dry-run'] || isHandedOut) {
    if (plan.violations.length > 0) process.exitCode = EXIT_REFUSED
    return plan
  }
  refuseIfAny(plan.violations)
  if (plan.steps.length > 0) {
    await context.present(plan)
    await consented(plan, flags, await prompt(work.stop.signal))
  }
  return ended(await applyPlan(plan, await applying(flags, context, work)), work)
}

/** What applying needs, from what a command has. */
export async function applying(
  flags: Pick<SettleFlags, 'journal-dir'>,
  { generatedBy }: Pick<SettleContext, 'generatedBy'>,
  { cluster, pause, stop }: ClusterWork,
): Promise<Applying> {
  const journals = await journalStore(flags['journal-dir'])
  return { admin: cluster.admin, journals, generatedBy, pause, signal: stop.signal }
}

/** A run that ended, with the exit code that it has. */
export function ended(result: OffsetResultDocument, { stop }: ClusterWork): OffsetResultDocument {
  const interrupted = stop.exitCode()
  if (interrupted !== null) process.exitCode = interrupted
  else if (result.state === 'partial') process.exitCode = EXIT_MIDWAY
  return result
}

const EXIT_REFUSED = 3
const EXIT_MIDWAY = 5

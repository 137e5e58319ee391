import type { OffsetResultDocument } from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import { type Applying, applyPlan } from '../../usecases/segments/apply-plan.ts'
import { refuseIfAny } from '../../usecases/segments/refusal.ts'
import { journalStore, prompt, writeText } from '../compose.ts'
import type { ClusterWork } from './cluster-command.ts'
import { type ConsentFlags, consented } from './consent.ts'

/** What becomes of a plan. */
export interface SettleFlags extends ConsentFlags {
  readonly 'dry-run': boolean
  readonly 'plan-out'?: string | undefined
  readonly export?: string | undefined
  readonly 'export-format'?: 'kafka' | 'rpk' | undefined
  readonly 'show-commands'?: boolean | undefined
  readonly 'journal-dir': string
}

export interface SettleContext {
  readonly generatedBy: string
  /** Shows the plan to whoever decides. */
  readonly present: (plan: OffsetPlanDocument) => Promise<void>
}

/**
 * Shows, saves or applies a plan, as the flags say. What only looks says by its exit code whether
 * applying would be refused.
 * @throws RefusedError, UsageError, BrokerError, MidwayError
 */
export async function settle(
  plan: OffsetPlanDocument,
  flags: SettleFlags,
  context: SettleContext,
  work: ClusterWork,
): Promise<OffsetPlanDocument | OffsetResultDocument> {
  const looksOnly = flags['dry-run'] || (await writtenElsewhere(plan, flags))
  if (looksOnly) {
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

async function writtenElsewhere(plan: OffsetPlanDocument, flags: SettleFlags): Promise<boolean> {
  const file = flags['plan-out']
  if (file !== undefined) await writeText(file, `${JSON.stringify(plan, null, 2)}\n`)
  return file !== undefined
}

const EXIT_REFUSED = 3
const EXIT_MIDWAY = 5

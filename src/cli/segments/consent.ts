import type { OffsetPlanDocument } from '../../domain/offsets/plan.ts'
import { RefusedError, UsageError } from '../../errors.ts'
import type { Ask } from '../compose.ts'

/** What says that a plan may be applied (M10). */
export interface ConsentFlags {
  readonly yes: boolean
  readonly force: boolean
}

/**
 * Sees to it that somebody wants the plan applied: a flag, or an answer on a terminal. A plan with
 * waived guards wants the name of a group to be typed.
 * @param ask null where there is no terminal
 * @throws UsageError without a terminal and a flag, RefusedError when the answer is no
 */
export async function consented(
  plan: OffsetPlanDocument,
  { yes, force }: ConsentFlags,
  ask: Ask | null,
): Promise<void> {
  if (yes || force) return
  if (ask === null) {
    throw new UsageError(
      'segments.no-consent',
      'nobody is there to ask whether to apply the plan',
      ['Apply it with --yes, or look at it with --dry-run.'],
    )
  }
  const name = plan.migrations[0]?.origin ?? plan.groups[0]?.group ?? ''
  const answer =
    plan.waived.length > 0
      ? await ask(`Guards are waived. To apply the plan, type ${name}: `)
      : await ask('Apply this plan? [y/N] ')
  const agreed =
    plan.waived.length > 0 ? answer?.trim() === name : /^\s*y(es)?\s*$/i.test(answer ?? '')
  if (agreed) return
  throw new RefusedError('segments.declined', 'declined: nothing was written', [
    'Save a plan for later with --plan-out FILE.',
  ])
}

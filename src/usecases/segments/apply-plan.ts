import { shellWord } from '../../domain/model/shell-word.ts'
import { liveGroups, pendingTransactions } from '../../domain/offsets/guards/liveness.ts'
import {
  addedPartitions,
  expiredOffsets,
  movedOffsets,
  otherCluster,
} from '../../domain/offsets/guards/stale.ts'
import { unwritableTopics } from '../../domain/offsets/guards/topics.ts'
import {
  endedJournal,
  type OffsetResultDocument,
  type StepOutcome,
  startedJournal,
} from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument, Violation } from '../../domain/offsets/plan.ts'
import { movedSince } from '../../domain/offsets/plan-restore.ts'
import type { SnapshotIndex } from '../../domain/offsets/snapshot.ts'
import { type Difference, verify } from '../../domain/offsets/verify.ts'
import { MidwayError, RefusedError } from '../../errors.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import type { JournalStore } from '../../ports/journal-store.ts'
import { refuseIfAny } from './refusal.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { writeSteps } from './write-steps.ts'

/** What applying needs beside the plan. */
export interface Applying {
  readonly admin: GroupAdmin
  readonly journals: JournalStore
  readonly generatedBy: string
  readonly pause: (ms: number) => Promise<void>
  readonly signal?: AbortSignal | undefined
}

/**
 * Applies a plan: looks again, journals, writes, reads back and verifies (M8, M9). A plan that has
 * something against it, or that went stale, is refused before anything is written.
 * @throws RefusedError, BrokerError; MidwayError once something may have been written
 */
export async function applyPlan(
  plan: OffsetPlanDocument,
  applying: Applying,
): Promise<OffsetResultDocument> {
  refuseIfAny(plan.violations)
  if (plan.steps.length === 0) return withoutSteps(plan, applying)
  const index = await takeSnapshot(applying.admin, sightOf(plan))
  refuseIfAny(staleness(plan, index))
  const path = await applying.journals.create(aboutOf(plan), startedJournal(plan))
  return await carryOut(plan, path, index, false, applying)
}

/**
 * Goes on with the plan of a journal wherever its run was cut: what is written already is left
 * alone, what is open is written.
 * @param force writes partitions too that have been used since
 * @throws RefusedError, BrokerError; MidwayError once something may have been written
 */
export async function resumePlan(
  plan: OffsetPlanDocument,
  path: string,
  force: boolean,
  applying: Applying,
): Promise<OffsetResultDocument> {
  const index = await takeSnapshot(applying.admin, sightOf(plan))
  const used = force ? [] : movedSince(plan, index)
  refuseIfAny([...standing(plan, index), ...expiredOffsets(plan, index), ...used])
  return await carryOut(plan, path, index, force, applying)
}

/**
 * The plan with what stands against it by now, on the cluster as it is (M9). Changes nothing.
 * @throws BrokerError
 */
export async function lookedAtAgain(
  plan: OffsetPlanDocument,
  admin: GroupAdmin,
): Promise<OffsetPlanDocument> {
  const index = await takeSnapshot(admin, sightOf(plan))
  return { ...plan, violations: [...plan.violations, ...staleness(plan, index)] }
}

/** What has changed since a plan was made. */
function staleness(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  return [
    ...standing(plan, index),
    ...addedPartitions(plan, index),
    ...movedOffsets(plan, index),
    ...expiredOffsets(plan, index),
  ]
}

/** What no plan is applied against, whenever it was made. */
function standing(plan: OffsetPlanDocument, index: SnapshotIndex): Violation[] {
  const groups = plan.groups.map(({ group }) => index.group(group))
  const topics = plan.topics.map(({ topic }) => topic)
  return [
    ...otherCluster(plan, index),
    ...liveGroups(groups),
    ...pendingTransactions(groups, topics),
    ...unwritableTopics(plan.steps, index.snapshot),
  ]
}

async function carryOut(
  plan: OffsetPlanDocument,
  path: string,
  start: SnapshotIndex,
  force: boolean,
  applying: Applying,
): Promise<OffsetResultDocument> {
  try {
    const { outcomes, index } = await writeSteps(plan, start, {
      ...applying,
      sight: sightOf(plan),
      force,
    })
    const differences = verify(plan, index)
    const state = differences.length === 0 ? 'done' : 'partial'
    await applying.journals.replace(path, endedJournal(plan, outcomes, state))
    refuseUntouched(outcomes)
    return result(plan, applying, path, outcomes, differences)
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw midway(path, error)
  }
}

/** A cluster that took none of the writes has changed nothing: that is a refusal, not half a run. */
function refuseUntouched(outcomes: readonly StepOutcome[]): void {
  if (outcomes.some(({ outcome }) => outcome !== 'not-written')) return
  const reasons = [...new Set(outcomes.map(({ reason }) => reason))].filter((one) => one !== null)
  if (reasons.length === 0) return
  throw new RefusedError(
    'segments.write-refused',
    `the cluster took none of the offsets: ${reasons.join('; ')}`,
    ['Nothing was changed. Mend what it says, and run the command again.'],
  )
}

function aboutOf({ operation, migrations, groups }: OffsetPlanDocument): string {
  return `${operation}-${migrations[0]?.origin ?? groups[0]?.group ?? 'nothing'}`
}

function midway(path: string, cause: unknown): MidwayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new MidwayError(
    'segments.midway',
    `stopped after writing began: ${reason}`,
    [
      `The journal is ${path}.`,
      `Go on:   pstool segments resume ${shellWord(path)}`,
      `Go back: pstool segments restore ${shellWord(path)}`,
    ],
    cause,
  )
}

function withoutSteps(plan: OffsetPlanDocument, applying: Applying): OffsetResultDocument {
  return { ...result(plan, applying, null, [], []), state: 'nothing-to-do' }
}

function result(
  plan: OffsetPlanDocument,
  { generatedBy }: Applying,
  journal: string | null,
  outcomes: readonly StepOutcome[],
  differences: readonly Difference[],
): OffsetResultDocument {
  const { operation, cluster, migrations, waived, cost, exclusions } = plan
  return {
    kind: 'offset-result',
    version: 1,
    generatedBy,
    operation,
    cluster,
    migrations,
    journal,
    state: differences.length === 0 ? 'done' : 'partial',
    written: outcomes.filter(({ outcome }) => outcome === 'written').length,
    steps: plan.steps.map((step, i) => {
      const { outcome, reason } = outcomes[i]!
      return { ...step, outcome, reason }
    }),
    differences,
    waived,
    cost,
    exclusions,
  }
}

function sightOf(plan: OffsetPlanDocument) {
  return {
    groups: plan.groups.map(({ group }) => group),
    topics: plan.topics.map(({ topic }) => topic),
  }
}

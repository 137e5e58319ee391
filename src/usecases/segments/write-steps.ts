import type { ClusterProblem, WriteOutcome } from '../../domain/model/consumer-group.ts'
import type { StepOutcome } from '../../domain/offsets/journal.ts'
import type { OffsetPlanDocument, OffsetStep } from '../../domain/offsets/plan.ts'
import type { SnapshotIndex } from '../../domain/offsets/snapshot.ts'
import { after } from '../../domain/offsets/steps.ts'
import { type Progress, progress } from '../../domain/offsets/verify.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import { type Sight, takeSnapshot } from './take-snapshot.ts'

const ATTEMPTS = 6
const BACK_OFF_MS = 200

export interface Writing {
  readonly admin: GroupAdmin
  readonly sight: Sight
  readonly pause: (ms: number) => Promise<void>
  /** Aborted: the request under way ends, and no other is begun. */
  readonly signal?: AbortSignal | undefined
}

/** How a run of writes ended. */
export interface Written {
  readonly outcomes: readonly StepOutcome[]
  /** The cluster as it was read back last. */
  readonly index: SnapshotIndex
}

/**
 * Writes the steps of a plan that are still open, one request per group, and reads back what came of
 * it. What the answers to writes say is not taken for granted: a lost one is settled by reading (M8).
 * Stops where a group is refused; what may pass is tried again.
 * @param start the cluster as seen just before
 * @throws BrokerError when reading back fails
 */
export async function writeSteps(
  plan: OffsetPlanDocument,
  start: SnapshotIndex,
  writing: Writing,
): Promise<Written> {
  const atFirst = progress(plan, start)
  const problems = new Map<string, ClusterProblem>()
  let index = start
  let reached = atFirst
  for (let attempt = 0; attempt < ATTEMPTS && reached.open.length > 0; attempt++) {
    if (attempt > 0) await writing.pause(BACK_OFF_MS * 2 ** (attempt - 1))
    if (writing.signal?.aborted) break
    const isRefused = await writeOpen(reached.open, writing, problems)
    index = await takeSnapshot(writing.admin, writing.sight)
    reached = progress(plan, index)
    if (isRefused) break
  }
  return { outcomes: outcomesOf(plan, atFirst, reached, problems), index }
}

/** @returns whether a group was refused, after which no other was begun */
async function writeOpen(
  open: readonly OffsetStep[],
  { admin, signal }: Writing,
  problems: Map<string, ClusterProblem>,
): Promise<boolean> {
  problems.clear()
  for (const [group, steps] of byGroup(open)) {
    if (signal?.aborted) return false
    const outcomes = await writeGroup(admin, group, steps)
    for (const { problem, ...place } of outcomes) {
      if (problem !== null) problems.set(keyOf({ group, ...place }), problem)
    }
    if (outcomes.some(({ problem }) => problem?.outcome === 'refused')) return true
  }
  return false
}

async function writeGroup(
  admin: GroupAdmin,
  group: string,
  steps: readonly OffsetStep[],
): Promise<readonly WriteOutcome[]> {
  const offsets = steps.map(after).filter((offset) => offset !== null)
  const unset = steps.filter(({ to }) => to === null)
  return [
    ...(offsets.length > 0 ? await admin.commitOffsets(group, offsets) : []),
    ...(unset.length > 0 ? await admin.deleteOffsets(group, unset) : []),
  ]
}

function outcomesOf(
  plan: OffsetPlanDocument,
  atFirst: Progress,
  reached: Progress,
  problems: ReadonlyMap<string, ClusterProblem>,
): StepOutcome[] {
  const early = new Set(atFirst.done)
  const done = new Set(reached.done)
  const moved = new Set(reached.moved)
  return plan.steps.map((step) => {
    const { group, topic, partition } = step
    const reason = problems.get(keyOf(step))?.message ?? null
    if (done.has(step)) {
      const outcome = early.has(step) ? 'already-there' : 'written'
      return { group, topic, partition, outcome, reason: null }
    }
    const outcome = moved.has(step) ? 'elsewhere' : 'not-written'
    return { group, topic, partition, outcome, reason }
  })
}

function byGroup(steps: readonly OffsetStep[]): Map<string, OffsetStep[]> {
  const groups = new Map<string, OffsetStep[]>()
  for (const step of steps) {
    const known = groups.get(step.group)
    if (known === undefined) groups.set(step.group, [step])
    else known.push(step)
  }
  return groups
}

function keyOf({ group, topic, partition }: Pick<OffsetStep, 'group' | 'topic' | 'partition'>) {
  return `${group} ${topic}#${partition}`
}

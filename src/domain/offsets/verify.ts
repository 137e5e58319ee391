import type { CommittedOffset } from '../model/cluster.ts'
import type { OffsetPlanDocument, OffsetStep } from './plan.ts'
import { placeOf, type SnapshotIndex, sameCommit } from './snapshot.ts'
import { after, before, committedOffset } from './steps.ts'

/** A partition of a group that does not have what the plan says. */
export interface Difference {
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** Decimal; null is no commit. */
  readonly expected: string | null
  readonly found: string | null
  /** How they differ where the offset is the same. */
  readonly detail: 'offset' | 'leader-epoch' | 'metadata'
}

/**
 * Compares a cluster with what the plan makes of it: every step done to the byte, and every offset
 * that was not to be moved as it was. Empty: the plan is done.
 */
export function verify(plan: OffsetPlanDocument, index: SnapshotIndex): Difference[] {
  const stepped = new Set(plan.steps.map(keyOf))
  const done = plan.steps.flatMap((step) => difference(step, after(step), index))
  const kept = plan.groups.flatMap(({ group, offsets }) =>
    offsets
      .map((offset) => ({ group, ...offset }))
      .filter((place) => !stepped.has(keyOf(place)))
      .flatMap((place) => difference(place, committedOffset(place), index)),
  )
  return [...done, ...kept]
}

/** How far a plan has got: what a run that was cut finds (M8). */
export interface Progress {
  readonly done: readonly OffsetStep[]
  readonly open: readonly OffsetStep[]
  /** Steps whose partition stands neither where it was nor where it should be. */
  readonly moved: readonly OffsetStep[]
}

/** Where every step of a plan stands. */
export function progress(plan: OffsetPlanDocument, index: SnapshotIndex): Progress {
  const done: OffsetStep[] = []
  const open: OffsetStep[] = []
  const moved: OffsetStep[] = []
  for (const step of plan.steps) {
    const found = index.committed(step.group, step)
    if (sameCommit(found, after(step))) done.push(step)
    else if (sameCommit(found, before(step))) open.push(step)
    else moved.push(step)
  }
  return { done, open, moved }
}

function difference(
  { group, topic, partition }: Pick<OffsetStep, 'group' | 'topic' | 'partition'>,
  expected: CommittedOffset | null,
  index: SnapshotIndex,
): Difference[] {
  const found = index.committed(group, { topic, partition })
  if (sameCommit(found, expected)) return []
  const text = (one: CommittedOffset | null) => (one === null ? null : String(one.offset))
  const detail =
    expected?.offset !== found?.offset
      ? 'offset'
      : expected?.leaderEpoch !== found?.leaderEpoch
        ? 'leader-epoch'
        : 'metadata'
  return [{ group, topic, partition, expected: text(expected), found: text(found), detail }]
}

function keyOf(place: Pick<OffsetStep, 'group' | 'topic' | 'partition'>): string {
  return `${place.group} ${placeOf(place)}`
}

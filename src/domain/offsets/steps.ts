import type { CommittedOffset, TopicPartition } from '../model/cluster.ts'
import type { OffsetStep, PlannedOffset } from './plan.ts'
import { type SnapshotIndex, sameCommit } from './snapshot.ts'
import type { Target } from './targets.ts'

/** What has to be written for the groups to stand where they should; what stands there is left out. */
export function stepsTo(targets: readonly Target[], index: SnapshotIndex): OffsetStep[] {
  return targets.flatMap((target) => {
    const from = index.committed(target.group, target)
    return sameCommit(from, target.to) ? [] : [step(target.group, target, from, target.to)]
  })
}

/** One step; leader epochs and metadata are there where they say something. */
export function step(
  group: string,
  { topic, partition }: TopicPartition,
  from: CommittedOffset | null,
  to: CommittedOffset | null,
): OffsetStep {
  return {
    group,
    topic,
    partition,
    from: from === null ? null : String(from.offset),
    to: to === null ? null : String(to.offset),
    ...(from !== null && from.leaderEpoch !== null && { fromLeaderEpoch: from.leaderEpoch }),
    ...(from !== null && from.metadata !== '' && { fromMetadata: from.metadata }),
    ...(to !== null && to.leaderEpoch !== null && { toLeaderEpoch: to.leaderEpoch }),
    ...(to !== null && to.metadata !== '' && { toMetadata: to.metadata }),
  }
}

/** What stood there before the step. */
export function before(step: OffsetStep): CommittedOffset | null {
  return commitOf(step, step.from, step.fromLeaderEpoch, step.fromMetadata)
}

/** What stands there after the step. */
export function after(step: OffsetStep): CommittedOffset | null {
  return commitOf(step, step.to, step.toLeaderEpoch, step.toMetadata)
}

/** A committed offset as documents have it. */
export function plannedOffset(committed: CommittedOffset): PlannedOffset {
  const { topic, partition, offset, leaderEpoch, metadata } = committed
  return {
    topic,
    partition,
    offset: String(offset),
    ...(leaderEpoch !== null && { leaderEpoch }),
    ...(metadata !== '' && { metadata }),
  }
}

/** And back. */
export function committedOffset(planned: PlannedOffset): CommittedOffset {
  const { topic, partition, offset, leaderEpoch = null, metadata = '' } = planned
  return { topic, partition, offset: BigInt(offset), leaderEpoch, metadata }
}

function commitOf(
  { topic, partition }: TopicPartition,
  offset: string | null,
  leaderEpoch: number | undefined,
  metadata: string | undefined,
): CommittedOffset | null {
  if (offset === null) return null
  return {
    topic,
    partition,
    offset: BigInt(offset),
    leaderEpoch: leaderEpoch ?? null,
    metadata: metadata ?? '',
  }
}

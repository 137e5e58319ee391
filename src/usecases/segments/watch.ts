import { ghostCommitters } from '../../domain/offsets/guards/liveness.ts'
import type { OffsetPlanDocument, Violation } from '../../domain/offsets/plan.ts'
import type { SnapshotIndex } from '../../domain/offsets/snapshot.ts'
import type { GroupAdmin } from '../../ports/group-admin.ts'
import { type Sight, takeSnapshot } from './take-snapshot.ts'

/** How a plan comes about from what was seen. */
export type Planning = (index: SnapshotIndex, moved: readonly Violation[]) => OffsetPlanDocument

export interface Watch {
  /** How long offsets must rest before a group without members counts as idle (M6); 0: no watch. */
  readonly quietSeconds: number
  readonly pause: (ms: number) => Promise<void>
}

/**
 * Plans on what the cluster shows after a quiet window. Where there is nothing to do, or something
 * stands against it anyway, nobody waits for the window.
 * @throws BrokerError
 */
export async function planWatched(
  admin: GroupAdmin,
  sight: Sight,
  plan: Planning,
  { quietSeconds, pause }: Watch,
): Promise<OffsetPlanDocument> {
  const first = await takeSnapshot(admin, sight)
  const early = plan(first, [])
  if (quietSeconds === 0 || early.steps.length === 0 || early.violations.length > 0) return early
  await pause(quietSeconds * 1000)
  const second = await takeSnapshot(admin, sight)
  return plan(second, ghostCommitters(first, second, quietSeconds))
}

import type { Brokers } from '../../groups/brokers.ts'
import type { GroupCoordinator } from '../coordinator.ts'
import type { Ownership } from '../ownership.ts'
import type { SessionSettings } from '../settings.ts'
import type { TopicWatch } from '../topic-watch.ts'

/** What a membership of either protocol needs of its session. */
export interface MembershipSurroundings {
  readonly settings: SessionSettings
  readonly coordinator: GroupCoordinator
  readonly topics: TopicWatch
  readonly ownership: Ownership
  /** Connections on which the coordinator may hold an answer back for a whole rebalance. */
  readonly patient: Brokers
  problem(error: unknown): void
  /** The session cannot go on. */
  failed(error: unknown): void
}

import type { TopicPartition } from '../domain/model/cluster.ts'
import type { Arrivals } from '../domain/virtual/arrivals.ts'
import type { Clock } from '../ports/clock.ts'
import type { GroupSession } from '../ports/consumer-source.ts'
import type { Commits } from './commits.ts'
import type { PartitionFilters } from './filters/partition-filters.ts'
import type { ResolvedTopic } from './settings/resolved-settings.ts'
import type { RuntimeEventBus } from './watching/event-bus.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What the partitions of one membership share. */
export interface GroupWork {
  /** The segment's group where there are segments. */
  readonly group: string
  readonly origin: string
  readonly segmentId: number | null
  readonly session: GroupSession
  readonly clock: Clock
  readonly commits: Commits
  readonly pool: WorkerPool
  readonly arrivals: Arrivals
  readonly bus: RuntimeEventBus
  /** @returns null where nothing is filtered */
  filtersOf(
    place: TopicPartition,
    topic: ResolvedTopic,
    onError: (error: unknown, offset: number) => void,
  ): PartitionFilters | null
  /** The partition cannot be read on: the runtime ends in order, and commits what it has. */
  unreadable(place: TopicPartition, error: unknown): void
  /** Resolves when the work has settled, or the time has passed; never rejects. */
  within(ms: number, work: Promise<unknown>): Promise<void>
}

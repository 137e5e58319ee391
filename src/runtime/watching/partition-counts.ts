import type { EventPlace, RuntimeEvents } from '../events.ts'

/** What one VP, or all that share the series `other`, has done. */
export interface VirtualPartitionCounts {
  jobs: number
  messages: number
  busyMs: number
}

/** Why a partition waits. */
export type PauseReason = RuntimeEvents['partition.paused']['reason']

/** What is counted about one assigned partition; it goes when the partition does. */
export class PartitionCounts {
  readonly place: EventPlace
  /** The next offset to read. */
  position: number
  /** null before the first batch. */
  end: number | null = null
  /** The last committed offset; null before the first commit of this ownership. */
  committed: number | null = null
  polled = 0
  dropped = 0
  excluded = 0
  batches = 0
  collapsedBatches = 0
  consumed = 0
  /** Messages of the jobs that run now. */
  inFlight = 0
  jobsOk = 0
  jobsFailed = 0
  retries = 0
  commits = 0
  deadLetters = 0
  skipped = 0
  paused = false
  collapsed = false
  readonly pauses = new Map<PauseReason, number>()
  readonly collapses = new Map<'failure' | 'user', number>()
  /** Those with a series of their own, by number. */
  readonly virtualPartitions = new Map<number, VirtualPartitionCounts>()
  /** All others together; null while there is none. */
  others: VirtualPartitionCounts | null = null

  constructor(place: EventPlace, position: number) {
    this.place = place
    this.position = position
  }

  /** Messages that were not read yet; null while the end is unknown. */
  get lag(): number | null {
    return this.end === null ? null : Math.max(0, this.end - this.position)
  }

  /** Messages that were not committed yet; null while one of both ends is unknown. */
  get committedLag(): number | null {
    if (this.end === null || this.committed === null) return null
    return Math.max(0, this.end - this.committed)
  }
}

/** Adds one to what is counted under a key. */
export function countUp<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

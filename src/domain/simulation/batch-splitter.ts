import { NO_SLOT } from '../keys/lane-sums.ts'
import { balancedSlots } from '../virtual/balanced.ts'
import type { BatchTally } from './batch-use.ts'
import { FAILED_KEY } from './key-stream.ts'
import type { SlotColumn } from './slot-column.ts'

/** What is summed per segment of a batch. */
const SEGMENT_FIELDS = 3
const MESSAGES = 0
const BUSY = 1
const FULLEST = 2

export type Distribution = 'consistent' | 'balanced'

/**
 * Splits one fetched batch of a partition: first each segment keeps its own messages, then what is
 * left is split over virtual partitions (P5). Worker = segment x VPs + VP.
 */
export class BatchSplitter {
  readonly segments: number
  readonly virtualPartitions: number
  private readonly segment: SlotColumn | undefined
  private readonly virtual: SlotColumn | undefined
  private readonly distribution: Distribution
  /** Worker of each message of the batch; grows with the longest batch. */
  private workers = new Int32Array(256)
  /** Messages of the batch per worker, and what each segment has; zero between batches. */
  private readonly perWorker: Int32Array
  private readonly perSegment: Int32Array
  private readonly failed: Uint8Array

  constructor(
    segment: SlotColumn | undefined,
    virtual: SlotColumn | undefined,
    distribution: Distribution,
  ) {
    this.segment = segment
    this.virtual = virtual
    this.distribution = distribution
    this.segments = segment?.lane.count ?? 1
    this.virtualPartitions = virtual?.lane.count ?? 1
    this.perWorker = new Int32Array(this.segments * this.virtualPartitions)
    this.perSegment = new Int32Array(this.segments * SEGMENT_FIELDS)
    this.failed = new Uint8Array(this.segments)
  }

  /** Adds the batch `keys[0..count)` to the loads of the workers and, per segment, to the tally. */
  split(keys: Int32Array, count: number, loads: Float64Array, tally: BatchTally): void {
    if (this.workers.length < count) this.workers = new Int32Array(keys.length)
    if (this.virtual !== undefined && this.distribution === 'balanced') {
      this.assignBalanced(keys, count)
    } else {
      this.assignConsistent(keys, count)
    }
    this.tally(count, loads, tally)
  }

  /** The segment that keeps a message; one that could not be placed goes to segment 0 (P4). */
  private segmentOf(key: number): number {
    const slot = this.segment?.slots[key] ?? 0
    return slot === NO_SLOT ? 0 : slot
  }

  private assignConsistent(keys: Int32Array, count: number): void {
    const { workers, virtualPartitions } = this
    const slots = this.virtual?.slots
    let anyFailed = false
    for (let i = 0; i < count; i++) {
      const key = keys[i]!
      const segment = this.segmentOf(key)
      let slot = slots === undefined ? 0 : slots[key]!
      if (slot === NO_SLOT) {
        this.failed[segment] = 1
        anyFailed = true
        slot = 0
      }
      workers[i] = segment * virtualPartitions + slot
    }
    if (anyFailed) this.collapseFailed(count)
  }

  private assignBalanced(keys: Int32Array, count: number): void {
    const { workers, virtualPartitions } = this
    let anyFailed = false
    // A Map keeps the order of insertion, which is that of the first offsets.
    const groupsOf = Array.from({ length: this.segments }, () => new Map<number, number>())
    for (let i = 0; i < count; i++) {
      const key = keys[i]!
      const segment = this.segmentOf(key)
      const groups = groupsOf[segment]!
      groups.set(key, (groups.get(key) ?? 0) + 1)
      if (key === FAILED_KEY) {
        this.failed[segment] = 1
        anyFailed = true
      }
    }
    const workerOf = new Map<number, number>()
    for (const [segment, groups] of groupsOf.entries()) {
      const slots = balancedSlots([...groups.values()], virtualPartitions)
      let at = 0
      for (const key of groups.keys()) {
        workerOf.set(key, segment * virtualPartitions + slots[at++]!)
      }
    }
    for (let i = 0; i < count; i++) workers[i] = workerOf.get(keys[i]!)!
    if (anyFailed) this.collapseFailed(count)
  }

  /** One message that could not be placed puts its whole batch into VP 0 (V2). */
  private collapseFailed(count: number): void {
    const { workers, virtualPartitions, failed } = this
    for (let i = 0; i < count; i++) {
      const segment = Math.floor(workers[i]! / virtualPartitions)
      if (failed[segment] === 1) workers[i] = segment * virtualPartitions
    }
    failed.fill(0)
  }

  private tally(count: number, loads: Float64Array, tally: BatchTally): void {
    const { workers, perWorker, perSegment, virtualPartitions } = this
    for (let i = 0; i < count; i++) {
      const worker = workers[i]!
      const load = ++perWorker[worker]!
      const at = Math.floor(worker / virtualPartitions) * SEGMENT_FIELDS
      perSegment[at + MESSAGES]!++
      if (load === 1) perSegment[at + BUSY]!++
      if (load > perSegment[at + FULLEST]!) perSegment[at + FULLEST] = load
    }
    for (let at = 0; at < perSegment.length; at += SEGMENT_FIELDS) {
      tally.record(perSegment[at + MESSAGES]!, perSegment[at + BUSY]!, perSegment[at + FULLEST]!)
    }
    perSegment.fill(0)
    // Only what the batch touched is moved and emptied: there may be far more workers than messages.
    for (let i = 0; i < count; i++) {
      const worker = workers[i]!
      loads[worker]! += perWorker[worker]!
      perWorker[worker] = 0
    }
  }
}

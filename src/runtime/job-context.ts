import type { NewMessage } from '../domain/model/cluster.ts'
import type { Message } from '../domain/model/message.ts'
import type { Job } from '../domain/virtual/coordination.ts'
import { checkMark, pauseMsOf, placeOf } from './asked-for.ts'
import { HeldMessage } from './held-message.ts'
import type { JobContext } from './instance.ts'
import { type SharedOwnership, watch } from './ownership.ts'

/** What the partition of a job offers to it. */
export interface JobPartition {
  readonly topic: string
  readonly partition: number
  readonly group: string
  readonly segmentId: number | null
  readonly segmentOrigin: string
  readonly marksEach: boolean
  readonly isLeaving: boolean
  readonly ownership: SharedOwnership
  readonly revokedSignal: AbortSignal
  /** @returns false when the partition is not ours any more */
  mark(job: Job<HeldMessage>, place: number, metadata: string | undefined): boolean
  commitNow(): Promise<boolean>
  collapseUntil(place: number): void
  pause(job: Job<HeldMessage>, place: number, ms: number): void
  seek(job: Job<HeldMessage>, place: number): void
  synchronize<T>(run: () => T | Promise<T>): Promise<T>
  produce(topic: string, message: NewMessage): Promise<void>
}

/** A job as its consumer sees it. */
export class PartitionJobContext implements JobContext {
  readonly virtualPartition: number
  readonly collapsed: boolean
  readonly attempt: number
  /** The message that an error is about; null: not known (D3). */
  failed: number | null = null
  /** Messages were left undone, because the partition is given up. */
  isCut = false
  /** The highest offset of this job that was marked. */
  private marked = -1
  private readonly at: JobPartition
  private readonly job: Job<HeldMessage>

  constructor(at: JobPartition, job: Job<HeldMessage>) {
    this.at = at
    this.job = job
    this.virtualPartition = job.virtualPartition
    this.collapsed = job.collapsed
    this.attempt = job.attempt
  }

  get topic(): string {
    return this.at.topic
  }
  get partition(): number {
    return this.at.partition
  }
  get group(): string {
    return this.at.group
  }
  get segmentId(): number | null {
    return this.at.segmentId
  }
  get segmentOrigin(): string {
    return this.at.segmentOrigin
  }
  get retrying(): boolean {
    return this.attempt > 1
  }
  get marksEach(): boolean {
    return this.at.marksEach
  }
  get isLeaving(): boolean {
    return this.at.isLeaving
  }
  get revokedSignal(): AbortSignal {
    watch(this.at.ownership)
    return this.at.revokedSignal
  }
  get revocation(): AbortSignal {
    return this.at.revokedSignal
  }

  get ownership(): SharedOwnership {
    return this.at.ownership
  }

  /** How many messages are done, once the job has ended well or was cut short. */
  get done(): number {
    const { messages, offsets } = this.job
    return this.isCut ? offsets.filter((offset) => offset <= this.marked).length : messages.length
  }

  markAt(offset: number, metadata?: string): boolean {
    return this.mark(this.job, offset, metadata)
  }

  commitNow(): Promise<boolean> {
    return this.at.commitNow()
  }

  markAsConsumed(message: Message, metadata?: string): boolean {
    checkMark(this.at, message, metadata)
    // A consumer may mark late, when its context is another job's.
    const job = (message instanceof HeldMessage && message.job) || this.job
    return this.mark(job, placeOfMessage(message), metadata)
  }

  async markAsConsumedNow(message: Message, metadata?: string): Promise<boolean> {
    return this.markAsConsumed(message, metadata) && this.at.commitNow()
  }

  collapseUntil(offset: bigint | number): void {
    this.at.collapseUntil(placeOf(offset))
  }

  pause(offset: bigint | number, ms: number): void {
    this.at.pause(this.job, placeOf(offset), pauseMsOf(ms))
  }

  seek(offset: bigint | number): void {
    this.at.seek(this.job, placeOf(offset))
  }

  synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    return this.at.synchronize(run)
  }

  produce(topic: string, message: NewMessage): Promise<void> {
    return this.at.produce(topic, message)
  }

  cutShort(): void {
    this.isCut = true
  }

  failedAtOffset(offset: number): void {
    this.failed = offset
  }

  private mark(job: Job<HeldMessage>, place: number, metadata: string | undefined): boolean {
    const isMarked = this.at.mark(job, place, metadata)
    if (isMarked && job === this.job && place > this.marked) this.marked = place
    return isMarked
  }
}

function placeOfMessage(message: Message): number {
  return message instanceof HeldMessage ? message.place : placeOf(message.offset ?? Number.NaN)
}

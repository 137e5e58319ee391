import type { NewMessage } from '../../domain/model/cluster.ts'
import type { Message } from '../../domain/model/message.ts'
import { checkMark, pauseMsOf, placeOf } from '../asked-for.ts'
import type { JobContext } from '../instance.ts'
import { isLeaving, isOwned, type SharedOwnership, watch } from '../ownership.ts'
import { inTurn, refuseInside } from '../turns.ts'
import type { Order, SentContext, Wish } from './thread-protocol.ts'

/** How a job in a thread speaks to its partition. */
export interface ThreadLine {
  order(order: Order): void
  ask(wish: Wish): Promise<unknown>
}

/** A job as its consumer sees it in a thread: what needs no answer goes its way unawaited. */
export class ThreadJobContext implements JobContext {
  readonly topic: string
  readonly partition: number
  readonly virtualPartition: number
  readonly segmentId: number | null
  readonly segmentOrigin: string
  readonly group: string
  readonly collapsed: boolean
  readonly attempt: number
  readonly marksEach: boolean
  failed: number | null = null
  isCut = false
  readonly ownership: SharedOwnership
  readonly revocation: AbortSignal
  private readonly line: ThreadLine

  constructor(
    sent: SentContext,
    ownership: SharedOwnership,
    signal: AbortSignal,
    line: ThreadLine,
  ) {
    this.topic = sent.topic
    this.partition = sent.partition
    this.virtualPartition = sent.virtualPartition
    this.segmentId = sent.segmentId
    this.segmentOrigin = sent.segmentOrigin
    this.group = sent.group
    this.collapsed = sent.collapsed
    this.attempt = sent.attempt
    this.marksEach = sent.marksEach
    this.revocation = signal
    this.ownership = ownership
    this.line = line
  }

  get retrying(): boolean {
    return this.attempt > 1
  }

  get isLeaving(): boolean {
    return isLeaving(this.ownership)
  }

  get revokedSignal(): AbortSignal {
    watch(this.ownership)
    return this.revocation
  }

  markAt(offset: number, metadata?: string): boolean {
    if (!isOwned(this.ownership)) return false
    this.line.order({ type: 'mark', offset, metadata })
    return true
  }

  markAsConsumed(message: Message, metadata?: string): boolean {
    checkMark(this, message, metadata)
    return this.markAt(placeOf(message.offset ?? Number.NaN), metadata)
  }

  /** Asked for with the mark itself, from here. */
  commitNow(): Promise<boolean> {
    return Promise.resolve(false)
  }

  async markAsConsumedNow(message: Message, metadata?: string): Promise<boolean> {
    checkMark(this, message, metadata)
    const offset = placeOf(message.offset ?? Number.NaN)
    return (await this.line.ask({ type: 'mark-now', offset, metadata })) === true
  }

  collapseUntil(offset: bigint | number): void {
    this.line.order({ type: 'collapse', until: placeOf(offset) })
  }

  pause(offset: bigint | number, ms: number): void {
    this.line.order({ type: 'pause', offset: placeOf(offset), ms: pauseMsOf(ms) })
  }

  seek(offset: bigint | number): void {
    this.line.order({ type: 'seek', offset: placeOf(offset) })
  }

  async synchronize<T>(run: () => T | Promise<T>): Promise<T> {
    const mutex = `${this.topic}#${this.partition}`
    refuseInside(mutex)
    await this.line.ask({ type: 'enter' })
    try {
      return await inTurn(mutex, run)
    } finally {
      await this.line.ask({ type: 'leave' })
    }
  }

  async produce(topic: string, message: NewMessage): Promise<void> {
    await this.line.ask({ type: 'produce', topic, message })
  }

  cutShort(): void {
    this.isCut = true
  }

  failedAtOffset(offset: number): void {
    this.failed = offset
  }
}

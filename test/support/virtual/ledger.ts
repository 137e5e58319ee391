import type {
  CoordinationOptions,
  Effect,
  Input,
  Job,
  Outcome,
} from '../../../src/domain/virtual/coordination.ts'
import type { CoordinatorState } from '../../../src/domain/virtual/coordinator.ts'
import type { LogMessage } from './world.ts'

/** Keeps books beside the coordinator, knows the rules only, and says where one was broken. */
export class Ledger {
  /** The position that was stored last. */
  stored = 0
  private readonly log: readonly LogMessage[]
  private readonly options: CoordinationOptions
  /** Done in any ownership: processed, given up, filtered, or left out at the user's wish. */
  private readonly done = new Set<number>()
  /** Of this ownership: marked by the user or by a dispatch (I5). */
  private readonly marks = new Set<number>()
  /** Of this ownership and since the last seek: what was fetched. */
  private readonly delivered = new Set<number>()
  /** How many messages of a job were marked by it. */
  private readonly walked = new Map<Job<LogMessage>, number>()
  private running: Job<LogMessage>[] = []
  private readonly lastOfSlot = new Map<number, number>()
  private readonly lastOfKey = new Map<number, number>()
  private batch: { first: number; last: number } | null = null
  private collapseUntil = -1
  private handedOut = -1
  private hasFailed = false
  private pauseAt: number | null = null
  private seekTo: number | null = null
  private letter: number | null = null

  constructor(log: readonly LogMessage[], options: CoordinationOptions) {
    this.log = log
    this.options = options
  }

  broken(what: string): never {
    throw new Error(what)
  }

  assigned(position: number): void {
    this.stored = position
    this.running = []
    this.marks.clear()
    this.delivered.clear()
    this.collapseUntil = -1
    this.handedOut = -1
    this.batch = null
    this.letter = null
    for (const { offset } of this.log) if (offset >= position) this.done.delete(offset)
    this.settle()
  }

  polled({ messages }: Extract<Input<LogMessage>, { type: 'polled' }>): void {
    for (const { offset, isDropped } of messages) {
      this.delivered.add(offset)
      if (isDropped) this.done.add(offset)
    }
    const first = messages[0]?.offset
    if (first !== undefined) this.batch = { first, last: messages[messages.length - 1]!.offset }
  }

  /** By the job that had it; what was not delivered since the last seek is not known. */
  marked(job: Job<LogMessage>, offset: number): void {
    if (!this.delivered.has(offset) || offset < this.stored) return
    const from = this.walked.get(job) ?? 0
    for (const [place, each] of job.offsets.entries()) {
      if (each > offset || place < from) continue
      this.walked.set(job, place + 1)
      if (!this.delivered.has(each)) continue
      this.marks.add(each)
      this.done.add(each)
    }
  }

  ended(job: Job<LogMessage>, outcome: Outcome): void {
    this.running = this.running.filter((each) => each !== job)
    if (outcome.ok) for (const offset of job.offsets) this.done.add(offset)
    else this.hasFailed = true
  }

  pauseAsked(offset: number): void {
    this.pauseAt = Math.min(this.pauseAt ?? offset, offset)
  }

  seekAsked(offset: number): void {
    this.seekTo = Math.min(this.seekTo ?? offset, offset)
  }

  collapseAsked(until: number): void {
    this.collapseUntil = Math.max(this.collapseUntil, until)
  }

  dispatched(ok: boolean): void {
    if (ok && this.letter !== null) {
      this.done.add(this.letter)
      this.marks.add(this.letter)
    }
    this.letter = null
  }

  /** E5, V7 */
  bounded({ inFlight, lanes }: CoordinatorState<LogMessage>): void {
    const { overlap, maxInFlight, maxMessages } = this.options
    const most = overlap ? maxInFlight - 1 + maxMessages : maxMessages
    if (inFlight > most || inFlight < 0) this.broken(`V7: ${inFlight} in flight`)
    if (lanes.size > 16) this.broken(`E5: ${lanes.size} lanes`)
  }

  /** All orders of a step, before any is looked at. */
  told(effects: readonly Effect<LogMessage>[]): void {
    const types = new Set(effects.map(({ type }) => type))
    if (this.hasFailed && (types.has('pause') || types.has('dispatch'))) this.failedAt()
    else if (this.seekTo !== null && (types.has('pause') || types.has('fetch'))) {
      this.jumped(this.goesOnAt ?? 0)
    }
  }

  ordered(effect: Effect<LogMessage>): void {
    if (effect.type === 'run') this.ran(effect.job)
    if (effect.type === 'store') this.moved(effect.position)
    if (effect.type === 'dispatch') this.given(effect)
    if (effect.type === 'batch' && effect.handedOut > 0) this.accepted(effect.collapsed)
    if (effect.type === 'pause') this.wentOn(effect.reason, effect.offset)
    if (effect.type === 'fetch' && this.seekTo !== null) this.settle()
  }

  private accepted(collapsed: boolean): void {
    const isDue = this.options.isVirtual && this.batch!.first <= this.collapseUntil
    if (collapsed !== isDue) this.broken(`C1: batch at ${this.batch!.first}: ${collapsed}`)
  }

  private ran(job: Job<LogMessage>): void {
    const { virtualPartition, collapsed } = job
    if (this.letter !== null) this.broken('D5: a job while a dead letter is on its way')
    if (this.running.some((each) => each.virtualPartition === virtualPartition)) {
      this.broken(`I6: VP ${virtualPartition} runs twice`)
    }
    if (collapsed && this.running.length > 0) this.broken('C1: a collapsed job is not alone')
    if (this.running.some((each) => each.collapsed)) this.broken('C1: beside a collapsed job')
    if (collapsed && virtualPartition !== 0) this.broken('C1: collapsed is VP 0')
    if (this.hasFailed && this.options.overlap) this.broken('V7: handed out after a failure')
    for (const message of job.messages) {
      const { offset, slot, isDropped } = message
      if (this.marks.has(offset) || offset < this.stored) this.broken(`I5: ${offset} is marked`)
      if (isDropped) this.broken(`P2: ${offset} was filtered`)
      if (offset <= (this.lastOfSlot.get(virtualPartition) ?? -1)) this.broken(`I3: ${offset}`)
      if (offset <= (this.lastOfKey.get(slot) ?? -1)) this.broken(`I3: key of ${offset}`)
      this.lastOfSlot.set(virtualPartition, offset)
      this.lastOfKey.set(slot, offset)
      this.handedOut = Math.max(this.handedOut, offset)
    }
    // Of one key one job at a time, wherever its VP is.
    const slots = new Set(job.messages.map(({ slot }) => slot))
    for (const each of this.running) {
      if (each.messages.some(({ slot }) => slots.has(slot))) this.broken('I3: a key runs twice')
    }
    this.running.push(job)
  }

  private moved(position: number): void {
    if (position < this.stored && (this.seekTo === null || position !== this.goesOnAt)) {
      this.broken(`O5: the position went back from ${this.stored} to ${position}`)
    }
    if (position < this.stored) this.jumped(position)
    for (const { offset } of this.log) {
      if (offset >= position) break
      if (!this.done.has(offset)) this.broken(`I2: ${position} passes ${offset}`)
    }
    this.stored = position
  }

  /** A seek leaves out what is before it, and asks again for all behind it. */
  private jumped(position: number): void {
    for (const { offset } of this.log) {
      if (offset < position) this.done.add(offset)
      else {
        this.done.delete(offset)
        this.marks.delete(offset)
      }
    }
    this.delivered.clear()
    this.handedOut = position - 1
  }

  private given({ offset, message }: Extract<Effect<LogMessage>, { type: 'dispatch' }>): void {
    this.letter = offset
    if (message.offset !== offset) this.broken('D4: another message')
    if (this.marks.has(offset) || offset < this.stored) this.broken(`D3: ${offset} is marked`)
    if (this.running.length > 0) this.broken('E1: dispatched while jobs run')
    this.settle()
  }

  private wentOn(reason: string, offset: number): void {
    if (this.running.length > 0) this.broken('E1: paused while jobs run')
    if (reason !== 'user' && offset !== this.stored) this.broken(`E1: goes on at ${offset}`)
    if (reason === 'user') {
      const asked = this.goesOnAt
      if (offset !== asked) this.broken(`C3: ${offset} instead of ${asked}`)
      // What the user steps over is the user's own.
      for (const each of this.log) if (each.offset < offset) this.done.add(each.offset)
    }
    this.settle()
  }

  private failedAt(): void {
    const { isVirtual, overlap } = this.options
    const until = overlap ? this.handedOut : this.batch!.last
    if (isVirtual) this.collapseUntil = Math.max(this.collapseUntil, until)
    this.hasFailed = false
  }

  /** The lowest offset of all that was asked for. */
  private get goesOnAt(): number | null {
    if (this.seekTo === null || this.pauseAt === null) return this.seekTo ?? this.pauseAt
    return Math.min(this.seekTo, this.pauseAt)
  }

  /** What was left out or lost, of the whole log. */
  undone(): readonly number[] {
    return this.log.map(({ offset }) => offset).filter((offset) => !this.done.has(offset))
  }

  private settle(): void {
    this.hasFailed = false
    this.pauseAt = null
    this.seekTo = null
    this.lastOfSlot.clear()
    this.lastOfKey.clear()
  }
}

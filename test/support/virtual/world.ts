import { seededRandom } from '../../../src/domain/routing/seeded-random.ts'
import type {
  CoordinationOptions,
  Effect,
  Input,
  Job,
  Outcome,
} from '../../../src/domain/virtual/coordination.ts'
import { begin, type CoordinatorState, next } from '../../../src/domain/virtual/coordinator.ts'
import { Ledger } from './ledger.ts'

/** What may happen in a run; each is a chance per step or message. */
export interface Faults {
  readonly failure: number
  /** Messages that fail whenever they run. */
  readonly poison: number
  readonly mark: number
  readonly pause: number
  readonly seek: number
  readonly collapse: number
  readonly revocation: number
  readonly dispatchFailure: number
  /** Messages that a filter leaves out. */
  readonly dropped: number
  /** Batches whose partitioner fails (V2). */
  readonly splitFailure: number
}

export interface WorldOptions {
  readonly seed: number
  readonly messages: number
  readonly virtualPartitions: number
  readonly workers: number
  readonly steps: number
  readonly faults: Faults
  readonly coordination: CoordinationOptions
}

export interface LogMessage {
  readonly offset: number
  readonly slot: number
  readonly isPoison: boolean
  readonly isDropped: boolean
}

type Polled = Extract<Input<LogMessage>, { type: 'polled' }>

/** A log with gaps, workers and users, all by chance, around the coordinator of one partition. */
export class World {
  readonly log: LogMessage[] = []
  readonly ledger: Ledger
  state!: CoordinatorState<LogMessage>
  /** One past the last offset that can be read. */
  readonly end: number
  private readonly options: WorldOptions
  private readonly random: () => number
  private calm = false
  private fetching: { serial: number; from: number } | null = null
  private readonly ready = new Map<number, number>()
  private running: Job<LogMessage>[] = []
  private readonly old: { jobs: Job<LogMessage>[]; answers: Polled[] } = { jobs: [], answers: [] }
  private dispatching = false
  private paused = false
  private arrival = 0

  constructor(options: WorldOptions) {
    this.options = options
    this.random = seededRandom(options.seed)
    let offset = this.below(3)
    for (let i = 0; i < options.messages; i++) {
      this.log.push({
        offset,
        slot: this.below(options.virtualPartitions),
        isPoison: this.chance(options.faults.poison),
        isDropped: this.chance(options.faults.dropped),
      })
      offset += this.chance(0.7) ? 1 : 2 + this.below(3)
    }
    this.end = offset
    this.ledger = new Ledger(this.log, options.coordination)
    this.assign(0)
  }

  /** So many steps with all that may go wrong. */
  chaos(): void {
    for (let i = 0; i < this.options.steps; i++) this.step()
  }

  /** Chaos, then calm until nothing is left to do. @returns whether that came to an end */
  run(): boolean {
    this.chaos()
    this.calm = true
    for (let i = 0; i < 40 * this.log.length + 400; i++) if (!this.step()) return true
    return false
  }

  private assign(position: number): void {
    this.old.jobs.push(...this.running)
    this.running = []
    this.ready.clear()
    this.fetching = null
    this.dispatching = false
    this.paused = false
    this.ledger.assigned(position)
    const [state, effects] = begin<LogMessage>(this.options.coordination, position)
    this.state = state
    this.obey(effects)
  }

  private feed(input: Input<LogMessage>): readonly Effect<LogMessage>[] {
    const [state, effects] = next(this.state, input)
    this.state = state
    this.obey(effects)
    this.ledger.bounded(state)
    return effects
  }

  private obey(effects: readonly Effect<LogMessage>[]): void {
    this.ledger.told(effects)
    for (const effect of effects) {
      this.ledger.ordered(effect)
      switch (effect.type) {
        case 'fetch':
          this.fetching = effect
          break
        case 'stop-fetch':
          this.fetching = null
          break
        case 'split':
          this.feed(this.dealt(effect.messages))
          break
        case 'ready':
          this.ready.set(effect.virtualPartition, effect.arrival)
          break
        case 'run':
          this.running.push(effect.job)
          break
        case 'pause':
          this.paused = true
          break
        case 'dispatch':
          this.dispatching = true
      }
    }
  }

  private dealt(messages: readonly LogMessage[]): Input<LogMessage> {
    if (!this.chance(this.options.faults.splitFailure)) {
      return { type: 'split', slots: messages.map(({ slot }) => slot), isWhole: false }
    }
    return { type: 'split', slots: messages.map(() => 0), isWhole: true }
  }

  /** @returns false when nothing can happen any more */
  private step(): boolean {
    if (!this.calm) this.disturb()
    const moves: (() => void)[] = []
    if (this.fetching !== null && this.fetching.from < this.end) moves.push(() => this.answer())
    if (this.ready.size > 0 && this.running.length < this.options.workers) {
      moves.push(() => this.take())
    }
    if (this.running.length > 0)
      moves.push(
        () => this.finishOne(),
        () => this.finishOne(),
      )
    if (this.paused) moves.push(() => this.resume())
    if (this.dispatching) moves.push(() => this.dispatch())
    if (moves.length === 0) return false
    moves[this.below(moves.length)]!()
    return true
  }

  private answer(): void {
    const { serial, from } = this.fetching!
    const left = this.log.filter(({ offset }) => offset >= from)
    const messages = left.slice(0, this.below(this.options.coordination.maxMessages + 1))
    const following = left[messages.length]?.offset ?? this.end
    const last = messages[messages.length - 1]?.offset
    const least = last === undefined ? from : last + 1
    const isDropped = messages.some((message) => message.isDropped)
    const answer: Polled = {
      type: 'polled',
      serial,
      from,
      messages,
      offsets: messages.map(({ offset }) => offset),
      dropped: isDropped ? Uint8Array.from(messages, (each) => Number(each.isDropped)) : null,
      next: this.chance(0.5) ? following : least,
      arrival: this.arrival,
      step: 1,
    }
    if (answer.next === from) return
    this.arrival += messages.length
    this.fetching = null
    this.old.answers.push(answer)
    this.ledger.polled(answer)
    this.feed(answer)
  }

  private take(): void {
    const all = [...this.ready.keys()]
    const isReady = this.chance(0.9)
    const { virtualPartitions } = this.options
    const virtualPartition = isReady ? all[this.below(all.length)]! : this.below(virtualPartitions)
    this.ready.delete(virtualPartition)
    this.feed({ type: 'take', virtualPartition })
  }

  private finishOne(): void {
    const [job] = this.running.splice(this.below(this.running.length), 1)
    const outcome = this.outcomeOf(job!)
    if (outcome.ok && this.options.coordination.manualOffsets) {
      if (this.calm || this.chance(0.7)) this.mark(job!, job!.offsets[job!.offsets.length - 1]!)
    }
    this.ledger.ended(job!, outcome)
    this.feed({ type: 'ended', job: job!, outcome })
    this.old.jobs.push(job!)
  }

  private outcomeOf(job: Job<LogMessage>): Outcome {
    const { faults, coordination } = this.options
    const poison = job.messages.find((message) => message.isPoison)
    const isDeadly = poison !== undefined && (!this.calm || coordination.deadLetters !== null)
    if (isDeadly) {
      return { ok: false, error: 'poison', offset: this.chance(0.7) ? poison.offset : null }
    }
    if (this.calm || !this.chance(faults.failure)) return { ok: true }
    const named = job.offsets[this.below(job.offsets.length)]!
    return { ok: false, error: 'chance', offset: this.chance(0.5) ? named : null }
  }

  private resume(): void {
    this.paused = false
    this.feed({ type: 'resumed' })
  }

  private dispatch(): void {
    const ok = this.calm || !this.chance(this.options.faults.dispatchFailure)
    this.dispatching = false
    this.ledger.dispatched(ok)
    this.feed({ type: 'dispatched', ok })
  }

  private disturb(): void {
    const { faults } = this.options
    const job = this.running[this.below(this.running.length)]
    if (job !== undefined) {
      const offset = job.offsets[this.below(job.offsets.length)]!
      if (this.chance(faults.mark)) this.mark(job, offset)
      if (this.chance(faults.pause)) {
        const at = this.chance(0.9) ? offset : offset + this.below(4)
        this.ledger.pauseAsked(at)
        this.feed({ type: 'pause', job, offset: at, ms: 1 })
      }
      if (this.chance(faults.seek)) {
        const at = Math.max(0, offset + this.below(9) - 6)
        this.ledger.seekAsked(at)
        this.feed({ type: 'seek', job, offset: at })
      }
      if (this.chance(faults.collapse)) this.collapse(offset + this.below(8))
    }
    if (this.chance(faults.revocation)) this.revoke()
    this.speakLate()
  }

  private mark(job: Job<LogMessage>, offset: number): void {
    const metadata = this.chance(0.3) ? `at ${offset}` : undefined
    this.ledger.marked(job, offset)
    this.feed({ type: 'mark', job, offset, ...(metadata === undefined ? {} : { metadata }) })
  }

  private collapse(until: number): void {
    this.ledger.collapseAsked(until)
    this.feed({ type: 'collapse', until })
  }

  private revoke(): void {
    const { stored } = this.ledger
    this.feed({ type: 'revoked' })
    for (const job of this.running) {
      this.refused({ type: 'mark', job, offset: job.offsets[0]! })
      this.refused({ type: 'ended', job, outcome: { ok: true } })
    }
    this.assign(stored)
  }

  /** What comes from a job or a fetch of long ago. */
  private speakLate(): void {
    const answer = this.old.answers[this.below(this.old.answers.length)]
    if (answer !== undefined && answer.serial !== this.state.serial) this.refused(answer)
    const job = this.old.jobs[this.below(this.old.jobs.length)]
    if (job === undefined) return
    if (this.chance(this.options.faults.mark)) this.mark(job, job.offsets[job.offsets.length >> 1]!)
    this.refused({ type: 'ended', job, outcome: { ok: false, error: 'late', offset: null } })
    this.refused({ type: 'pause', job, offset: job.offsets[0]!, ms: 1 })
    this.refused({ type: 'seek', job, offset: job.offsets[0]! })
  }

  private refused(input: Input<LogMessage>): void {
    const effects = this.feed(input)
    if (effects.length > 0) this.ledger.broken(`L4: a late ${input.type} gave ${effects[0]!.type}`)
  }

  private chance(share: number): boolean {
    return this.random() < share
  }

  private below(count: number): number {
    return Math.floor(this.random() * count)
  }
}

import { seededRandom } from '../../routing/seeded-random.ts'
import { Arrivals, type PartitionArrivals } from '../../virtual/arrivals.ts'
import type { BackOff } from '../../virtual/back-off.ts'
import {
  type CoordinationOptions,
  type Effect,
  type Input,
  type Job,
  type Outcome,
  runAheadOf,
} from '../../virtual/coordination.ts'
import { begin, type CoordinatorState, next } from '../../virtual/coordinator.ts'
import { ReadyQueue } from '../../virtual/ready-queue.ts'
import { EventQueue } from './event-queue.ts'
import type { KeySplitter } from './key-splitter.ts'
import { type PartitionQueue, pollOf } from './partition-queue.ts'

/** How one process works on its partitions. */
export interface DrainOptions {
  readonly maxMessages: number
  /** Workers, over all partitions. */
  readonly concurrency: number
  /** What a message takes, in whole microseconds. */
  readonly ioMicros: number
  /** null: no VPs, one job of a partition at a time. */
  readonly split: KeySplitter | null
  readonly overlap: boolean
  readonly failRate: number
  readonly seed: number
}

/** What it came to; times are in microseconds of the virtual clock. */
export interface DrainFigures {
  /** When the last job ended. */
  micros: number
  /** In jobs, added up over the workers. */
  busyMicros: number
  batches: number
  /** Attempts at a message that failed. */
  failed: number
  retries: number
  collapsedBatches: number
  collapsedMessages: number
  backOffMicros: number
  /** Of the partition with most of them: messages of the fullest VP of each batch, added up (V7). */
  fullestOfBatches: number
}

/** The runtime's defaults (E2, V7). */
const BACK_OFF: BackOff = { timeoutMs: 1000, maxTimeoutMs: 30_000, exponential: true }
const MAX_IN_FLIGHT = 10_000
const MICROS = 1000

interface Assignment {
  readonly queue: PartitionQueue
  state: CoordinatorState<number>
  fullestOfBatches: number
  readonly part: PartitionArrivals
}

type Told = readonly [to: Assignment, input: Input<number>]

/**
 * A process that drains its partitions under a virtual clock, by the runtime's own coordinator and
 * scheduler: a discrete event simulation whose events are ends of jobs and of pauses. A consumer takes
 * one message at a time and marks each; after the first that fails its job ends (E1). An attempt
 * fails by a coin, a first one like a later one; nothing is given up.
 */
export class Drain {
  readonly figures: DrainFigures = {
    micros: 0,
    busyMicros: 0,
    batches: 0,
    failed: 0,
    retries: 0,
    collapsedBatches: 0,
    collapsedMessages: 0,
    backOffMicros: 0,
    fullestOfBatches: 0,
  }
  private readonly options: DrainOptions
  private readonly ready = new ReadyQueue<Assignment>()
  private readonly events = new EventQueue<() => void>()
  private readonly random: () => number
  /** Inputs whose turn has not come: answering at once would nest as deep as the log is long. */
  private readonly told: Told[] = []
  private now = 0
  private free: number
  private readonly arrivals = new Arrivals()

  constructor(queues: readonly PartitionQueue[], options: DrainOptions) {
    this.options = options
    this.free = options.concurrency
    this.random = seededRandom(options.seed)
    const coordination = coordinationOf(options)
    // All take part before the first is fetched, so that their shares are right from the start.
    const begun = queues.map((queue) => {
      const [state, effects] = begin<number>(coordination, 0)
      const part = this.arrivals.open()
      return { effects, assignment: { queue, state, fullestOfBatches: 0, part } }
    })
    for (const { effects, assignment } of begun)
      for (const effect of effects) this.obey(assignment, effect)
    // Only now, so that the partitions' fetches take turns.
    this.settle()
    this.handOut()
  }

  /** Goes on for so many moments of the clock. @returns whether everything is done */
  run(moments: number): boolean {
    for (let left = moments; left > 0; left--) {
      const { time } = this.events
      if (time === Number.POSITIVE_INFINITY) return true
      this.now = time
      // What happens at one moment is known before any worker takes new work.
      while (this.events.time === time) {
        this.events.take()!()
        this.settle()
      }
      this.handOut()
    }
    return this.events.time === Number.POSITIVE_INFINITY
  }

  /** V8 */
  private handOut(): void {
    while (this.free > 0) {
      const ready = this.ready.take()
      if (ready === undefined) return
      const { partition, virtualPartition, arrival } = ready
      this.arrivals.reached(arrival)
      this.told.push([partition, { type: 'take', virtualPartition }])
      this.settle()
    }
  }

  private settle(): void {
    const { told } = this
    for (let at = 0; at < told.length; at++) {
      const [assignment, input] = told[at]!
      const [state, effects] = next(assignment.state, input)
      assignment.state = state
      for (const effect of effects) this.obey(assignment, effect)
    }
    told.length = 0
  }

  private obey(assignment: Assignment, effect: Effect<number>): void {
    const { figures, told } = this
    switch (effect.type) {
      case 'fetch':
        this.poll(assignment, effect.serial, effect.from)
        return
      case 'split': {
        const slots = this.split(assignment, effect.messages)
        told.push([assignment, { type: 'split', slots, isWhole: false }])
        return
      }
      case 'ready':
        this.ready.add({ ...effect, partition: assignment })
        return
      case 'run':
        this.start(assignment, effect.job)
        return
      case 'pause':
        figures.retries++
        figures.backOffMicros += effect.ms * MICROS
        this.events.add(this.now + effect.ms * MICROS, () => {
          told.push([assignment, { type: 'resumed' }])
        })
        return
      case 'batch':
        if (effect.handedOut > 0) figures.batches++
        if (effect.handedOut > 0 && effect.collapsed) figures.collapsedBatches++
        return
    }
  }

  /** A fetch is answered at once; at the end of the log it never is. */
  private poll(assignment: Assignment, serial: number, from: number): void {
    const poll = pollOf(assignment.queue, from, this.options.maxMessages)
    if (poll === null) return
    const { queue, part } = assignment
    const fetched = { from, next: poll.next, end: queue.end, messages: poll.messages.length }
    const arrival = this.arrivals.take(part, fetched)
    this.told.push([assignment, { type: 'polled', serial, from, ...poll, ...arrival }])
  }

  private split(assignment: Assignment, keys: readonly number[]): readonly number[] {
    const slots = this.options.split!(keys)
    const loads = new Map<number, number>()
    let fullest = 0
    for (const slot of slots) {
      const load = (loads.get(slot) ?? 0) + 1
      loads.set(slot, load)
      if (load > fullest) fullest = load
    }
    assignment.fullestOfBatches += fullest
    const { figures } = this
    figures.fullestOfBatches = Math.max(figures.fullestOfBatches, assignment.fullestOfBatches)
    return slots
  }

  private start(assignment: Assignment, job: Job<number>): void {
    const { figures, options, told } = this
    const failing = this.failingOf(job)
    const attempts = failing < 0 ? job.messages.length : failing + 1
    const micros = attempts * options.ioMicros
    this.free--
    figures.busyMicros += micros
    if (failing >= 0) figures.failed++
    if (job.collapsed) figures.collapsedMessages += attempts
    const outcome: Outcome =
      failing < 0 ? { ok: true } : { ok: false, error: null, offset: job.offsets[failing]! }
    const done = attempts - (failing < 0 ? 0 : 1)
    this.events.add(this.now + micros, () => {
      this.free++
      figures.micros = this.now
      // Without failures nobody ever looks at single marks.
      if (options.failRate > 0 && done > 0) {
        told.push([assignment, { type: 'mark', job, offset: job.offsets[done - 1]! }])
      }
      told.push([assignment, { type: 'ended', job, outcome }])
    })
  }

  /** The first message of the job whose attempt fails; -1: none. */
  private failingOf({ messages }: Job<number>): number {
    const { failRate } = this.options
    if (failRate === 0) return -1
    for (let i = 0; i < messages.length; i++) if (this.random() < failRate) return i
    return -1
  }
}

function coordinationOf({
  split,
  overlap,
  maxMessages,
  concurrency,
}: DrainOptions): CoordinationOptions {
  return {
    isVirtual: split !== null,
    overlap,
    maxInFlight: MAX_IN_FLIGHT,
    maxMessages,
    runAhead: runAheadOf(maxMessages, concurrency),
    manualOffsets: false,
    metadataStrategy: 'exact',
    backOff: BACK_OFF,
    deadLetters: null,
  }
}

import { expect } from 'vitest'
import type {
  CoordinationOptions,
  Effect,
  Input,
  Job,
} from '../../../src/domain/virtual/coordination.ts'
import { begin, type CoordinatorState, next } from '../../../src/domain/virtual/coordinator.ts'

/** A message is known by its offset: `m7`. */
export type Text = `m${number}`

/** Something that happens to the partition. */
export type Fact = (partition: Partition) => readonly Effect<Text>[]

const OPTIONS: CoordinationOptions = {
  isVirtual: true,
  overlap: false,
  maxInFlight: 1000,
  runAhead: 1000,
  maxMessages: 100,
  manualOffsets: false,
  metadataStrategy: 'exact',
  backOff: { timeoutMs: 1000, maxTimeoutMs: 30_000, exponential: true },
  deadLetters: null,
}

/** Dead letters after that many retries. */
export const letters = (maxRetries: number, more: { independent?: boolean; mark?: boolean } = {}) =>
  ({
    deadLetters: {
      maxRetries,
      independent: more.independent ?? false,
      markAfterDispatch: more.mark ?? true,
    },
  }) satisfies Partial<CoordinationOptions>

/** One assigned partition with what a runtime would remember of it. */
export class Partition {
  readonly jobs = new Map<number, Job<Text>>()
  readonly ready: number[] = []
  state: CoordinatorState<Text>
  serial = 1
  from: number
  arrival = 0

  constructor(options: Partial<CoordinationOptions>, position: number) {
    this.state = begin<Text>({ ...OPTIONS, ...options }, position)[0]
    this.from = position
  }

  feed(input: Input<Text>): readonly Effect<Text>[] {
    const [state, effects] = next(this.state, input)
    this.state = state
    for (const effect of effects) {
      if (effect.type === 'ready') this.ready.push(effect.virtualPartition)
      if (effect.type === 'run') this.jobs.set(effect.job.virtualPartition, effect.job)
      if (effect.type === 'fetch') {
        this.serial = effect.serial
        this.from = effect.from
      }
    }
    return effects
  }

  job(virtualPartition: number): Job<Text> {
    const job = this.jobs.get(virtualPartition)
    if (job === undefined) throw new Error(`no job of VP ${virtualPartition} was ever run`)
    return job
  }
}

export interface PolledExtra {
  /** The VP of each message that is dealt; VP 0 for all when left out. */
  readonly slots?: readonly number[]
  /** The partitioner fails (V2). */
  readonly isWhole?: boolean
  readonly next?: number
  readonly dropped?: readonly number[]
  readonly serial?: number
}

/** The fetch is answered, and where that is asked for the partitioner is run. */
export function polled(offsets: readonly number[], extra: PolledExtra = {}): Fact {
  return (partition) => {
    const last = offsets[offsets.length - 1]
    const effects = partition.feed({
      type: 'polled',
      serial: extra.serial ?? partition.serial,
      from: partition.from,
      messages: offsets.map((offset): Text => `m${offset}`),
      offsets,
      dropped: extra.dropped ? Uint8Array.from(extra.dropped) : null,
      next: extra.next ?? (last === undefined ? partition.from : last + 1),
      arrival: partition.arrival,
      step: 1,
    })
    partition.arrival += offsets.length
    return dealt(partition, effects, offsets, extra)
  }
}

function dealt(
  partition: Partition,
  effects: readonly Effect<Text>[],
  offsets: readonly number[],
  { slots, isWhole = false }: PolledExtra,
): readonly Effect<Text>[] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'split') return [effect]
    const places = effect.messages.map((each) => offsets.indexOf(Number(each.slice(1))))
    const answer = places.map((place) => slots?.[place] ?? 0)
    return partition.feed({ type: 'split', slots: answer, isWhole })
  })
}

/** Workers take these VPs, in that order. */
export const taken =
  (...virtualPartitions: readonly number[]): Fact =>
  (partition) =>
    virtualPartitions.flatMap((virtualPartition) =>
      partition.feed({ type: 'take', virtualPartition }),
    )

/** Batch of those offsets, dealt over those VPs, all of which run. */
export function running(offsets: readonly number[], slots: readonly number[]): Fact {
  return (partition) => [
    ...polled(offsets, { slots })(partition),
    ...taken(...new Set(slots))(partition),
  ]
}

export const ended =
  (virtualPartition: number): Fact =>
  (partition) =>
    partition.feed({
      type: 'ended',
      job: partition.job(virtualPartition),
      outcome: { ok: true },
    })

/** @param offset the message that the error names */
export const failed =
  (virtualPartition: number, offset: number | null = null, error: unknown = 'boom'): Fact =>
  (partition) =>
    partition.feed({
      type: 'ended',
      job: partition.job(virtualPartition),
      outcome: { ok: false, error, offset },
    })

/** By the job that has the message now, or had it last; by another one where that is given. */
export const marked =
  (offset: number, metadata?: string, by?: (partition: Partition) => Job<Text>): Fact =>
  (partition) => {
    const had = [...partition.jobs.values()].find(hasOffset(offset))
    const job = by?.(partition) ?? had ?? partition.job(0)
    const more = metadata === undefined ? {} : { metadata }
    return partition.feed({ type: 'mark', job, offset, ...more })
  }

const hasOffset = (offset: number) => (job: Job<Text>) => job.offsets.includes(offset)

export const collapseAsked =
  (until: number): Fact =>
  (partition) =>
    partition.feed({ type: 'collapse', until })

export const pauseAsked =
  (virtualPartition: number, offset: number, ms: number): Fact =>
  (partition) =>
    partition.feed({ type: 'pause', job: partition.job(virtualPartition), offset, ms })

export const seekAsked =
  (virtualPartition: number, offset: number): Fact =>
  (partition) =>
    partition.feed({ type: 'seek', job: partition.job(virtualPartition), offset })

export const resumed: Fact = (partition) => partition.feed({ type: 'resumed' })
export const dispatched: Fact = (partition) => partition.feed({ type: 'dispatched', ok: true })
export const notDispatched: Fact = (partition) => partition.feed({ type: 'dispatched', ok: false })
export const revoked: Fact = (partition) => partition.feed({ type: 'revoked' })

/** Orders as they are compared: short lines. */
export const fetch = (from: number) => `fetch ${from}`
export const stopFetch = 'stop-fetch'
export const ready = (virtualPartition: number, arrival: number) =>
  `ready vp${virtualPartition} since ${arrival}`
export const run = (virtualPartition: number, offsets: readonly number[], attempt = 1) =>
  `run vp${virtualPartition} [${offsets}] attempt ${attempt}`
export const runCollapsed = (offsets: readonly number[], attempt = 1) =>
  `run vp0 [${offsets}] collapsed attempt ${attempt}`
export const store = (position: number, metadata = '') => `store ${position} "${metadata}"`
export const paused = (
  reason: 'failure' | 'user' | 'dead-letter',
  offset: number,
  ms: number,
  attempt = 0,
) => `pause ${reason} at ${offset} for ${ms} ms, attempt ${attempt}`
export const dispatch = (offset: number, attempts: number, position: number, error = 'boom') =>
  `dispatch m${offset} after ${attempts}: ${error}; position ${position}`
export const collapsed = (until: number, reason: 'failure' | 'user') =>
  `collapsed until ${until} by ${reason}`
export const batch = (handedOut: number, excluded = 0, mode: 'split' | 'collapsed' = 'split') =>
  `batch ${handedOut}, excluded ${excluded}, ${mode}`

function lineOf(effect: Effect<Text>): string {
  switch (effect.type) {
    case 'fetch':
      return fetch(effect.from)
    case 'stop-fetch':
      return stopFetch
    case 'split':
      return `split ${effect.messages}`
    case 'ready':
      return ready(effect.virtualPartition, effect.arrival)
    case 'run': {
      const { virtualPartition, offsets, attempt, messages } = effect.job
      expect(messages).toEqual(offsets.map((offset) => `m${offset}`))
      if (!effect.job.collapsed) return run(virtualPartition, offsets, attempt)
      expect(virtualPartition).toBe(0)
      return runCollapsed(offsets, attempt)
    }
    case 'store':
      return store(effect.position, effect.metadata)
    case 'pause':
      return paused(effect.reason, effect.offset, effect.ms, effect.attempt)
    case 'dispatch':
      expect(effect.message).toBe(`m${effect.offset}`)
      return dispatch(effect.offset, effect.attempts, effect.position, String(effect.error))
    case 'collapsed':
      return collapsed(effect.until, effect.reason)
    case 'batch':
      return batch(effect.handedOut, effect.excluded, effect.collapsed ? 'collapsed' : 'split')
  }
}

/** What has happened to a partition so far, and what the last facts gave. */
export class Scenario {
  readonly partition: Partition
  private lines: readonly string[] = []

  constructor(partition: Partition) {
    this.partition = partition
  }

  when(...facts: readonly Fact[]): this {
    this.lines = facts.flatMap((fact) => fact(this.partition).map(lineOf))
    return this
  }

  /** Exactly these orders, in that order; what became of batches is left out. */
  gives(...expected: readonly string[]): this {
    expect(this.lines.filter((line) => !line.startsWith('batch '))).toEqual(expected)
    return this
  }

  /** Exactly these batches. */
  givesBatch(...expected: readonly string[]): this {
    expect(this.lines.filter((line) => line.startsWith('batch '))).toEqual(expected)
    return this
  }

  get position(): number {
    return this.partition.state.tracker.position
  }
}

/** A partition under those options, which differ from: VPs, no overlap, no dead letters, at 0. */
export const under =
  (options: Partial<CoordinationOptions>, position = 0) =>
  (...facts: readonly Fact[]): Scenario =>
    new Scenario(new Partition(options, position)).when(...facts)

export const given = under({})

import { Chance } from './chance.ts'

/** How user code is called. */
export type HandlerKind = 'class' | 'each-message' | 'each-batch'
/** When user code marks by itself: `late` is after it has returned. */
export type Marking = 'none' | 'each' | 'some' | 'now' | 'late'

/** What a seed makes of a runtime's settings; plain JSON. Durations are in milliseconds. */
export interface Setup {
  readonly topics: number
  readonly partitions: number
  readonly messages: number
  /** The share of messages that is there from the start. */
  readonly early: number
  /** Most messages that come at the same time. */
  readonly burst: number
  readonly keys: number
  readonly processes: number
  readonly concurrency: number
  /** The ids of each process; null: off. `fails`: what throws for one of the keys (P4). */
  readonly segments: {
    readonly count: number
    readonly ids: readonly (readonly number[])[]
    readonly fails: 'nothing' | 'partitioner' | 'reducer'
  } | null
  readonly handler: HandlerKind
  /** Milliseconds per message; 0: nothing is waited for, -1: a microtask. */
  readonly workMs: number
  readonly manual: boolean
  readonly marking: Marking
  readonly virtual: {
    readonly by: 'consistent' | 'balanced' | 'groups'
    readonly maxPartitions: number
    readonly overlap: boolean
    readonly maxInFlight: number | null
    readonly metadata: 'exact' | 'current'
    /** The reducer throws for one of the keys, always (V2). */
    readonly reducerFails: boolean
  } | null
  readonly letters: {
    readonly skip: boolean
    readonly maxRetries: number
    readonly independent: boolean
    readonly transactional: boolean
    readonly markAfterDispatch: boolean
  } | null
  /** Batch consumers say which message failed (D3). */
  readonly namesMessages: boolean
  readonly maxMessages: number
  readonly maxWaitMs: number
  readonly commitIntervalMs: number
  readonly exponential: boolean
  readonly filter: 'throttle' | 'delay' | 'expire' | null
  /** User code looks at its signal, and leaves undone what it has not begun. */
  readonly heeds: boolean
}

/** Times that every run has. */
export const TIMES = {
  pauseMs: 100,
  maxPauseMs: 400,
  revocationMs: 500,
  shutdownMs: 1000,
  delayMs: 400,
  expireMs: 1500,
  throttle: { limit: 10, intervalMs: 300 },
}

/** The key for which a segment's or a VP's routing throws, where it does. */
export const BAD_KEY = 'k3'

/** Draws settings that `createRuntime` takes. */
export function drawSetup(seed: number): Setup {
  const chance = new Chance(seed * 2 + 1)
  const processes = chance.integer(1, 3)
  const virtual = chance.happens(0.75) ? drawVirtual(chance) : null
  const handler = chance.pick(['class', 'each-message', 'each-batch'] as const)
  const manual = chance.happens(0.25)
  const segments = chance.happens(0.35) ? drawSegments(chance, processes) : null
  return {
    topics: chance.happens(0.2) ? 2 : 1,
    partitions: chance.integer(1, 3),
    messages: chance.integer(20, 150),
    early: chance.pick([0.1, 0.4, 0.9]),
    burst: chance.pick([1, 6, 25]),
    keys: chance.integer(1, 12),
    processes,
    concurrency: chance.integer(1, 5),
    segments,
    handler,
    workMs: chance.pick([0, -1, 1, 5, 20, 60]),
    manual,
    marking: drawMarking(chance, manual),
    virtual,
    letters: chance.happens(0.5) ? drawLetters(chance) : null,
    namesMessages: chance.happens(0.6),
    maxMessages: chance.integer(1, 16),
    maxWaitMs: chance.happens(0.2) ? 40 : 0,
    commitIntervalMs: chance.pick([50, 200, 700]),
    exponential: chance.happens(0.7),
    filter: chance.happens(0.2) ? chance.pick(['throttle', 'delay', 'expire'] as const) : null,
    heeds: chance.happens(0.3),
  }
}

function drawMarking(chance: Chance, manual: boolean): Marking {
  if (manual) return chance.pick(['each', 'some', 'now', 'late', 'late'] as const)
  return chance.happens(0.35)
    ? 'none'
    : chance.pick(['each', 'some', 'now', 'late', 'late'] as const)
}

function drawVirtual(chance: Chance): Setup['virtual'] {
  const by = chance.pick(['consistent', 'consistent', 'consistent', 'balanced', 'groups'] as const)
  const overlap = by === 'consistent' && chance.happens(0.65)
  return {
    by,
    maxPartitions: chance.integer(1, 6),
    overlap,
    maxInFlight: overlap && chance.happens(0.7) ? chance.integer(1, 40) : null,
    metadata: chance.pick(['exact', 'current'] as const),
    reducerFails: by === 'consistent' && chance.happens(0.15),
  }
}

function drawLetters(chance: Chance): Setup['letters'] {
  const skip = chance.happens(0.2)
  const transactional = !skip && chance.happens(0.35)
  return {
    skip,
    maxRetries: chance.integer(1, 3),
    independent: chance.happens(0.3),
    transactional,
    markAfterDispatch: transactional || chance.happens(0.8),
  }
}

/** Every segment has a process; some processes share segments. */
function drawSegments(chance: Chance, processes: number): Setup['segments'] {
  const count = chance.integer(2, 4)
  const ids = Array.from({ length: processes }, () => new Set<number>())
  for (let id = 0; id < count; id++) chance.pick(ids).add(id)
  for (const each of ids) {
    for (let id = 0; id < count; id++) if (chance.happens(0.4)) each.add(id)
    if (each.size === 0) each.add(chance.integer(0, count - 1))
  }
  const fails = chance.pick(['nothing', 'nothing', 'partitioner', 'reducer'] as const)
  return { count, ids: ids.map((each) => [...each].sort()), fails }
}

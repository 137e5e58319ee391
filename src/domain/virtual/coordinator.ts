import type { CoordinationOptions, Effect, Input, Job } from './coordination.ts'
import { type CoordinatorState, initialState } from './coordinator-state.ts'
import { split, takeIn } from './hand-out.ts'
import { stopFetch, storeOf } from './orders.ts'
import { dispatched, ended, resumed } from './settle.ts'
import { take } from './take.ts'
import { sliceBefore } from './waiting.ts'

export type { CoordinatorState } from './coordinator-state.ts'

const NOTHING: readonly never[] = []

/**
 * Begins an assignment at the committed position: its first effect is a fetch. Whoever holds the
 * state passes it on; `next` may use its memory again, so an old state is not looked at any more.
 */
export function begin<M>(
  options: CoordinationOptions,
  position: number,
): readonly [CoordinatorState<M>, readonly Effect<M>[]] {
  const state = initialState<M>(options, position)
  return [state, [{ type: 'fetch', serial: state.serial, from: position }]]
}

/**
 * One step of an assigned partition: a fact in, orders out. No I/O, clock or chance: the runtime and
 * the simulator run this same function. After `revoked` nothing changes anything (L4).
 */
export function next<M>(
  state: CoordinatorState<M>,
  input: Input<M>,
): readonly [CoordinatorState<M>, readonly Effect<M>[]] {
  if (state.phase === 'revoked') return [state, NOTHING]
  return [state, effectsOf(state, input)]
}

function effectsOf<M>(state: CoordinatorState<M>, input: Input<M>): readonly Effect<M>[] {
  switch (input.type) {
    case 'polled':
      return takeIn(state, input)
    case 'split':
      return split(state, input.slots, input.isWhole)
    case 'take':
      return take(state, input.virtualPartition)
    case 'ended':
      return ended(state, input.job, input.outcome)
    case 'mark':
      return mark(state, input.job, input.offset, input.metadata)
    case 'collapse':
      return collapse(state, input.until)
    case 'pause':
      return pause(state, input.job, input.offset, input.ms)
    case 'seek':
      return seek(state, input.job, input.offset)
    case 'resumed':
      return resumed(state)
    case 'dispatched':
      return dispatched(state, input.ok)
    case 'revoked':
      state.phase = 'revoked'
      return [{ type: 'stop-fetch' }]
  }
}

/** O2, O5; a mark while retrying begins the count anew where failures are independent (D6). */
function mark<M>(
  state: CoordinatorState<M>,
  job: Job<M>,
  offset: number,
  metadata: string | undefined,
): readonly Effect<M>[] {
  const { tracker, options } = state
  const before = tracker.position
  const isNew = tracker.mark(job.run, offset, metadata)
  if (isNew && options.deadLetters?.independent) state.failures = 0
  if (tracker.position === before && metadata === undefined) return NOTHING
  return storeOf(state)
}

/** C2: the highest request wins; it acts from the next batch on. */
function collapse<M>(state: CoordinatorState<M>, until: number): readonly Effect<M>[] {
  if (until <= state.collapseUntil) return NOTHING
  state.collapseUntil = until
  return [{ type: 'collapsed', until, reason: 'user' }]
}

/** C3: the lowest offset wins, and of the times the longest. */
function pause<M>(
  state: CoordinatorState<M>,
  job: Job<M>,
  offset: number,
  ms: number,
): readonly Effect<M>[] {
  const { asked } = state
  if (!isRunning(state, job)) return NOTHING
  asked.pauseAt = Math.min(asked.pauseAt ?? offset, offset)
  asked.pauseMs = Math.max(asked.pauseMs, ms)
  return holdAt(state, job, offset)
}

/** Of several seeks in one batch the lowest wins: it loses nothing. */
function seek<M>(state: CoordinatorState<M>, job: Job<M>, offset: number): readonly Effect<M>[] {
  const { asked } = state
  if (!isRunning(state, job)) return NOTHING
  asked.seekTo = Math.min(asked.seekTo ?? offset, offset)
  return holdAt(state, job, offset)
}

/** What waits at or after the offset is not handed out any more: it will be fetched again. */
function holdAt<M>(state: CoordinatorState<M>, job: Job<M>, offset: number): readonly Effect<M>[] {
  for (const { batch } of job.parts) batch.isMarkable = false
  if (!state.options.overlap) return NOTHING
  for (const lane of state.lanes.values()) state.inFlight -= lane.dropFrom(offset)
  if (state.held !== null) {
    const slice = sliceBefore(state.held.slice, offset)
    state.held = slice === null ? null : { ...state.held, slice }
  }
  return stopFetch(state)
}

/** A job asks while it runs: what came of it is settled when it has ended. */
function isRunning<M>({ lanes }: CoordinatorState<M>, job: Job<M>): boolean {
  return lanes.get(job.virtualPartition)?.running === job
}

import type { Effect } from './coordination.ts'
import type { CoordinatorState } from './coordinator-state.ts'

const NOTHING: readonly never[] = []

/** The position as an order, where it is another than the last one that was stored. */
export function storeOf<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  const { position, metadata } = state.tracker
  if (position === state.stored.position && metadata === state.stored.metadata) return NOTHING
  state.stored = { position, metadata }
  return [{ type: 'store', position, metadata }]
}

/** What ended well before a pause is marked with the next batch, be it one that is dropped whole (O4, P3). */
export function markLeftBelow<M>(state: CoordinatorState<M>): void {
  if (state.leftBelow > 0) state.tracker.markRange(0, state.leftBelow - 1)
  state.leftBelow = 0
}

/** Fetches on where that is due: when all is done, or ahead of the running jobs with overlap (V7). */
export function fetchNext<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  return isFetchDue(state) ? fetchFrom(state, state.nextFrom) : NOTHING
}

/** Fetches from there; answers to earlier fetches are not wanted any more. */
export function fetchFrom<M>(state: CoordinatorState<M>, from: number): readonly Effect<M>[] {
  state.serial++
  state.isFetching = true
  state.nextFrom = from
  return [{ type: 'fetch', serial: state.serial, from }]
}

/** What was fetched meanwhile is not wanted. */
export function stopFetch<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  if (!state.isFetching) return NOTHING
  state.serial++
  state.isFetching = false
  return [{ type: 'stop-fetch' }]
}

/** Waits before it goes on at `offset`. */
export function pauseAt<M>(
  state: CoordinatorState<M>,
  reason: 'failure' | 'user' | 'dead-letter',
  offset: number,
  ms: number,
): readonly Effect<M>[] {
  state.phase = 'paused'
  state.nextFrom = offset
  return [{ type: 'pause', reason, offset, ms, attempt: state.failures }]
}

/** O5: what was done before counts no more, whatever its offsets. */
export function moveTo<M>(state: CoordinatorState<M>, offset: number): void {
  state.tracker.seek(offset)
  state.leftBelow = 0
  state.handedOut = offset - 1
}

function isFetchDue<M>(state: CoordinatorState<M>): boolean {
  const { options, asked, inFlight } = state
  if (state.phase !== 'working' || state.isFetching || state.held !== null) return false
  if (state.failure !== null || asked.pauseAt !== null || asked.seekTo !== null) return false
  if (inFlight === 0) return true
  return options.overlap && state.alone === null && inFlight < options.maxInFlight
}

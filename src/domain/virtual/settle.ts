import { pauseAfter } from './back-off.ts'
import type { Effect, Job, OpenBatch, Outcome } from './coordination.ts'
import type { CoordinatorState, Failure } from './coordinator-state.ts'
import { deadLetterOf, isDispatchDue } from './dead-letters.ts'
import { handOutAlone } from './hand-out.ts'
import {
  fetchFrom,
  fetchNext,
  markLeftBelow,
  moveTo,
  pauseAt,
  stopFetch,
  storeOf,
} from './orders.ts'

/** A job has ended. What follows waits until all that was handed out has ended (E1, V7). */
export function ended<M>(
  state: CoordinatorState<M>,
  job: Job<M>,
  outcome: Outcome,
): readonly Effect<M>[] {
  const { virtualPartition, parts } = job
  const lane = state.lanes.get(virtualPartition)
  if (lane?.running !== job) return []
  lane.running = null
  state.running--
  const effects: Effect<M>[] = []
  if (!outcome.ok) {
    for (const { batch } of parts) batch.isMarkable = false
    state.failure ??= { job, error: outcome.error, offset: outcome.offset }
    if (state.options.overlap) effects.push(...stopFetch(state))
  }
  for (const { batch, count } of parts) {
    state.inFlight -= count
    batch.left -= count
    if (batch.left === 0) finish(state, batch)
  }
  const isHeld = state.failure !== null && state.options.overlap
  if (!lane.isEmpty && !isHeld) {
    effects.push({ type: 'ready', virtualPartition, arrival: lane.arrival })
  }
  const isOver = isHeld ? state.running === 0 : state.inFlight === 0
  effects.push(...(isOver ? settle(state) : [...storeOf(state), ...fetchNext(state)]))
  return effects
}

/** The time of a pause has passed. */
export function resumed<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  if (state.phase !== 'paused') return []
  state.phase = 'working'
  return fetchFrom(state, state.nextFrom)
}

/** The dead letter is written, or is not (D5): then it is tried again after a pause, nothing lost. */
export function dispatched<M>(state: CoordinatorState<M>, ok: boolean): readonly Effect<M>[] {
  const { options, tracker, letter } = state
  if (state.phase !== 'dispatching' || letter === null) return []
  state.letter = null
  if (!ok) return backOff(state)
  if (options.deadLetters?.markAfterDispatch ?? true) tracker.markOne(letter)
  else tracker.pass(letter)
  state.failures = 0
  const { timeoutMs } = options.backOff
  return [...storeOf(state), ...pauseAt(state, 'dead-letter', tracker.position, timeoutMs)]
}

/** All messages of a batch have ended; when all of them did so well the batch is marked (O4, L6). */
function finish<M>(state: CoordinatorState<M>, batch: OpenBatch): void {
  if (!batch.isMarkable) return
  if (state.failure === null && batch.last >= state.failedFrom) state.failures = 0
  if (state.options.manualOffsets) return
  markLeftBelow(state)
  state.tracker.markRange(batch.first, batch.last)
}

/** Everything that was handed out has ended. */
function settle<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  const { failure, held, asked } = state
  state.alone = null
  if (failure !== null) return [...storeOf(state), ...retry(state, failure)]
  if (held !== null) return [...storeOf(state), ...handOutAlone(state, held)]
  if (asked.seekTo !== null || asked.pauseAt !== null) return goOnWhereAsked(state)
  return [...storeOf(state), ...fetchNext(state)]
}

/** C3, O5: the lowest offset of all that was asked for; a pause says how long, a seek undoes marks. */
function goOnWhereAsked<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  const { asked, options } = state
  const { seekTo, pauseAt: offset, pauseMs } = asked
  forget(state)
  state.failures = 0
  if (seekTo !== null) {
    const to = Math.min(seekTo, offset ?? seekTo)
    moveTo(state, to)
    const on = offset === null ? fetchFrom(state, to) : pauseAt(state, 'user', to, pauseMs)
    return [...storeOf(state), ...on]
  }
  if (!options.manualOffsets) state.leftBelow = offset!
  return [...storeOf(state), ...pauseAt(state, 'user', offset!, pauseMs)]
}

/** C1, D2, E1, E2. */
function retry<M>(state: CoordinatorState<M>, failure: Failure<M>): readonly Effect<M>[] {
  const { options, tracker, asked } = state
  const { job, error, offset } = failure
  // Going back is kept; going on elsewhere would leave the failed message behind.
  const back = asked.seekTo !== null && asked.seekTo < tracker.position ? asked.seekTo : null
  forget(state)
  state.failure = null
  state.failures++
  state.held = null
  state.failedFrom = job.offsets[0]!
  state.leftBelow = 0
  state.lanes.clear()
  state.inFlight = 0
  const until = options.overlap ? state.handedOut : job.parts[0]!.batch.last
  const collapsed = collapseAfterFailure(state, until)
  const inLogOrder = job.collapsed || !options.isVirtual
  const isMarked = (each: number) => tracker.isMarked(each)
  const letter = isDispatchDue(options.deadLetters, state.failures, inLogOrder)
    ? deadLetterOf(job.offsets, offset, isMarked)
    : null
  if (back !== null) {
    moveTo(state, back)
    return [...collapsed, ...storeOf(state), ...backOff(state)]
  }
  if (letter === null) return [...collapsed, ...backOff(state)]
  state.phase = 'dispatching'
  state.letter = letter
  const message = job.messages[job.offsets.indexOf(letter)]!
  const position = tracker.positionAfter(letter)
  const attempts = state.failures
  const dispatch = { type: 'dispatch', message, offset: letter, position, attempts, error } as const
  return [...collapsed, dispatch]
}

function collapseAfterFailure<M>(state: CoordinatorState<M>, until: number): readonly Effect<M>[] {
  if (!state.options.isVirtual || until <= state.collapseUntil) return []
  state.collapseUntil = until
  return [{ type: 'collapsed', until, reason: 'failure' }]
}

function backOff<M>(state: CoordinatorState<M>): readonly Effect<M>[] {
  // Under independent failures a mark may have begun the count anew since (D6).
  const ms = pauseAfter(state.options.backOff, Math.max(1, state.failures))
  return pauseAt(state, 'failure', state.tracker.position, ms)
}

function forget<M>({ asked }: CoordinatorState<M>): void {
  asked.pauseAt = null
  asked.pauseMs = 0
  asked.seekTo = null
}

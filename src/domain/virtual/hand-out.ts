import type { Effect, Input } from './coordination.ts'
import type { CoordinatorState, Held } from './coordinator-state.ts'
import { fetchFrom, fetchNext, markLeftBelow, moveTo, storeOf } from './orders.ts'
import { Lane, type Slice } from './waiting.ts'

type Polled<M> = Extract<Input<M>, { type: 'polled' }>

/** Takes a fetched batch in: what is marked or dropped is left out, the rest is to be split. */
export function takeIn<M>(state: CoordinatorState<M>, polled: Polled<M>): readonly Effect<M>[] {
  if (polled.serial !== state.serial || !state.isFetching) return []
  const { offsets, dropped, next } = polled
  if (next < polled.from) return goBack(state, next)
  const { isVirtual } = state.options
  const collapsed = isVirtual && (offsets[0] ?? Infinity) <= state.collapseUntil
  const indices = state.tracker.deliver(polled.from, offsets, dropped, next)
  const handedOut = indices.length
  const excluded = Math.max(0, offsets.length - handedOut - (dropped === null ? 0 : ones(dropped)))
  state.isFetching = false
  state.nextFrom = next
  if (handedOut === 0 && offsets.length > 0) markLeftBelow(state)
  const told = [{ type: 'batch', handedOut, excluded, collapsed } as const, ...storeOf(state)]
  if (handedOut === 0) return [...told, ...fetchNext(state)]
  const slice = sliceOf(polled, indices)
  if (!isVirtual) return [...told, ...addAll(state, slice), ...fetchNext(state)]
  if (collapsed) return [...told, ...handOutAlone(state, { slice, mode: 'collapsed' })]
  state.splitting = slice
  return [...told, { type: 'split', messages: slice.messages }]
}

/** The log was cut back, and begins anew there: what was known of its offsets is of others now. */
function goBack<M>(state: CoordinatorState<M>, to: number): readonly Effect<M>[] {
  state.isFetching = false
  moveTo(state, to)
  return [...storeOf(state), ...fetchFrom(state, to)]
}

/**
 * A whole batch for VP 0 (C1, V2). Keys of all VPs are in it, so it runs when those before it have
 * ended, and nothing runs beside it.
 */
export function handOutAlone<M>(state: CoordinatorState<M>, held: Held<M>): readonly Effect<M>[] {
  if (state.inFlight > 0) {
    state.held = held
    return []
  }
  state.held = null
  state.alone = held.mode
  return [...addAll(state, held.slice), ...fetchNext(state)]
}

/** The VP of each message is known: all jobs of the batch are prepared before any starts (V5, V6). */
export function split<M>(
  state: CoordinatorState<M>,
  slots: readonly number[],
  isWhole: boolean,
): readonly Effect<M>[] {
  const { splitting } = state
  if (splitting === null) return []
  state.splitting = null
  if (isWhole) return handOutAlone(state, { slice: splitting, mode: 'whole' })
  const effects: Effect<M>[] = []
  for (let i = 0; i < slots.length; i++) addTo(state, slots[i]!, splitting, i, effects)
  effects.push(...fetchNext(state))
  return effects
}

/** Gives a message of the slice to a VP, which is ready then if it was not before. */
function addTo<M>(
  state: CoordinatorState<M>,
  virtualPartition: number,
  { batch, messages, offsets, arrivals }: Slice<M>,
  index: number,
  effects: Effect<M>[],
): void {
  let lane = state.lanes.get(virtualPartition)
  if (lane === undefined) {
    lane = new Lane()
    state.lanes.set(virtualPartition, lane)
  }
  const arrival = arrivals[index]!
  if (lane.isEmpty && lane.running === null) {
    effects.push({ type: 'ready', virtualPartition, arrival })
  }
  lane.add(messages[index]!, offsets[index]!, arrival, batch)
  state.inFlight++
}

/** Gives a whole slice to VP 0. */
function addAll<M>(state: CoordinatorState<M>, slice: Slice<M>): Effect<M>[] {
  const effects: Effect<M>[] = []
  for (let i = 0; i < slice.messages.length; i++) addTo(state, 0, slice, i, effects)
  return effects
}

function sliceOf<M>(polled: Polled<M>, indices: readonly number[]): Slice<M> {
  const { messages, offsets, arrival, step } = polled
  const isWhole = indices.length === messages.length
  const last = offsets[offsets.length - 1]!
  return {
    batch: { first: offsets[0]!, last, left: indices.length, isMarkable: true },
    messages: isWhole ? messages : indices.map((index) => messages[index]!),
    offsets: isWhole ? offsets : indices.map((index) => offsets[index]!),
    arrivals: indices.map((index) => arrival + index * step),
  }
}

function ones(flags: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < flags.length; i++) sum += flags[i]!
  return sum
}

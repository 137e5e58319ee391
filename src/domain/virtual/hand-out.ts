import type { Effect, Input, OpenBatch } from './coordination.ts'
import type { CoordinatorState } from './coordinator-state.ts'
import { fetchNext, storeOf } from './orders.ts'
import { Lane } from './waiting.ts'

type Polled<M> = Extract<Input<M>, { type: 'polled' }>

/** Takes a fetched batch in: what is marked or dropped is left out, the rest is to be split. */
export function takeIn<M>(state: CoordinatorState<M>, polled: Polled<M>): readonly Effect<M>[] {
  if (polled.serial !== state.serial || !state.isFetching) return []
  state.isFetching = false
  state.nextFrom = polled.next
  const isCollapsed =
    state.options.isVirtual && (polled.offsets[0] ?? Infinity) <= state.collapseUntil
  if (isCollapsed && state.inFlight > 0) {
    // It is seen in log order (C1), so what came before it must have ended.
    state.held = polled
    return []
  }
  return accept(state, polled, isCollapsed)
}

/** Deals a batch that may be handed out now. */
export function accept<M>(
  state: CoordinatorState<M>,
  polled: Polled<M>,
  isCollapsed: boolean,
): readonly Effect<M>[] {
  const { from, messages, offsets, dropped, next } = polled
  const indices = state.tracker.deliver(from, offsets, dropped, next)
  const left = messages.length - indices.length
  const filtered = dropped === null ? 0 : dropped.reduce((sum, each) => sum + each, 0)
  const told: Effect<M> = {
    type: 'batch',
    handedOut: indices.length,
    excluded: Math.max(0, left - filtered),
    collapsed: isCollapsed,
  }
  if (indices.length === 0) return [told, ...storeOf(state), ...fetchNext(state)]
  const isWhole = indices.length === messages.length
  const batch: OpenBatch = {
    first: offsets[0]!,
    last: offsets[offsets.length - 1]!,
    left: indices.length,
    isMarkable: true,
  }
  const dealt = {
    batch,
    messages: isWhole ? messages : indices.map((index) => messages[index]!),
    offsets: isWhole ? offsets : indices.map((index) => offsets[index]!),
    arrivals: indices.map((index) => polled.arrival + index),
  }
  state.isCollapsed = isCollapsed
  state.inFlight += indices.length
  if (state.options.isVirtual && !isCollapsed) {
    state.splitting = dealt
    return [told, ...storeOf(state), { type: 'split', messages: dealt.messages }]
  }
  const ready = addTo(state, 0, dealt)
  return [told, ...storeOf(state), ...ready, ...fetchNext(state)]
}

/** The VP of each message is known: all jobs of the batch are prepared before any starts (V5, V6). */
export function split<M>(
  state: CoordinatorState<M>,
  slots: readonly number[],
): readonly Effect<M>[] {
  const { splitting } = state
  if (splitting === null) return []
  state.splitting = null
  const { batch, messages, offsets, arrivals } = splitting
  const bySlot = new Map<number, { messages: M[]; offsets: number[]; arrivals: number[] }>()
  for (let i = 0; i < slots.length; i++) {
    let slice = bySlot.get(slots[i]!)
    if (slice === undefined) {
      slice = { messages: [], offsets: [], arrivals: [] }
      bySlot.set(slots[i]!, slice)
    }
    slice.messages.push(messages[i]!)
    slice.offsets.push(offsets[i]!)
    slice.arrivals.push(arrivals[i]!)
  }
  const effects: Effect<M>[] = []
  for (const [slot, slice] of bySlot) effects.push(...addTo(state, slot, { batch, ...slice }))
  effects.push(...fetchNext(state))
  return effects
}

/** Gives a VP's waiting messages to a worker; nothing where there is nothing to give (any more). */
export function take<M>(
  state: CoordinatorState<M>,
  virtualPartition: number,
): readonly Effect<M>[] {
  const { options, tracker } = state
  const lane = state.lanes.get(virtualPartition)
  if (lane === undefined || lane.isEmpty || lane.running !== null) return []
  if (options.overlap && state.failure !== null) return []
  const taken = lane.take(options.overlap ? options.maxMessages : Number.POSITIVE_INFINITY)
  state.running++
  state.handedOut = Math.max(state.handedOut, taken.offsets[taken.offsets.length - 1]!)
  tracker.begin(taken.offsets)
  const { isCollapsed: collapsed, failures } = state
  lane.running = { virtualPartition, ...taken, collapsed, attempt: failures + 1 }
  return [{ type: 'run', job: lane.running }]
}

function addTo<M>(
  state: CoordinatorState<M>,
  virtualPartition: number,
  slice: Parameters<Lane<M>['add']>[0],
): readonly Effect<M>[] {
  let lane = state.lanes.get(virtualPartition)
  if (lane === undefined) {
    lane = new Lane()
    state.lanes.set(virtualPartition, lane)
  }
  const isReady = lane.isEmpty && lane.running === null
  lane.add(slice)
  return isReady ? [{ type: 'ready', virtualPartition, arrival: slice.arrivals[0]! }] : []
}

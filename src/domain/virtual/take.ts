import type { Effect, Job } from './coordination.ts'
import type { CoordinatorState } from './coordinator-state.ts'
import type { OffsetRun } from './offset-tracker.ts'
import { ended } from './settle.ts'

/**
 * Gives a VP's waiting messages to a worker; nothing where there is nothing to give (any more).
 * What was marked while it waited is left out (O7), and a job of which nothing is left has ended.
 */
export function take<M>(
  state: CoordinatorState<M>,
  virtualPartition: number,
): readonly Effect<M>[] {
  const { options, tracker } = state
  const lane = state.lanes.get(virtualPartition)
  if (lane === undefined || lane.isEmpty || lane.running !== null) return []
  if (options.overlap && state.failure !== null) return []
  const { overlap, maxMessages, runAhead } = options
  const taken = overlap
    ? lane.take(maxMessages, lane.arrival + runAhead)
    : lane.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  state.running++
  state.handedOut = Math.max(state.handedOut, taken.offsets[taken.offsets.length - 1]!)
  const collapsed = state.alone === 'collapsed'
  const attempt = state.failures + 1
  let { messages, offsets } = taken
  let run: OffsetRun = { virtualPartition, offsets, marked: 0 }
  const left = tracker.begin(run)
  if (left !== null) {
    messages = left.map((index) => taken.messages[index]!)
    offsets = left.map((index) => taken.offsets[index]!)
    run = { virtualPartition, offsets, marked: 0 }
    tracker.begin(run)
  }
  const { parts } = taken
  const job: Job<M> = { virtualPartition, messages, offsets, run, collapsed, attempt, parts }
  lane.running = job
  return messages.length === 0 ? ended(state, job, { ok: true }) : [{ type: 'run', job }]
}

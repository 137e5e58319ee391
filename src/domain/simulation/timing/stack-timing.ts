import type { Distribution } from '../batch-splitter.ts'
import { ownerOf } from '../member-use.ts'
import { Drain, type DrainFigures, type DrainOptions } from './drain.ts'
import { keySplitter } from './key-splitter.ts'
import { highestOf, limitsOf, MICROS_PER_SECOND } from './limits.ts'
import { type Columns, type PlacedQueue, queuesBySegment } from './process-queues.ts'
import type { FailureEffect, ProcessTiming, TimeLimit, Timing, TimingOptions } from './timing.ts'
import type { TimingLog } from './timing-log.ts'

/** A stack of layers that is to be timed. */
export interface TimedStack {
  readonly columns: Columns
  /** The partitions that members share, ascending. */
  readonly partitionIds: readonly number[]
  readonly members: number | null
  readonly distribution: Distribution
  readonly maxMessages: number
  readonly timing: TimingOptions
}

interface Process {
  readonly segment: number
  readonly member: number
  readonly queues: readonly PlacedQueue[]
}

interface Run extends Process {
  readonly figures: DrainFigures
  readonly microsWithout: number
  readonly limits: readonly TimeLimit[]
}

/** Moments of the virtual clock between two looks at whether somebody wants it to end. */
const MOMENTS = 5000

/**
 * Drains the log as every process of the stack would: each segment, and each member in it, is a
 * process with workers of its own, and all of them run at the same time. Yields now and then; given
 * `true` there it gives up and has nothing to say.
 */
export function* timingOf(
  log: TimingLog,
  stack: TimedStack,
): Generator<void, Timing | null, boolean | undefined> {
  const runs: Run[] = []
  for (const process of processesOf(log, stack)) {
    const run = yield* runOf(process, runs.length, log, stack)
    if (run === null) return null
    runs.push(run)
  }
  return summary(runs, log, stack)
}

function processesOf(log: TimingLog, { columns, partitionIds, members }: TimedStack): Process[] {
  const places = new Map(partitionIds.map((id, place) => [id, place]))
  return queuesBySegment(log, columns).flatMap((queues, segment) => {
    const own = Map.groupBy(queues, ({ partition }) =>
      members === null ? 0 : ownerOf(members, partitionIds.length, places.get(partition)!),
    )
    return Array.from(own, ([member, of]) => ({ segment, member, queues: of }))
  })
}

function* runOf(
  process: Process,
  place: number,
  log: TimingLog,
  { columns, distribution, maxMessages, timing }: TimedStack,
): Generator<void, Run | null, boolean | undefined> {
  const { virtualPartition } = columns
  const { concurrency, overlap, failRate } = timing
  const slots = virtualPartition && log.slotsOf(virtualPartition)
  const count = virtualPartition?.lane.count ?? 1
  const options: DrainOptions = {
    maxMessages,
    concurrency,
    ioMicros: microsOf(timing),
    split: slots === undefined ? null : keySplitter(slots, count, distribution),
    overlap,
    failRate,
    // Seeds 2^32 apart have nothing in common.
    seed: timing.seed + place * 2 ** 32,
  }
  const figures = yield* drained(process.queues, options)
  if (figures === null) return null
  const without =
    failRate === 0 ? figures : yield* drained(process.queues, { ...options, failRate: 0 })
  if (without === null) return null
  const virtual = slots === undefined ? null : { slots, count }
  const { keyCount } = log
  const limits = limitsOf(process.queues, { ...options, keyCount, virtual, distribution }, figures)
  return { ...process, figures, microsWithout: without.micros, limits }
}

function* drained(
  queues: readonly PlacedQueue[],
  options: DrainOptions,
): Generator<void, DrainFigures | null, boolean | undefined> {
  const drain = new Drain(queues, options)
  while (!drain.run(MOMENTS)) if (yield) return null
  return drain.figures
}

function summary(runs: readonly Run[], log: TimingLog, stack: TimedStack): Timing {
  const { timing, members, columns, maxMessages } = stack
  const processes = (columns.segment?.lane.count ?? 1) * (members ?? 1)
  const micros = runs.reduce((most, { figures }) => Math.max(most, figures.micros), 0)
  const limits = highestOf(runs.map((run) => run.limits))
  const { ioMs, concurrency, overlap, failRate, seed } = timing
  return {
    ...{ ioMs, concurrency, maxMessages, overlap, failRate, seed },
    messages: log.length,
    perPartition: log.perPartition,
    processes,
    seconds: micros / MICROS_PER_SECOND,
    messagesPerSecond: micros === 0 ? 0 : log.length / (micros / MICROS_PER_SECOND),
    utilization: shareOf(sumOf(runs, 'busyMicros'), processes * concurrency * micros),
    limit: limits[0] ?? { what: 'total / concurrency', seconds: 0 },
    limits,
    batches: sumOf(runs, 'batches'),
    failures: failRate === 0 ? null : failuresOf(runs),
    perProcess: processes === 1 ? [] : runs.map((run) => processTiming(run, stack)),
  }
}

function failuresOf(runs: readonly Run[]): FailureEffect {
  const without = runs.reduce((most, { microsWithout }) => Math.max(most, microsWithout), 0)
  return {
    failed: sumOf(runs, 'failed'),
    retries: sumOf(runs, 'retries'),
    collapsedBatches: sumOf(runs, 'collapsedBatches'),
    collapsedMessages: sumOf(runs, 'collapsedMessages'),
    backOffSeconds: sumOf(runs, 'backOffMicros') / MICROS_PER_SECOND,
    secondsWithout: without / MICROS_PER_SECOND,
  }
}

function processTiming(
  { segment, member, queues, figures, limits }: Run,
  { columns, members, timing }: TimedStack,
): ProcessTiming {
  return {
    segment: columns.segment === undefined ? null : segment,
    member: members === null ? null : member,
    messages: queues.reduce((sum, { keys }) => sum + keys.length, 0),
    seconds: figures.micros / MICROS_PER_SECOND,
    utilization: shareOf(figures.busyMicros, timing.concurrency * figures.micros),
    limit: limits[0]!,
  }
}

function sumOf(runs: readonly Run[], figure: keyof DrainFigures): number {
  return runs.reduce((sum, { figures }) => sum + figures[figure], 0)
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function microsOf({ ioMs }: TimingOptions): number {
  return Math.round(ioMs * 1000)
}

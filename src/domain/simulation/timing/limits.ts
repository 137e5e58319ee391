import { NO_SLOT } from '../../keys/lane-sums.ts'
import type { DrainFigures } from './drain.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { TIME_LIMITS, type TimeLimit } from './timing.ts'

/** What of a drain decides which limits hold. */
export interface LimitOptions {
  readonly ioMicros: number
  readonly concurrency: number
  readonly keyCount: number
  /** The VP of each key, or that there are none. */
  readonly virtual: { readonly slots: Int32Array; readonly count: number } | null
  readonly distribution: 'consistent' | 'balanced'
  readonly overlap: boolean
  readonly failRate: number
}

export const MICROS_PER_SECOND = 1_000_000

/**
 * What no schedule of these queues can undercut, the largest first. Messages of one key, or of one
 * VP, of a partition run one after another: between batches because one ends before the next begins,
 * or else because the VP stays the same (V3, V7). Balanced, VP 0 has the largest key of every batch,
 * and so no less to do than any key has.
 */
export function limitsOf(
  queues: readonly PartitionQueue[],
  options: LimitOptions,
  figures: DrainFigures,
): readonly TimeLimit[] {
  const { ioMicros, concurrency, virtual, distribution, overlap, failRate } = options
  const most: { [what in TimeLimit['what']]?: number } = {}
  const atLeast = (what: TimeLimit['what'], messages: number) => {
    most[what] = Math.max(most[what] ?? 0, messages)
  }
  const ofKey = new Int32Array(options.keyCount)
  const ofSlot = new Int32Array(virtual?.count ?? 0)
  for (const { keys } of queues) {
    if (virtual === null) atLeast('fullest partition', keys.length)
    const slots = virtual?.slots
    // A batch with a message that cannot be placed runs in VP 0 (V2), beside the VPs of batches before.
    const isPlaced = !keys.some((key) => slots?.[key] === NO_SLOT)
    const isKept = isPlaced && (distribution === 'consistent' || failRate === 0)
    if (overlap && !isKept) continue
    atLeast('heaviest key chain', longest(ofKey, keys, null))
    if (slots !== undefined && distribution === 'consistent') {
      atLeast('fullest virtual partition', longest(ofSlot, keys, slots))
    }
  }
  // After a failure batches are cut elsewhere, so that theirs is no bound any more.
  if (virtual !== null && !overlap && failRate === 0) {
    atLeast('fullest of each batch', figures.fullestOfBatches)
  }
  const total = queues.reduce((sum, { keys }) => sum + keys.length, 0)
  atLeast('total / concurrency', total / concurrency)
  return ranked(
    Object.entries(most).map(([what, messages]) => ({
      what: what as TimeLimit['what'],
      seconds: (messages * ioMicros) / MICROS_PER_SECOND,
    })),
  )
}

/** The highest of each over processes that run at the same time, the largest first. */
export function highestOf(processes: readonly (readonly TimeLimit[])[]): readonly TimeLimit[] {
  const highest = new Map<TimeLimit['what'], TimeLimit>()
  for (const limit of processes.flat()) {
    if (limit.seconds >= (highest.get(limit.what)?.seconds ?? 0)) highest.set(limit.what, limit)
  }
  return ranked([...highest.values()])
}

/** Of equal ones the one that lies deepest comes first: what it says explains the others. */
function ranked(limits: readonly TimeLimit[]): readonly TimeLimit[] {
  const depth = ({ what }: TimeLimit) => TIME_LIMITS.indexOf(what)
  return limits.toSorted((a, b) => b.seconds - a.seconds || depth(a) - depth(b))
}

/** The most messages that one key has, or one slot; `counts` is all zero before and after. */
function longest(counts: Int32Array, keys: Int32Array, slots: Int32Array | null): number {
  let most = 0
  for (const key of keys) {
    const at = slots === null ? key : Math.max(0, slots[key]!)
    const count = ++counts[at]!
    if (count > most) most = count
  }
  for (const key of keys) counts[slots === null ? key : Math.max(0, slots[key]!)] = 0
  return most
}

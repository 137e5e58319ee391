import type { PartitionRange } from '../../model/selection.ts'
import type { Violation } from '../plan.ts'
import { placeOf, type SnapshotIndex } from '../snapshot.ts'
import { at, type Target } from '../targets.ts'
import { violation } from './guard.ts'

/** What to do with an offset that the log does not keep (M5). */
export type OnRange = 'fail' | 'clamp'

/**
 * Targets with those outside of their log moved to its nearer end where that was asked for.
 * @returns what stands against it, which `clamp` overrules: each partition and offset once
 */
export function withinRange(
  targets: readonly Target[],
  index: SnapshotIndex,
  onRange: OnRange,
): { readonly targets: readonly Target[]; readonly objections: readonly Violation[] } {
  const objections = new Map<string, Violation>()
  const within = targets.map((target): Target => {
    const range = index.range(target)
    if (target.to === null || range === null) return target
    const { offset } = target.to
    const nearest = nearestKept(offset, range)
    if (nearest === offset) return target
    const place = placeOf(target)
    const message =
      `Offset ${offset} for ${place} is ${offset < range.start ? 'before' : 'after'} what the ` +
      `log keeps (${range.start} to ${range.end})`
    objections.set(`${place} ${offset}`, outOfRange(message, onRange, nearest))
    return onRange === 'clamp' ? { ...target, to: at(target, nearest) } : target
  })
  return { targets: within, objections: [...objections.values()] }
}

function nearestKept(offset: bigint, { start, end }: PartitionRange): bigint {
  if (offset < start) return start
  return offset > end ? end : offset
}

function outOfRange(message: string, onRange: OnRange, nearest: bigint): Violation {
  return violation(
    'out-of-range',
    onRange === 'clamp' ? `${message}: ${nearest} is taken` : message,
    'Take the nearest offset that is kept with --on-range clamp; what lies between is not read.',
  )
}

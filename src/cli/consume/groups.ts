import { segmentGroups } from '../../domain/routing/segment-names.ts'
import type { ConsumeOrder } from './consume-order.ts'

/** Segments that are consumed, ascending; null where segments are off (P1). */
export function segmentsConsumed({ parallelSegments }: ConsumeOrder['settings']) {
  const count = parallelSegments?.count ?? 1
  if (count === 1) return null
  const ids = parallelSegments?.segmentIds ?? Array.from({ length: count }, (_, id) => id)
  return ids.toSorted((a, b) => a - b)
}

/** The groups that are joined: the group, or those of the segments that are consumed. */
export function groupNames(settings: ConsumeOrder['settings']): readonly string[] {
  const ids = segmentsConsumed(settings)
  if (ids === null) return [settings.group]
  const { count = 1, mergeKey } = settings.parallelSegments ?? {}
  const names = segmentGroups({ origin: settings.group, count, mergeKey })
  return ids.flatMap((id) => names[id] ?? [])
}

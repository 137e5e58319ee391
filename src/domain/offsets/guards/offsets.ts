import type { CommittedOffset, TopicPartition } from '../../model/cluster.ts'
import type { Violation } from '../plan.ts'
import type { SegmentedGroup } from '../segmented-group.ts'
import { placeOf, type SnapshotIndex } from '../snapshot.ts'
import { violation } from './guard.ts'

/** distribute: a segment that has a committed offset, 0 too, is somebody's progress (M1). */
export function existingOffsets(
  { segments }: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Violation[] {
  return segments.flatMap((segment) =>
    places.flatMap((place) => {
      const committed = index.committed(segment, place)
      if (committed === null) return []
      return [
        violation(
          'existing-offsets',
          `Parallel segment ${segment} already has offset ${committed.offset} set for ${placeOf(place)}`,
          'Overwrite it with --force, or use `segments reset` to start from where the segments are.',
        ),
      ]
    }),
  )
}

/** collapse, reset: segments that stand at different offsets, or some at none (M2, M4). */
export function inconclusiveOffsets(
  { origin, segments }: SegmentedGroup,
  index: SnapshotIndex,
  places: readonly TopicPartition[],
): Violation[] {
  const remedy = 'Let the segments catch up, or take the lowest with --force and see its cost.'
  const lines = places.flatMap((place) => {
    const distinct = distinctOffsets(segments.map((segment) => index.committed(segment, place)))
    if (distinct.length < 2) return []
    const message = `Inconclusive offsets for ${placeOf(place)}: ${distinct.join(', ')}`
    return [violation('inconclusive-offsets', message, remedy)]
  })
  if (lines.length === 0) return []
  const summary = `Parallel segments for ${origin} have inconclusive offsets`
  return [...lines, violation('inconclusive-offsets', summary, remedy)]
}

/** Ascending, each once; `none` comes last. */
function distinctOffsets(committed: readonly (CommittedOffset | null)[]): string[] {
  const offsets = committed.filter((one) => one !== null).map(({ offset }) => offset)
  const ascending = [...new Set(offsets)].sort((a, b) => (a < b ? -1 : 1)).map(String)
  return committed.includes(null) ? [...ascending, 'none'] : ascending
}

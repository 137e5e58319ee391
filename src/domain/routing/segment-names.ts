import { UsageError } from '../../errors.ts'

/** What stands between the origin's name and the segment's number (P1). */
export const DEFAULT_MERGE_KEY = '-parallel-'

export interface SegmentNaming {
  /** The group that the segments were, or will be, made from. */
  readonly origin: string
  /** 1 means that segments are off. */
  readonly count: number
  readonly mergeKey?: string | undefined
}

/**
 * The consumer groups of a segmented group, in the order of their ids (P1): the origin itself for one
 * segment, else `<origin><mergeKey><id>`.
 * @throws UsageError for an origin that is a segment's name already, and for a bad count
 */
export function segmentGroups({ origin, count, mergeKey }: SegmentNaming): readonly string[] {
  const between = mergeKey ?? DEFAULT_MERGE_KEY
  if (between === '') {
    throw new UsageError('segments.empty-merge-key', 'the merge key is empty', [
      `Leave it out for ${DEFAULT_MERGE_KEY}, or give one that no group name contains.`,
    ])
  }
  if (origin.includes(between)) {
    const before = origin.slice(0, origin.indexOf(between))
    throw new UsageError(
      'segments.origin-is-segment',
      `group ${origin} contains the merge key ${between}, so it looks like a segment itself`,
      [`Name the origin group${before === '' ? '' : `, perhaps ${before}`}.`],
    )
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError('segments.bad-count', `${count} is no number of segments`, [
      'Give an integer of at least 1.',
    ])
  }
  if (count === 1) return [origin]
  return Array.from({ length: count }, (_, id) => `${origin}${between}${id}`)
}

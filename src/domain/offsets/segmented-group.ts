import { DEFAULT_MERGE_KEY, segmentGroups } from '../routing/segment-names.ts'

/** A group of the user's with the consumer groups that its segments are (P1). */
export interface SegmentedGroup {
  readonly origin: string
  readonly mergeKey: string
  /** By segment id; the origin alone where segments are off. */
  readonly segments: readonly string[]
  /** The topics to work on; null: those that any of its groups has offsets for. */
  readonly topics: readonly string[] | null
}

/** @throws UsageError for a bad count, an empty merge key, an origin that is a segment's name */
export function segmentedGroup(
  origin: string,
  count: number,
  { mergeKey = DEFAULT_MERGE_KEY, topics = null }: Partial<SegmentedGroup> = {},
): SegmentedGroup {
  return { origin, mergeKey, segments: segmentGroups({ origin, count, mergeKey }), topics }
}

/** The same group with another number of segments. @throws UsageError for a bad count */
export function withSegments(group: SegmentedGroup, count: number): SegmentedGroup {
  return segmentedGroup(group.origin, count, group)
}

/** The origin first, then the segments by id; each once. */
export function allGroups({ origin, segments }: SegmentedGroup): readonly string[] {
  return [origin, ...segments.filter((segment) => segment !== origin)]
}

/** Those of the names that are segments of the group with an id that its count does not have. */
export function surplusSegments(group: SegmentedGroup, names: readonly string[]): string[] {
  const prefix = `${group.origin}${group.mergeKey}`
  const known = new Set(group.segments)
  const idOf = (name: string) => name.slice(prefix.length)
  return names
    .filter((name) => name.startsWith(prefix) && /^(0|[1-9]\d*)$/.test(idOf(name)))
    .filter((name) => !known.has(name))
    .sort((a, b) => Number(idOf(a)) - Number(idOf(b)))
}

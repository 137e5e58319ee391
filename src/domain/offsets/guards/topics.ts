import type { TopicPartition } from '../../model/cluster.ts'
import { isIdle } from '../../model/cluster-problems.ts'
import { nearNames } from '../../routing/near-names.ts'
import type { Violation } from '../plan.ts'
import { type SegmentedGroup, surplusSegments } from '../segmented-group.ts'
import type { OffsetSnapshot, SnapshotIndex } from '../snapshot.ts'
import { violation } from './guard.ts'

/** Topics that were asked for by name must be there, and be readable. */
export function namedTopics(
  index: SnapshotIndex,
  topics: readonly string[],
  known: readonly string[],
): Violation[] {
  const { deniedTopics } = index.snapshot
  return topics.flatMap((topic) => {
    if (deniedTopics.includes(topic)) {
      return [
        violation(
          'topic-denied',
          `Topic ${topic} cannot be read`,
          'Ask for the DESCRIBE and READ rights on the topic.',
        ),
      ]
    }
    if (index.topic(topic) !== null) return []
    const near = nearNames(topic, known)
    return [
      violation(
        'unknown-topic',
        `There is no topic ${topic}`,
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : 'Name a topic of the cluster, or none for those that the groups have offsets for.',
      ),
    ]
  })
}

/** To see a topic is not enough where offsets are to be committed for it. */
export function unwritableTopics(
  steps: readonly TopicPartition[],
  { unwritableTopics: unwritable }: OffsetSnapshot,
): Violation[] {
  const written = new Set(steps.map(({ topic }) => topic))
  return unwritable
    .filter((topic) => written.has(topic))
    .map((topic) =>
      violation(
        'topic-denied',
        `Offsets for topic ${topic} may not be committed`,
        'Ask for the READ right on the topic.',
      ),
    )
}

/**
 * More segments than configured: somebody else's count is another one, or a change is half done. One
 * that has nothing committed and no members is none: clusters forget such a group in their own time.
 */
export function segmentCount(group: SegmentedGroup, { groups }: OffsetSnapshot): Violation[] {
  const used = groups.filter(
    ({ status, committed }) => !isIdle(status.state) || committed.offsets.length > 0,
  )
  const surplus = surplusSegments(
    group,
    used.map(({ status }) => status.group),
  )
  if (surplus.length === 0) return []
  const { origin, segments } = group
  const off = segments[0] === origin
  return [
    violation(
      'segment-count',
      off
        ? `${origin} is to have no segments, and has ${surplus.join(', ')}`
        : `${origin} has more segments than the ${segments.length} configured: ${surplus.join(', ')}`,
      'Give the number that there is (--segments), move to another one with `segments rescale`, ' +
        'or delete groups that are left over.',
    ),
  ]
}

import type { CommittedOffset, TopicPartition } from './cluster.ts'
import type { ClusterProblem, GroupState } from './consumer-group.ts'

/** As brokers have it unless they are configured otherwise; they count UTF-16 code units. */
const METADATA_MAX = 4096

/** Whether a cluster lets an administrator write the offsets of a group in this state (M6). */
export function isIdle(state: GroupState): boolean {
  return state === 'absent' || state === 'dead' || state === 'empty'
}

/** The group has members: only they may commit. */
export function groupAlive(group: string): ClusterProblem {
  const message = `group ${group} has members: stop its consumers first`
  return { code: 'group-alive', message, outcome: 'refused' }
}

/** No such topic, or it has no such partition. */
export function unknownTopic({ topic, partition }: TopicPartition): ClusterProblem {
  const message = `there is no partition ${topic}#${partition}`
  return { code: 'unknown-topic', message, outcome: 'refused' }
}

/** A member commits for a partition that is somebody else's by now. */
export function partitionLost({ topic, partition }: TopicPartition): ClusterProblem {
  const message = `${topic}#${partition} is not this member's any more`
  return { code: 'partition-lost', message, outcome: 'refused' }
}

/** Why a cluster takes an offset from nobody, wherever it belongs; null when it would. */
export function offsetProblem(committed: CommittedOffset): ClusterProblem | null {
  const { topic, partition, offset, metadata } = committed
  if (metadata.length > METADATA_MAX) {
    const message = `the metadata for ${topic}#${partition} is longer than ${METADATA_MAX}`
    return { code: 'metadata-too-large', message, outcome: 'refused' }
  }
  if (offset < 0n || offset > BigInt(Number.MAX_SAFE_INTEGER)) {
    const message = `${offset} is no offset (${topic}#${partition})`
    return { code: 'invalid-offset', message, outcome: 'refused' }
  }
  return null
}

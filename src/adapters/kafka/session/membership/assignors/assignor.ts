import type { TopicPartition } from '../../../../../domain/model/cluster.ts'
import type { Subscription } from '../embedded.ts'

/** A member as the one that assigns sees it. */
export interface AssignedMember extends Subscription {
  readonly memberId: string
  readonly instanceId: string | null
}

/**
 * Divides partitions over members.
 * @param counts partitions of each topic that exists
 * @returns by member id; an entry for every member
 */
export type Assign = (
  members: readonly AssignedMember[],
  counts: ReadonlyMap<string, number>,
) => Map<string, TopicPartition[]>

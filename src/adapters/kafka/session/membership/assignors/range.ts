import type { TopicPartition } from '../../../../../domain/model/cluster.ts'
import type { Assign, AssignedMember } from './assignor.ts'

/**
 * Kafka's range: per topic, members in the order of their names get a stretch of partitions each,
 * the first ones one more where it does not come out even. Static members go by instance id.
 */
export const assignRange: Assign = (members, counts) => {
  const assigned = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]))
  const ordered = members.toSorted(byName)
  for (const [topic, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const takers = ordered.filter(({ topics }) => topics.includes(topic))
    let partition = 0
    for (const [i, { memberId }] of takers.entries()) {
      const share = Math.floor(count / takers.length) + (i < count % takers.length ? 1 : 0)
      for (const end = partition + share; partition < end; partition++) {
        assigned.get(memberId)!.push({ topic, partition })
      }
    }
  }
  return assigned
}

/** Static members come first, as they do in Java's client. */
function byName(a: AssignedMember, b: AssignedMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return order(a.instanceId, b.instanceId)
  if (a.instanceId !== null) return -1
  if (b.instanceId !== null) return 1
  return order(a.memberId, b.memberId)
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

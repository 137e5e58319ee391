import type { MemberUse } from './simulation.ts'

/**
 * Members of one group against its partitions, dealt like Kafka's range assignor deals one topic:
 * contiguous, the first (partitions mod members) members get one more. `loads` are the messages of
 * each partition, in order.
 */
export function memberUse(members: number, loads: readonly number[]): MemberUse {
  const each = Math.floor(loads.length / members)
  const withOneMore = loads.length % members
  const messages = Array.from({ length: members }, (_, member) => {
    const first = member * each + Math.min(member, withOneMore)
    const owned = loads.slice(first, first + each + (member < withOneMore ? 1 : 0))
    return owned.reduce((sum, load) => sum + load, 0)
  })
  return {
    members,
    partitions: loads.length,
    idleMembers: Math.max(0, members - loads.length),
    messages,
    imbalance: imbalanceOf(messages),
  }
}

/**
 * The member that owns a partition, dealt in the same way.
 * @param place of the partition among all of them, ascending
 */
export function ownerOf(members: number, partitions: number, place: number): number {
  const each = Math.floor(partitions / members)
  const withOneMore = partitions % members
  const ofThose = withOneMore * (each + 1)
  if (place < ofThose) return Math.floor(place / (each + 1))
  return withOneMore + Math.floor((place - ofThose) / each)
}

/** max / mean over all of them; 0 when there is nothing. */
function imbalanceOf(loads: ArrayLike<number>): number {
  let most = 0
  let sum = 0
  for (let i = 0; i < loads.length; i++) {
    most = Math.max(most, loads[i]!)
    sum += loads[i]!
  }
  return sum === 0 ? 0 : (most * loads.length) / sum
}

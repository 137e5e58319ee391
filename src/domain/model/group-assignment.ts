import type { TopicPartition } from './cluster.ts'

/** A member and the topics that it wants. */
export interface Subscriber {
  readonly memberId: string
  /** Names, and patterns over the names of all topics. */
  readonly topics: readonly (string | RegExp)[]
}

/** A topic that is there, and how many partitions it has. */
export interface PartitionedTopic {
  readonly name: string
  readonly partitions: number
}

/** Whether the topic is named, or matched by a pattern, somewhere in its name unless it is anchored. */
export function isSubscribed(topics: readonly (string | RegExp)[], name: string): boolean {
  // `search`, because `test` of a pattern with the flag `g` goes on where it stopped the last time.
  return topics.some((topic) =>
    typeof topic === 'string' ? topic === name : name.search(topic) !== -1,
  )
}

/**
 * Deals each topic's partitions over the members that want it: contiguous ranges in the order of the
 * members, the first ones one larger where it does not come out even.
 * @returns the partitions of every member, ascending by topic as given and partition
 */
export function assignRanges(
  members: readonly Subscriber[],
  topics: readonly PartitionedTopic[],
): Map<string, TopicPartition[]> {
  const assigned = new Map(members.map(({ memberId }) => [memberId, [] as TopicPartition[]]))
  for (const { name, partitions } of topics) {
    const takers = members.filter((member) => isSubscribed(member.topics, name))
    const share = Math.floor(partitions / takers.length)
    const larger = partitions % takers.length
    let partition = 0
    takers.forEach(({ memberId }, index) => {
      const end = partition + share + (index < larger ? 1 : 0)
      while (partition < end) assigned.get(memberId)!.push({ topic: name, partition: partition++ })
    })
  }
  return assigned
}

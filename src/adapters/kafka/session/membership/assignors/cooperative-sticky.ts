import type { TopicPartition } from '../../../../../domain/model/cluster.ts'
import { keyOf } from '../../partition-key.ts'
import type { Assign, AssignedMember } from './assignor.ts'

/** A member with what it gets: first what it keeps, then what is new. */
interface Share {
  readonly member: AssignedMember
  readonly topics: ReadonlySet<string>
  readonly partitions: TopicPartition[]
}

/**
 * Members keep what they have as far as that is balanced, and what goes from one to another is left
 * out until the first one has given it up: it joins again then, and the next round gives it away.
 */
export const assignCooperatively: Assign = (members, counts) => {
  const owners = ownersOf(members, counts)
  const shares = members
    .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
    .map((member): Share => ({ member, topics: new Set(member.topics), partitions: [] }))
  const byId = new Map(shares.map((share) => [share.member.memberId, share]))
  const free: TopicPartition[] = []
  for (const [topic, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (let partition = 0; partition < count; partition++) {
      const owner = owners.get(keyOf({ topic, partition }))
      const keeper = owner === undefined ? free : byId.get(owner)!.partitions
      keeper.push({ topic, partition })
    }
  }
  for (const partition of free) lightest(shares, partition.topic)?.partitions.push(partition)
  balance(shares)
  return new Map(
    shares.map(({ member: { memberId }, partitions }) => [
      memberId,
      partitions.filter((partition) => {
        const owner = owners.get(keyOf(partition))
        return owner === undefined || owner === memberId
      }),
    ]),
  )
}

/** Who has what, of the youngest generation that claims it; what two claim of one is nobody's. */
function ownersOf(
  members: readonly AssignedMember[],
  counts: ReadonlyMap<string, number>,
): Map<string, string> {
  const claims = new Map<string, { memberId: string | null; generation: number }>()
  for (const { memberId, owned, generation, topics } of members) {
    const wanted = new Set(topics)
    for (const claimed of owned) {
      const isThere = claimed.partition < (counts.get(claimed.topic) ?? 0)
      if (!isThere || !wanted.has(claimed.topic)) continue
      const key = keyOf(claimed)
      const other = claims.get(key)
      if (other === undefined || other.generation < generation) {
        claims.set(key, { memberId, generation })
      } else if (other.generation === generation) claims.set(key, { memberId: null, generation })
    }
  }
  return new Map(
    [...claims].flatMap(([key, { memberId }]) => (memberId === null ? [] : [[key, memberId]])),
  )
}

function lightest(shares: readonly Share[], topic: string): Share | null {
  let found: Share | null = null
  for (const share of shares) {
    if (!share.topics.has(topic)) continue
    if (found === null || share.partitions.length < found.partitions.length) found = share
  }
  return found
}

/** Moves partitions, new ones first, while that makes two shares more alike. */
function balance(shares: readonly Share[]): void {
  for (let isMoved = true; isMoved; ) {
    isMoved = false
    const heavyFirst = shares.toSorted((a, b) => b.partitions.length - a.partitions.length)
    for (const heavy of heavyFirst) {
      if (!moveOne(heavy, shares)) continue
      isMoved = true
      break
    }
  }
}

function moveOne(heavy: Share, shares: readonly Share[]): boolean {
  const { partitions } = heavy
  for (let i = partitions.length - 1; i >= 0; i--) {
    const light = lightest(shares, partitions[i]!.topic)
    if (light === null || light.partitions.length + 1 >= partitions.length) continue
    light.partitions.push(...partitions.splice(i, 1))
    return true
  }
  return false
}

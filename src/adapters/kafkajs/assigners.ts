import type { KafkaJsAssigner, KafkaJsCluster } from './client.ts'

/** The consumer's cluster beyond what kafkajs declares: the way to the coordinator, before a join. */
interface JoiningCluster extends KafkaJsCluster {
  findGroupCoordinator?(request: { groupId: string }): Promise<unknown>
}

/**
 * Lets something happen before the consumer asks to join or rejoin its group. kafkajs has no hook for
 * that: it announces a rebalance and rejoins in the same breath, so that nobody could commit before.
 * Assigners are given the consumer's own cluster, which is asked for the coordinator right before
 * every join; that question waits here. Where a version of kafkajs does not ask, nothing waits.
 * @param beforeJoin gets the coordinator's connection
 */
export function joinsAfter(
  beforeJoin: (coordinator: unknown) => Promise<void>,
  assigners: readonly KafkaJsAssigner[],
): KafkaJsAssigner[] {
  const [first, ...others] = assigners
  const watching: KafkaJsAssigner = (config) => {
    const cluster: JoiningCluster = config.cluster
    const find = cluster.findGroupCoordinator?.bind(cluster)
    if (find !== undefined) {
      cluster.findGroupCoordinator = async (request) => {
        const coordinator = await find(request)
        await beforeJoin(coordinator)
        return coordinator
      }
    }
    return (first ?? inTurn)(config)
  }
  return [watching, ...others]
}

/**
 * Deals partitions in turn over the members that subscribe to their topic. It bears the name of what
 * kafkajs uses unless told otherwise, so that both can be in one group while an application changes
 * over.
 */
const inTurn: KafkaJsAssigner = ({ cluster }) => ({
  name: 'RoundRobinAssigner',
  version: 0,
  protocol: ({ topics }) => ({
    name: 'RoundRobinAssigner',
    metadata: Buffer.concat([int16(0), array(topics.map(string)), int32(0)]),
  }),
  assign: async ({ members, topics }) => {
    const sorted = members
      .map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: subscribed(memberMetadata),
        share: new Map<string, number[]>(),
      }))
      .sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
    let turn = 0
    for (const topic of topics) {
      const takers = sorted.filter((member) => member.topics.has(topic))
      if (takers.length === 0) continue
      for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
        const { share } = takers[turn++ % takers.length]!
        share.set(topic, [...(share.get(topic) ?? []), partitionId])
      }
    }
    return sorted.map(({ memberId, share }) => ({ memberId, memberAssignment: encoded(share) }))
  },
})

function encoded(share: ReadonlyMap<string, readonly number[]>): Buffer {
  const topics = [...share].map(([topic, partitions]) =>
    Buffer.concat([string(topic), array(partitions.map(int32))]),
  )
  return Buffer.concat([int16(0), array(topics), int32(0)])
}

/** The topics that a member's subscription names, after its version. */
function subscribed(metadata: Buffer): Set<string> {
  const topics = new Set<string>()
  let at = 6
  for (let left = metadata.readInt32BE(2); left > 0; left--) {
    const end = at + 2 + metadata.readInt16BE(at)
    topics.add(metadata.toString('utf8', at + 2, end))
    at = end
  }
  return topics
}

function array(items: readonly Buffer[]): Buffer {
  return Buffer.concat([int32(items.length), ...items])
}

function string(text: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)])
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

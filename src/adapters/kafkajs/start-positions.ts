import type { CommittedOffset, TopicPartition } from '../../domain/model/cluster.ts'
import { startPosition } from '../../domain/model/start-position.ts'
import { BrokerError } from '../../errors.ts'
import type { AssignedPartition, JoinRequest } from '../../ports/consumer-source.ts'
import type { KafkaJsAdmin } from './client.ts'

/** A partition that begins, and where its log ends now. */
export interface StartingPartition extends AssignedPartition {
  readonly end: number
}

/**
 * Where partitions begin: by the group's committed offsets and the ranges of the logs.
 * @throws BrokerError where nothing is committed and `startFrom` is `fail`
 */
export async function startPositions(
  admin: KafkaJsAdmin,
  { group, startFrom }: JoinRequest,
  places: readonly TopicPartition[],
): Promise<StartingPartition[]> {
  const topics = [...new Set(places.map(({ topic }) => topic))]
  const [committed, ranges] = await Promise.all([
    topics.length === 0 ? [] : admin.fetchOffsets({ groupId: group, topics }),
    Promise.all(
      topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const),
    ),
  ])
  const rangesByTopic = new Map(ranges)
  return places.map(({ topic, partition }) => {
    const range = rangesByTopic.get(topic)?.find((found) => found.partition === partition)
    const offset = committed
      .find((found) => found.topic === topic)
      ?.partitions.find((found) => found.partition === partition)
    const log = { start: BigInt(range?.low ?? 0), end: BigInt(range?.high ?? 0) }
    const known = offset === undefined ? null : committedOffset(topic, offset)
    const position = startPosition(log, known?.offset ?? null, startFrom)
    if (position === null) throw noPosition(group, { topic, partition })
    return { topic, partition, position, committed: known, end: Number(log.end) }
  })
}

/** kafkajs does not read leader epochs; a negative offset is none. */
function committedOffset(
  topic: string,
  from: { partition: number; offset: string; metadata: string | null },
): CommittedOffset | null {
  const offset = BigInt(from.offset)
  if (offset < 0n) return null
  const { partition, metadata } = from
  return { topic, partition, offset, metadata: metadata ?? '', leaderEpoch: null }
}

function noPosition(group: string, { topic, partition }: TopicPartition): BrokerError {
  const message = `${group} has no offset for ${topic}#${partition} to go on from`
  return new BrokerError('broker.no-position', message, ['Commit one, or start from the earliest.'])
}

import type { TopicDescription } from '../../../domain/model/cluster.ts'
import type { TopicsDescription } from '../../../domain/model/consumer-group.ts'
import { BrokerError } from '../../../errors.ts'
import { byLeader } from '../cluster/cluster.ts'
import { EARLIEST, LATEST } from '../cluster/list-offsets.ts'
import { codeFailure, isPassing } from '../connection/failures.ts'
import type { BrokerAddress } from '../options.ts'
import { ERROR, LEADER_MOVED } from '../wire/error-codes.ts'
import type { Brokers } from './brokers.ts'
import { LIST_OFFSETS } from './requests/list-offsets.ts'
import type { KnownPartition, KnownTopic } from './requests/metadata.ts'
import { backOff } from './retrying.ts'

/** Topics as the cluster's metadata have them. */
export interface FoundTopics {
  readonly clusterId: string
  /** Those that exist and may be seen, ascending by name. */
  readonly topics: readonly KnownTopic[]
  /** Those that may not be seen, ascending. */
  readonly denied: readonly string[]
}

interface LedPartition extends KnownPartition {
  readonly topic: KnownTopic
}

/** Which of the topics exist, and which may be seen. @throws BrokerError */
export async function findTopics(brokers: Brokers, names: readonly string[]): Promise<FoundTopics> {
  const { clusterId, topics } = await brokers.metadata([...new Set(names)])
  const ascending = topics.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, code } of ascending) {
    if (!TOPIC_CODES.has(code)) throw codeFailure(code, `describe topic ${name}`)
  }
  return {
    clusterId,
    topics: ascending.filter(
      ({ code }) => code === ERROR.none || code === ERROR.leaderNotAvailable,
    ),
    denied: ascending
      .filter(({ code }) => code === ERROR.topicAuthorizationFailed)
      .map(({ name }) => name),
  }
}

const TOPIC_CODES: ReadonlySet<number> = new Set([
  ERROR.none,
  ERROR.leaderNotAvailable,
  ERROR.topicAuthorizationFailed,
  ERROR.unknownTopicOrPartition,
  ERROR.invalidTopic,
])

/** Topics with the ranges of their logs; asks again while leaders move. @throws BrokerError */
export async function describedTopics(
  brokers: Brokers,
  names: readonly string[],
): Promise<TopicsDescription> {
  const ranges = new Map<string, { start: bigint; end: bigint }>()
  const again = backOff(brokers.timeoutMs)
  for (;;) {
    const { clusterId, topics, denied } = await findTopics(brokers, names)
    const open = topics
      .flatMap((topic) => topic.partitions.map((partition) => ({ ...partition, topic })))
      .filter((partition) => !ranges.has(keyOf(partition)))
    await Promise.all(
      [...byLeader(open)].map(async ([leader, led]) => {
        for (const [key, range] of await rangesAt(brokers, leader, led)) ranges.set(key, range)
      }),
    )
    const missing = open.find((partition) => !ranges.has(keyOf(partition)))
    if (missing === undefined) {
      return {
        clusterId,
        topics: topics.map((topic) => described(topic, ranges)),
        denied,
        unwritable: topics.filter(({ mayCommit }) => !mayCommit).map(({ name }) => name),
      }
    }
    if (await again()) continue
    throw new BrokerError(
      'broker.no-leader',
      `no leader answers for ${missing.topic.name}#${missing.partition} ` +
        `for ${brokers.timeoutMs / 1000} s`,
      ['Check that every broker is up: a partition without a leader cannot be asked.'],
    )
  }
}

/** Ranges of the partitions that the broker leads; those that it leads no more are left out. */
async function rangesAt(
  brokers: Brokers,
  leader: BrokerAddress,
  led: readonly LedPartition[],
): Promise<ReadonlyMap<string, { start: bigint; end: bigint }>> {
  const topics = [...Map.groupBy(led, ({ topic }) => topic.name)].map(([name, partitions]) => ({
    name,
    partitions,
  }))
  try {
    const broker = await brokers.at(leader)
    const [starts, ends] = await Promise.all(
      [EARLIEST, LATEST].map(async (time) => {
        const listed = await broker.ask(LIST_OFFSETS, { time, topics })
        for (const { code, topic, partition } of listed) {
          if (code === ERROR.none || LEADER_MOVED.has(code)) continue
          throw codeFailure(code, `list offsets of ${topic}#${partition}`)
        }
        const known = listed.filter(({ code }) => code === ERROR.none)
        return new Map(known.map((end) => [`${end.topic}#${end.partition}`, end.offset]))
      }),
    )
    return new Map(
      led.flatMap((partition) => {
        const name = `${partition.topic.name}#${partition.partition}`
        const start = starts!.get(name)
        const end = ends!.get(name)
        if (start === undefined || end === undefined) return []
        return [[keyOf(partition), { start, end }] as const]
      }),
    )
  } catch (error) {
    if (isPassing(error)) return new Map()
    throw error
  }
}

function described(
  { name, topicId, partitions }: KnownTopic,
  ranges: ReadonlyMap<string, { start: bigint; end: bigint }>,
): TopicDescription {
  return {
    name,
    topicId,
    partitions: partitions.map(({ partition }) => ({
      partition,
      ...ranges.get(`${topicId}#${partition}`)!,
    })),
  }
}

/** By id: a topic that is made anew meanwhile has another range. */
function keyOf({ topic, partition }: LedPartition): string {
  return `${topic.topicId}#${partition}`
}

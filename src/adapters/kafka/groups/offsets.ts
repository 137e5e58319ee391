import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { ClusterProblem, GroupOffsets } from '../../../domain/model/consumer-group.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { Broker } from './broker.ts'
import type { Brokers } from './brokers.ts'
import type { Coordinators } from './coordinators.ts'
import { deniedTopics, readProblem } from './problems.ts'
import {
  type AskedOffsets,
  type FetchedGroup,
  type FetchedOffset,
  OFFSET_FETCH,
  OFFSET_FETCH_ONE,
  type TopicPartitions,
} from './requests/offset-fetch.ts'
import { findTopics } from './topics.ts'

interface ReadGroup {
  readonly code: number
  readonly offsets: readonly FetchedOffset[]
  readonly pending: readonly TopicPartition[]
}

/**
 * What groups have committed. Topics are asked for partition by partition: only so does the cluster
 * tell that a topic may not be seen, and that a transaction commits where nothing was committed yet.
 * Asked for all topics, it names those that may be seen and have a commit; one with nothing but such
 * a transaction stays unseen.
 * @throws BrokerError
 */
export async function groupOffsets(
  brokers: Brokers,
  coordinators: Coordinators,
  groups: readonly string[],
  topics: readonly string[] | null,
): Promise<GroupOffsets[]> {
  const found = await findTopics(brokers, topics ?? (await committedTopics(coordinators, groups)))
  const asked = found.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition }) => partition),
  }))
  const replies = await coordinators.ask(groups, (broker, own) => readAt(broker, own, asked))
  return groups.map((group) => {
    const { answer, problem } = replies.get(group)!
    if (answer === null) return { group, offsets: [], pending: [], problem }
    return offsetsOf(group, answer, found.denied)
  })
}

async function committedTopics(
  coordinators: Coordinators,
  groups: readonly string[],
): Promise<string[]> {
  const replies = await coordinators.ask(groups, (broker, own) =>
    fetchAt(broker, { groups: own, topics: null, stable: false }),
  )
  const offsets = [...replies.values()].flatMap(({ answer }) => answer?.offsets ?? [])
  return offsets.map(({ topic }) => topic)
}

/** Asks which commits are pending, and where there are some again for what they will replace. */
async function readAt(
  broker: Broker,
  groups: readonly string[],
  topics: readonly TopicPartitions[],
): Promise<ReadonlyMap<string, ReadGroup>> {
  const stable = await fetchAt(broker, { groups, topics, stable: true })
  const pendingOf = (group: string) =>
    (stable.get(group)?.offsets ?? []).filter(({ code }) => code === ERROR.unstableOffsetCommit)
  const waiting = groups.filter((group) => pendingOf(group).length > 0)
  const read =
    waiting.length === 0
      ? stable
      : new Map([...stable, ...(await fetchAt(broker, { groups: waiting, topics, stable: false }))])
  return new Map([...read].map(([group, own]) => [group, { ...own, pending: pendingOf(group) }]))
}

async function fetchAt(
  broker: Broker,
  { groups, ...asked }: AskedOffsets,
): Promise<ReadonlyMap<string, FetchedGroup>> {
  const fetched =
    broker.takes(OFFSET_FETCH) || !broker.takes(OFFSET_FETCH_ONE)
      ? await broker.ask(OFFSET_FETCH, { groups, ...asked })
      : await Promise.all(
          groups.map(async (group) => {
            return [group, await broker.ask(OFFSET_FETCH_ONE, { group, ...asked })] as const
          }),
        )
  return new Map([...fetched].map(([group, answer]) => [group, withoutAbsence(answer)]))
}

/** A group that the coordinator does not know, as one that commits, has committed nothing. */
function withoutAbsence(answer: FetchedGroup): FetchedGroup {
  return answer.code === ERROR.groupIdNotFound ? { code: ERROR.none, offsets: [] } : answer
}

function offsetsOf(
  group: string,
  { offsets, pending }: ReadGroup,
  denied: readonly string[],
): GroupOffsets {
  const committed = offsets.filter(({ code, offset }) => code === ERROR.none && offset >= 0n)
  return {
    group,
    offsets: committed.map(({ code: _, ...offset }) => offset).sort(ascending),
    pending: pending.map(({ topic, partition }) => ({ topic, partition })).sort(ascending),
    problem: problemOf(group, offsets, denied),
  }
}

function ascending(a: TopicPartition, b: TopicPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
}

/** Of a topic that was deleted meanwhile nothing is committed. */
const NO_PROBLEM: ReadonlySet<number> = new Set([ERROR.none, ERROR.unknownTopicOrPartition])

function problemOf(
  group: string,
  offsets: readonly FetchedOffset[],
  denied: readonly string[],
): ClusterProblem | null {
  const failed = offsets.filter(({ code }) => !NO_PROBLEM.has(code))
  const hidden = failed.filter(({ code }) => code === ERROR.topicAuthorizationFailed)
  const topics = new Set([...denied, ...hidden.map(({ topic }) => topic)])
  if (topics.size > 0) return deniedTopics([...topics].sort())
  return failed.length === 0 ? null : readProblem(failed[0]!.code, group)
}

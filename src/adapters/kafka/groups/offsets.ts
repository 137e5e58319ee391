import type { ClusterProblem, GroupOffsets } from '../../../domain/model/consumer-group.ts'
import { ERROR } from '../wire/error-codes.ts'
import type { Broker } from './broker.ts'
import type { Brokers } from './brokers.ts'
import type { Coordinators } from './coordinators.ts'
import { deniedTopics, readProblem } from './problems.ts'
import {
  type FetchedGroup,
  type FetchedOffset,
  OFFSET_FETCH,
  OFFSET_FETCH_ONE,
  type TopicPartitions,
} from './requests/offset-fetch.ts'
import { findTopics } from './topics.ts'

/**
 * What groups have committed. Topics are asked for partition by partition: only so does the cluster
 * tell that a topic may not be seen, and that a transaction commits where nothing was committed yet.
 * @throws BrokerError
 */
export async function groupOffsets(
  brokers: Brokers,
  coordinators: Coordinators,
  groups: readonly string[],
  topics: readonly string[] | null,
): Promise<GroupOffsets[]> {
  const found = topics === null ? null : await findTopics(brokers, topics)
  const asked =
    found?.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partition }) => partition),
    })) ?? null
  const replies = await coordinators.ask(groups, (broker, own) => fetchAt(broker, own, asked))
  return groups.map((group) => {
    const { answer, problem } = replies.get(group)!
    if (answer === null) return { group, offsets: [], pending: [], problem }
    return offsetsOf(group, answer, found?.denied ?? [])
  })
}

async function fetchAt(
  broker: Broker,
  groups: readonly string[],
  topics: readonly TopicPartitions[] | null,
): Promise<ReadonlyMap<string, FetchedGroup>> {
  const fetched =
    broker.takes(OFFSET_FETCH) || !broker.takes(OFFSET_FETCH_ONE)
      ? await broker.ask(OFFSET_FETCH, { groups, topics })
      : new Map(
          await Promise.all(
            groups.map(async (group) => {
              return [group, await broker.ask(OFFSET_FETCH_ONE, { group, topics })] as const
            }),
          ),
        )
  return new Map([...fetched].map(([group, answer]) => [group, withoutAbsence(answer)]))
}

/** A group that the coordinator does not know, as one that commits, has committed nothing. */
function withoutAbsence(answer: FetchedGroup): FetchedGroup {
  return answer.code === ERROR.groupIdNotFound ? { code: ERROR.none, offsets: [] } : answer
}

function offsetsOf(
  group: string,
  { offsets }: FetchedGroup,
  denied: readonly string[],
): GroupOffsets {
  const ascending = offsets.toSorted((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
  const of = (code: number) => ascending.filter((offset) => offset.code === code)
  return {
    group,
    offsets: of(ERROR.none)
      .filter(({ offset }) => offset >= 0n)
      .map(({ code: _, ...offset }) => offset),
    pending: of(ERROR.unstableOffsetCommit).map(({ topic, partition }) => ({ topic, partition })),
    problem: problemOf(group, ascending, denied),
  }
}

/** Of a topic that was deleted meanwhile nothing is committed. */
const NO_PROBLEM: ReadonlySet<number> = new Set([
  ERROR.none,
  ERROR.unstableOffsetCommit,
  ERROR.unknownTopicOrPartition,
])

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

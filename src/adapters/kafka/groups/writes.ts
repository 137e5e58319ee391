import type { CommittedOffset, TopicPartition } from '../../../domain/model/cluster.ts'
import type { ClusterProblem, WriteOutcome } from '../../../domain/model/consumer-group.ts'
import { BrokerError } from '../../../errors.ts'
import { isPassing } from '../connection/failures.ts'
import { COORDINATOR_MOVED, ERROR } from '../wire/error-codes.ts'
import type { Broker } from './broker.ts'
import type { Coordinators } from './coordinators.ts'
import {
  answerLost,
  notSent,
  placeProblem,
  unreachable,
  type WritePlace,
  writeProblem,
} from './problems.ts'
import { OFFSET_COMMIT, type WrittenPartition } from './requests/offset-commit.ts'
import { OFFSET_DELETE } from './requests/offset-delete.ts'

/** One OffsetCommit, sent once. @returns an outcome per offset, in the order given */
export async function commitOffsets(
  coordinators: Coordinators,
  group: string,
  offsets: readonly CommittedOffset[],
): Promise<WriteOutcome[]> {
  return await write(coordinators, { kind: 'commit', group }, offsets, (broker) =>
    broker.ask(OFFSET_COMMIT, { group, offsets }),
  )
}

/** One OffsetDelete, sent once. @returns an outcome per partition, in the order given */
export async function deleteOffsets(
  coordinators: Coordinators,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<WriteOutcome[]> {
  return await write(coordinators, { kind: 'delete', group }, partitions, async (broker) => {
    const deleted = await broker.ask(OFFSET_DELETE, { group, partitions })
    if (deleted.code === ERROR.none) return deleted.partitions
    // A group that is not there has nothing set.
    const code = deleted.code === ERROR.groupIdNotFound ? ERROR.none : deleted.code
    return partitions.map(({ topic, partition }) => ({ topic, partition, code }))
  })
}

async function write(
  coordinators: Coordinators,
  place: Pick<WritePlace, 'kind' | 'group'>,
  partitions: readonly TopicPartition[],
  send: (broker: Broker) => Promise<readonly WrittenPartition[]>,
): Promise<WriteOutcome[]> {
  const [first] = partitions
  if (first === undefined) return []
  const all = (problem: ClusterProblem) =>
    partitions.map(({ topic, partition }) => ({ topic, partition, problem }))

  const found = await coordinatorOf(coordinators, { ...place, ...first })
  if (!('broker' in found)) return all(found)
  let written: readonly WrittenPartition[]
  try {
    written = await send(found.broker)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    coordinators.forget(place.group)
    return all(error.code === 'broker.unsupported-version' ? notSent(error) : answerLost(error))
  }
  const codes = new Map(written.map((entry) => [keyOf(entry), entry.code]))
  if (written.some(({ code }) => COORDINATOR_MOVED.has(code))) coordinators.forget(place.group)
  return partitions.map(({ topic, partition }) => {
    const code = codes.get(keyOf({ topic, partition })) ?? ERROR.unknownServerError
    const problem = code === ERROR.none ? null : writeProblem(code, { ...place, topic, partition })
    return { topic, partition, problem }
  })
}

/** The group's coordinator, connected; to look for it is no write and is tried again. */
async function coordinatorOf(
  coordinators: Coordinators,
  place: WritePlace,
): Promise<{ readonly broker: Broker } | ClusterProblem> {
  const { group } = place
  try {
    const replies = await coordinators.ask(
      [group],
      async (broker) => new Map([[group, { code: ERROR.none, broker }]]),
      (code) => placeProblem(code, place),
    )
    const { answer, problem } = replies.get(group)!
    return answer ?? problem
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    return isPassing(error) ? unreachable(error) : notSent(error)
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}#${partition}`
}

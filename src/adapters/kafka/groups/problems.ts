import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { ClusterProblem } from '../../../domain/model/consumer-group.ts'
import type { BrokerError } from '../../../errors.ts'
import { COORDINATOR_MOVED, ERROR, errorName } from '../wire/error-codes.ts'

/** Where a write goes, for the sentences about it. */
export interface WritePlace extends TopicPartition {
  readonly kind: 'commit' | 'delete'
  readonly group: string
}

/** The members of the group, not an administrator, decide what is committed. */
const ALIVE: ReadonlySet<number> = new Set([
  ERROR.illegalGeneration,
  ERROR.unknownMemberId,
  ERROR.rebalanceInProgress,
  ERROR.nonEmptyGroup,
  ERROR.fencedInstanceId,
  ERROR.groupSubscribedToTopic,
  ERROR.fencedMemberEpoch,
  ERROR.staleMemberEpoch,
])

/**
 * The write may be in the coordinator's log all the same. It says that it is not available, or not
 * the coordinator, also when replicas were too slow or leadership went while a write was under way.
 */
const UNCERTAIN: ReadonlySet<number> = new Set([
  ERROR.unknownServerError,
  ERROR.requestTimedOut,
  ERROR.networkException,
  ERROR.coordinatorNotAvailable,
  ERROR.notCoordinator,
  ERROR.notEnoughReplicas,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.kafkaStorageError,
])

/** Why a group could not be found or read. */
export function readProblem(code: number, group: string): ClusterProblem {
  if (code === ERROR.groupAuthorizationFailed) {
    return refused(
      'not-authorized',
      `not allowed to see group ${group}: this needs the DESCRIBE right on the group`,
    )
  }
  if (code === ERROR.topicAuthorizationFailed) {
    return refused(
      'not-authorized',
      `not allowed to see the topics of group ${group}: this needs the DESCRIBE right on them`,
    )
  }
  if (code === ERROR.invalidGroupId) return invalidGroup(group)
  if (COORDINATOR_MOVED.has(code)) return noCoordinator(group, code)
  return refused(
    'broker-error',
    `the cluster does not tell about group ${group}: ${errorName(code)}`,
  )
}

/** Topics whose offsets may not be seen. */
export function deniedTopics(topics: readonly string[]): ClusterProblem {
  return refused(
    'not-authorized',
    `not allowed to see ${topics.join(', ')}: this needs the DESCRIBE right on the ` +
      `${topics.length === 1 ? 'topic' : 'topics'}`,
  )
}

/** Why a group's coordinator was not found for a write: nothing was sent to it. */
export function placeProblem(code: number, place: WritePlace): ClusterProblem {
  if (COORDINATOR_MOVED.has(code)) return noCoordinator(place.group, code)
  return writeProblem(code, place)
}

/** What the code of a write means. */
export function writeProblem(code: number, place: WritePlace): ClusterProblem {
  const { kind, group, topic, partition } = place
  const what = `offset of group ${group} for ${topic}#${partition}`
  if (UNCERTAIN.has(code)) {
    return {
      code: 'uncertain',
      message: `the coordinator does not say whether the ${what} was written: ${errorName(code)}`,
      outcome: 'uncertain',
    }
  }
  if (code === ERROR.coordinatorLoadInProgress) return noCoordinator(group, code)
  if (ALIVE.has(code)) {
    return refused(
      'group-alive',
      `group ${group} has members (${errorName(code)}): stop its consumers, and wait until they ` +
        'have left or timed out',
    )
  }
  switch (code) {
    case ERROR.groupAuthorizationFailed:
    case ERROR.topicAuthorizationFailed:
      return notAuthorized(code, place)
    case ERROR.offsetMetadataTooLarge:
      return refused(
        'metadata-too-large',
        `the metadata with the ${what} is longer than the cluster takes ` +
          '(offset.metadata.max.bytes, 4096 unless set)',
      )
    case ERROR.unknownTopicOrPartition:
      return refused('unknown-topic', `the cluster has no ${topic}#${partition}`)
    case ERROR.unstableOffsetCommit:
      return refused(
        'pending-transaction',
        `a transaction that has not ended commits the ${what}: wait until it ends`,
      )
    case ERROR.invalidGroupId:
      return invalidGroup(group)
    case ERROR.groupIdNotFound:
      return refused(
        'wrong-group-type',
        `group ${group} is none that commits offsets: a share group has the name`,
      )
    default:
      return refused('broker-error', `failed to ${kind} the ${what}: ${errorName(code)}`)
  }
}

/** The coordinator cannot be reached, so nothing was sent to it. */
export function unreachable({ message }: BrokerError): ClusterProblem {
  return { code: 'unreachable', message, outcome: 'later' }
}

/** The cluster does not let us come so far as to send the write: login, versions. */
export function notSent({ code, message }: BrokerError): ClusterProblem {
  return refused(code, message)
}

/** The write was sent, and nothing came back that tells. */
export function answerLost({ message }: BrokerError): ClusterProblem {
  return {
    code: 'uncertain',
    message: `it is not known whether the offsets were written: ${message}`,
    outcome: 'uncertain',
  }
}

function notAuthorized(code: number, { kind, group, topic }: WritePlace): ClusterProblem {
  const isGroup = code === ERROR.groupAuthorizationFailed
  const right = isGroup && kind === 'delete' ? 'DELETE' : 'READ'
  const verb = kind === 'commit' ? 'commit offsets of' : 'delete offsets of'
  return refused(
    'not-authorized',
    isGroup
      ? `not allowed to ${verb} group ${group}: this needs the ${right} right on the group`
      : `not allowed to ${verb} topic ${topic}: this needs the ${right} right on the topic`,
  )
}

function invalidGroup(group: string): ClusterProblem {
  return refused('invalid-group', `the cluster does not take "${group}" as the name of a group`)
}

function noCoordinator(group: string, code: number): ClusterProblem {
  return {
    code: 'no-coordinator',
    message: `no coordinator is ready for group ${group} (${errorName(code)}): try again soon`,
    outcome: 'later',
  }
}

function refused(code: string, message: string): ClusterProblem {
  return { code, message, outcome: 'refused' }
}

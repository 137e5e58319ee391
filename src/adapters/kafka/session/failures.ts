import type { TopicPartition } from '../../../domain/model/cluster.ts'
import type { ClusterProblem, WriteOutcome } from '../../../domain/model/consumer-group.ts'
import { BrokerError } from '../../../errors.ts'
import { ERROR, errorName } from '../wire/error-codes.ts'

/** The topic may not be read. */
export function topicDenied(topic: string): BrokerError {
  return new BrokerError('broker.authorization', `not allowed to read topic ${topic}`, [
    'Ask for the READ and DESCRIBE rights on the topic.',
  ])
}

/** Why a membership did not come about, or ended: `failed` when `isFinal` says so. */
export function membershipFailure(
  code: number,
  group: string,
  reason: string | null = null,
): BrokerError {
  if (code === ERROR.groupAuthorizationFailed) {
    return new BrokerError('broker.authorization', `not allowed to join group ${group}`, [
      'Ask for the READ right on the group.',
    ])
  }
  if (code === ERROR.topicAuthorizationFailed) {
    return new BrokerError(
      'broker.authorization',
      `group ${group} may not read one of its topics${reason === null ? '' : `: ${reason}`}`,
      ['Ask for the READ and DESCRIBE rights on the topics.'],
    )
  }
  if (code === ERROR.fencedInstanceId) {
    return new BrokerError(
      'broker.fenced-instance',
      `another process has joined group ${group} with the same instance id`,
      ['Give each process an instance id of its own.'],
    )
  }
  if (code === ERROR.inconsistentGroupProtocol) {
    return new BrokerError(
      'broker.inconsistent-group',
      `the members of group ${group} divide partitions by another protocol or assignor`,
      ['Use the assignor and protocol of the other members, or stop them first.'],
    )
  }
  return new BrokerError(
    isFinal(code) ? 'broker.membership-refused' : 'broker.membership',
    `not a member of group ${group}: ${errorName(code)}${reason === null ? '' : ` (${reason})`}`,
    ["If it stays, look into the broker's log."],
  )
}

/** Codes after which joining again does not help. */
const FINAL: ReadonlySet<number> = new Set([
  ERROR.groupAuthorizationFailed,
  ERROR.topicAuthorizationFailed,
  ERROR.fencedInstanceId,
  ERROR.inconsistentGroupProtocol,
  ERROR.invalidGroupId,
  ERROR.invalidSessionTimeout,
  ERROR.groupMaxSizeReached,
  ERROR.unsupportedVersion,
  ERROR.invalidRequest,
])

/** Whether joining again would not help. */
export function isFinal(code: number): boolean {
  return FINAL.has(code)
}

/** Nobody heard of the member for longer than its session lasts. */
export function sessionExpired(group: string, afterMs: number): BrokerError {
  return new BrokerError(
    'broker.session-expired',
    `no heartbeat of group ${group} was answered for ${afterMs / 1000} s`,
    ['Check that the brokers are up and reached.'],
  )
}

/** The runtime took too long to give partitions up. */
export function revocationTimedOut(group: string, afterMs: number): BrokerError {
  return new BrokerError(
    'broker.rebalance-timeout',
    `partitions of group ${group} were not given up within ${afterMs / 1000} s`,
    ['Shorten the jobs, or raise the rebalance timeout.'],
  )
}

/** `startFrom: 'fail'`. */
export function noPosition(group: string, { topic, partition }: TopicPartition): BrokerError {
  return new BrokerError(
    'broker.no-committed-offset',
    `group ${group} has no committed offset for ${topic}#${partition}`,
    ['Commit one first, or start from the earliest or the latest message.'],
  )
}

/** The log does not have the position. */
export function outOfRange(
  { topic, partition }: TopicPartition,
  offset: number,
  next: number | null,
): BrokerError {
  return new BrokerError(
    'broker.offset-out-of-range',
    `the log of ${topic}#${partition} does not have offset ${offset}` +
      `${next === null ? '' : `: reading goes on at ${next}`}`,
    ['Retention deletes what nobody has read in time; a topic that is made anew begins at 0.'],
  )
}

const NOT_OWNED: ClusterProblem = {
  code: 'not-owned',
  message: 'the partition is not ours any more',
  outcome: 'refused',
}

/** What becomes of a commit for a partition that is somebody else's. */
export function notOwned({ topic, partition }: TopicPartition): WriteOutcome {
  return { topic, partition, problem: NOT_OWNED }
}

/** There is nobody to commit for. */
export function lostMembership(group: string): BrokerError {
  return new BrokerError(
    'broker.membership-lost',
    `the membership of group ${group} is over, or the partition is not ours any more`,
    ['Nothing was written: whoever has the partition now does it.'],
  )
}

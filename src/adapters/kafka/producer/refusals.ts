import { BrokerError } from '../../../errors.ts'
import { ERROR, errorName } from '../wire/error-codes.ts'
import type { CommittingMember } from './requests/transaction.ts'

/** Where a message was to go; the partition is null while it is not known. */
export interface Destination {
  readonly topic: string
  readonly partition: number | null
}

const UNKNOWN_OUTCOME = 'broker.uncertain-write'
const TRY_AGAIN = "Try again; if it stays, look into the broker's log."

/** Why the cluster did not take messages. @param words the broker's own, where it has some */
export function refusal(code: number, words: string | null, to: Destination): BrokerError {
  const where = placeText(to)
  const said = words === null ? errorName(code) : `${errorName(code)}: ${words}`
  switch (code) {
    case ERROR.messageTooLarge:
    case ERROR.recordListTooLarge:
      return new BrokerError('broker.message-too-large', `a message is too large for ${where}`, [
        `Raise max.message.bytes of topic "${to.topic}", or write less into the message.`,
      ])
    case ERROR.topicAuthorizationFailed:
    case ERROR.clusterAuthorizationFailed:
      return denied(`write to topic ${to.topic}`, 'WRITE and DESCRIBE rights on the topic')
    case ERROR.invalidTopic:
      return new BrokerError(
        'broker.invalid-topic',
        `the cluster does not take "${to.topic}" as the name of a topic to write to`,
        ['Names have letters, digits, ".", "_" and "-", at most 249; no internal topic.'],
      )
    case ERROR.invalidRecord:
    case ERROR.invalidTimestamp:
    case ERROR.policyViolation:
      return new BrokerError(
        'broker.invalid-message',
        `${where} does not take the message (${said})`,
        ['A compacted topic takes no message without a key, others may limit timestamps.'],
      )
    case ERROR.notEnoughReplicas:
    case ERROR.notEnoughReplicasAfterAppend:
      return new BrokerError(
        'broker.not-enough-replicas',
        `too few replicas of ${where} are in sync (${said})`,
        ["Check that every broker is up; the topic's min.insync.replicas is how many it takes."],
      )
    default:
      return new BrokerError('broker.protocol', `failed to write to ${where}: ${said}`, [TRY_AGAIN])
  }
}

/** Attempts went out and no answer came that tells. */
export function uncertain(to: Destination, cause: BrokerError): BrokerError {
  return new BrokerError(
    UNKNOWN_OUTCOME,
    `it is not known whether a message was written to ${placeText(to)}: ${cause.message}`,
    ['Writing it again may write it twice.', ...cause.suggestions],
    cause,
  )
}

/** The topic has fewer partitions. */
export function unknownPartition(topic: string, partition: number, count: number): BrokerError {
  return new BrokerError(
    'broker.unknown-partition',
    `topic ${topic} has no partition ${partition}: it has ${count}`,
    ['Name a partition from 0 on, or leave it to the key.'],
  )
}

/** Nobody leads the partition. */
export function noLeader(to: Destination): BrokerError {
  return new BrokerError('broker.no-leader', `no leader answers for ${placeText(to)}`, [
    'Check that every broker is up: a partition without a leader cannot be written to.',
  ])
}

/** Another process has taken over the transactional id: this one writes under it no more. */
export function fenced(transactionalId: string): BrokerError {
  return new BrokerError(
    'broker.producer-fenced',
    `another producer has taken over the transactional id "${transactionalId}"`,
    ['Give each process transactional ids of its own; this one can go on only when started anew.'],
  )
}

const NOT_A_MEMBER: ReadonlySet<number> = new Set([
  ERROR.illegalGeneration,
  ERROR.unknownMemberId,
  ERROR.rebalanceInProgress,
  ERROR.fencedInstanceId,
  ERROR.fencedMemberEpoch,
  ERROR.staleMemberEpoch,
])

/** Why a step of a transaction did not go. @param step as `commit an offset of group g` */
export function transactionRefusal(
  code: number,
  step: string,
  { transactionalId, member }: { transactionalId: string; member: CommittingMember },
): BrokerError {
  if (NOT_A_MEMBER.has(code)) {
    return new BrokerError(
      'broker.membership-lost',
      `group ${member.group} no longer takes commits of this member (${errorName(code)})`,
      ['Its partitions belong to other members by now, and those go on from the last commit.'],
    )
  }
  switch (code) {
    case ERROR.transactionalIdAuthorizationFailed:
      return denied(
        `use the transactional id "${transactionalId}"`,
        'WRITE and DESCRIBE rights on the transactional id',
      )
    case ERROR.groupAuthorizationFailed:
      return denied(`commit offsets of group ${member.group}`, 'READ right on the group')
    case ERROR.topicAuthorizationFailed:
      return denied(step, 'WRITE right on topics written to, READ on those committed for')
    case ERROR.offsetMetadataTooLarge:
      return new BrokerError(
        'broker.metadata-too-large',
        `failed to ${step}: its metadata is longer than the cluster takes`,
        ['Raise offset.metadata.max.bytes of the brokers (4096 unless set).'],
      )
    default:
      return new BrokerError('broker.protocol', `failed to ${step}: ${errorName(code)}`, [
        TRY_AGAIN,
      ])
  }
}

/** The end of a transaction was asked for, and no answer came that tells which it was. */
export function uncertainEnd(transactionalId: string, cause: BrokerError): BrokerError {
  return new BrokerError(
    UNKNOWN_OUTCOME,
    `it is not known whether the transaction of "${transactionalId}" was committed: ${cause.message}`,
    ['Message and offset were committed together, or neither: reading the offset tells.'],
    cause,
  )
}

function denied(what: string, rights: string): BrokerError {
  return new BrokerError('broker.authorization', `not allowed to ${what}`, [
    `Ask for the ${rights}.`,
  ])
}

function placeText({ topic, partition }: Destination): string {
  return partition === null ? `topic ${topic}` : `${topic}#${partition}`
}

/** The error codes of Kafka's protocol that a reader or an administrator of groups can meet. */
export const ERROR = {
  unknownServerError: -1,
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeaderOrFollower: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  offsetMetadataTooLarge: 12,
  networkException: 13,
  coordinatorLoadInProgress: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  invalidTopic: 17,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  inconsistentGroupProtocol: 23,
  invalidGroupId: 24,
  unknownMemberId: 25,
  invalidSessionTimeout: 26,
  rebalanceInProgress: 27,
  invalidCommitOffsetSize: 28,
  topicAuthorizationFailed: 29,
  groupAuthorizationFailed: 30,
  clusterAuthorizationFailed: 31,
  unsupportedSaslMechanism: 33,
  illegalSaslState: 34,
  unsupportedVersion: 35,
  invalidRequest: 42,
  kafkaStorageError: 56,
  saslAuthenticationFailed: 58,
  nonEmptyGroup: 68,
  groupIdNotFound: 69,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  offsetNotAvailable: 78,
  memberIdRequired: 79,
  groupMaxSizeReached: 81,
  fencedInstanceId: 82,
  groupSubscribedToTopic: 86,
  unstableOffsetCommit: 88,
  fencedMemberEpoch: 110,
  unreleasedInstanceId: 111,
  staleMemberEpoch: 113,
} as const

/** Asking the partition's leader again, found anew, can help. */
export const LEADER_MOVED: ReadonlySet<number> = new Set([
  ERROR.unknownTopicOrPartition,
  ERROR.leaderNotAvailable,
  ERROR.notLeaderOrFollower,
  ERROR.requestTimedOut,
  ERROR.replicaNotAvailable,
  ERROR.networkException,
  ERROR.kafkaStorageError,
  ERROR.fencedLeaderEpoch,
  ERROR.unknownLeaderEpoch,
  ERROR.offsetNotAvailable,
])

/** Asking the group's coordinator again, found anew, can help. */
export const COORDINATOR_MOVED: ReadonlySet<number> = new Set([
  ERROR.coordinatorLoadInProgress,
  ERROR.coordinatorNotAvailable,
  ERROR.notCoordinator,
])

/** What Kafka calls the code, or its number: `error 87`. */
export function errorName(code: number): string {
  const name = Object.entries(ERROR).find(([, known]) => known === code)?.[0]
  if (name === undefined) return `error ${code}`
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

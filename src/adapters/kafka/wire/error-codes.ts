/** The error codes of Kafka's protocol that a reader can meet. */
export const ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeaderOrFollower: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  networkException: 13,
  invalidTopic: 17,
  topicAuthorizationFailed: 29,
  clusterAuthorizationFailed: 31,
  unsupportedSaslMechanism: 33,
  illegalSaslState: 34,
  unsupportedVersion: 35,
  kafkaStorageError: 56,
  saslAuthenticationFailed: 58,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  offsetNotAvailable: 78,
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

/** What Kafka calls the code, or its number: `error 87`. */
export function errorName(code: number): string {
  const name = Object.entries(ERROR).find(([, known]) => known === code)?.[0]
  if (name === undefined) return `error ${code}`
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

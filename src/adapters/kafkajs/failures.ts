import type { TopicPartition } from '../../domain/model/cluster.ts'
import { partitionLost } from '../../domain/model/cluster-problems.ts'
import type { ClusterProblem } from '../../domain/model/consumer-group.ts'
import { BrokerError } from '../../errors.ts'

/** The broker's name of the error, which kafkajs wraps once or twice; undefined: it has none. */
export function protocolError(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { type } = at as { type?: unknown }
    if (typeof type === 'string') return type
  }
  return undefined
}

/** An error of kafkajs as one of ours. */
export function brokerError(doing: string, error: unknown): BrokerError {
  if (error instanceof BrokerError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new BrokerError('broker.kafkajs', `kafkajs could not ${doing}: ${reason}`, [], error)
}

/** The broker does not know the member, or not at this generation: its partitions are others'. */
const NOT_A_MEMBER = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])
/** Answers that say that nothing was written. */
const REFUSED = new Set([
  'OFFSET_METADATA_TOO_LARGE',
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_COMMIT_OFFSET_SIZE',
])

/** Why a commit failed, as far as kafkajs tells. */
export function commitProblem(place: TopicPartition, error: unknown): ClusterProblem {
  const type = protocolError(error)
  if (type !== undefined && NOT_A_MEMBER.has(type)) return partitionLost(place)
  const { message } = brokerError(`commit for ${place.topic}#${place.partition}`, error)
  const outcome = REFUSED.has(type ?? '') ? 'refused' : 'uncertain'
  return { code: type?.toLowerCase().replaceAll('_', '-') ?? 'broker-error', message, outcome }
}

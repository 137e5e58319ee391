import { nearNames } from '../../domain/routing/near-names.ts'
import { BrokerError, UsageError } from '../../errors.ts'

/** More would be a mistake: Kafka clusters hold some 200,000 partitions in all. */
const PARTITIONS_MAX = 100_000

/** Why no topic can have this name, by Kafka's rules; null when it can. */
export function topicNameProblem(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return `"${name}" cannot name a topic`
  if (name.length > 249) return 'a topic name has at most 249 characters'
  if (/[^A-Za-z0-9._-]/.test(name)) {
    return `"${name}" cannot name a topic: only letters, digits, ".", "_" and "-" can`
  }
  return null
}

/** Why no topic can have this many partitions; null when it can. */
export function partitionCountProblem(count: number): string | null {
  if (Number.isSafeInteger(count) && count >= 1 && count <= PARTITIONS_MAX) return null
  return `a topic has 1 to ${PARTITIONS_MAX} partitions, not ${count}`
}

/** @throws UsageError unless a topic can have that name and that many partitions */
export function checkTopic(name: string, partitions: number): void {
  const problem = topicNameProblem(name) ?? partitionCountProblem(partitions)
  if (problem !== null) throw new UsageError('local.bad-topic', problem)
}

/** The topic is not in the cluster; names that are near it are offered. */
export function unknownTopic(name: string, known: readonly string[], path: string): BrokerError {
  const near = nearNames(name, known)
  return new BrokerError('broker.unknown-topic', `there is no topic ${name} in ${path}`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    known.length > 0 ? `Topics: ${known.join(', ')}.` : 'The cluster has no topics.',
  ])
}

/** The topic has fewer partitions than that. */
export function unknownPartition(topic: string, partition: number, count: number): BrokerError {
  return new BrokerError(
    'broker.unknown-partition',
    `topic ${topic} has no partition ${partition}`,
    [count === 1 ? 'It has partition 0 alone.' : `It has partitions 0 to ${count - 1}.`],
  )
}

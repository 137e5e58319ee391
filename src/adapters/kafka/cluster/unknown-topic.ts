import { distance } from 'fastest-levenshtein'
import { BrokerError } from '../../../errors.ts'

const NAMES_MAX = 3

/** A topic that is not there, with the names of those that the user may have meant. */
export function unknownTopic(topic: string, names: readonly string[]): BrokerError {
  const near = nearNames(topic, names)
  const meant =
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : names.length === 0
        ? 'The cluster shows no topics: check the brokers, and your DESCRIBE rights.'
        : `The cluster has ${names.length} other ${names.length === 1 ? 'topic' : 'topics'}.`
  return new BrokerError('broker.unknown-topic', `the cluster has no topic "${topic}"`, [meant])
}

/** Up to three names that differ by a third of their letters at most, or hold the name; nearest first. */
function nearNames(topic: string, names: readonly string[]): string[] {
  const wanted = topic.toLowerCase()
  return names
    .map((name) => {
      const candidate = name.toLowerCase()
      const isPart = wanted.length > 2 && candidate.includes(wanted)
      const edits = distance(wanted, candidate)
      return { name, edits, isNear: isPart || edits <= Math.max(2, Math.floor(wanted.length / 3)) }
    })
    .filter(({ isNear }) => isNear)
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, NAMES_MAX)
    .map(({ name }) => name)
}

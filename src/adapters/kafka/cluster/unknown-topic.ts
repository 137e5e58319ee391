import { nearNames } from '../../../domain/routing/near-names.ts'
import { BrokerError } from '../../../errors.ts'

/** A topic that is not there, with the names of those that the user may have meant. */
export function unknownTopic(topic: string, names: readonly string[]): BrokerError {
  const near = nearNames(topic, names.toSorted())
  const meant =
    near.length > 0
      ? `Did you mean ${near.join(', ')}?`
      : names.length === 0
        ? 'The cluster shows no topics: check the brokers, and your DESCRIBE rights.'
        : `The cluster has ${names.length} other ${names.length === 1 ? 'topic' : 'topics'}.`
  return new BrokerError('broker.unknown-topic', `the cluster has no topic "${topic}"`, [meant])
}

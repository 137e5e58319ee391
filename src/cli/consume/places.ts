import { UsageError } from '../../errors.ts'
import type { ConsumedTopic, ConsumerDefinition } from '../../runtime/define-consumer.ts'
import type { TopicSettings } from '../../runtime/settings.ts'
import { topicIn } from '../compose-consuming.ts'
import type { GroupSettings } from '../config/config.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Settings } from '../config/resolve-settings.ts'
import { badFlag } from '../flags/bad-flag.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'

/** Where to consume, and which topics; null: those that the module names. */
export interface ConsumePlace {
  readonly endpoint: Endpoint
  readonly topics: readonly string[] | null
}

interface PlaceChoice {
  readonly definition: ConsumerDefinition
  readonly flags: ConsumeFlags
  /** What the configuration has for the group. */
  readonly configured: GroupSettings | undefined
  readonly settings: Settings
}

/**
 * A topic by `--source`; else the cluster, with the topics of flags, module or group; where none of
 * them names a topic, the source of the configuration. @throws UsageError
 */
export async function placeOf(
  { definition, flags, configured, settings }: PlaceChoice,
  env: NodeJS.ProcessEnv,
): Promise<ConsumePlace> {
  const named = topicsOf(flags) ?? (hasTopics(definition) ? null : (configured?.topics ?? null))
  const knowsTopics = named !== null || hasTopics(definition)
  if (flags.source === undefined && (flags.cluster !== undefined || knowsTopics)) {
    if (!knowsTopics) throw noTopics()
    return { endpoint: clusterFor(flags, configured, settings), topics: named }
  }
  const endpoint = settings.source()
  const topic = await topicIn(endpoint, env)
  if (topic === null && !knowsTopics) throw noTopics()
  return { endpoint, topics: topic === null ? named : [topic] }
}

function clusterFor(
  { cluster }: ConsumeFlags,
  configured: GroupSettings | undefined,
  settings: Settings,
): Endpoint {
  if (cluster !== undefined || configured?.cluster === undefined) return settings.cluster()
  return settings.clusterCalled(configured.cluster)
}

function topicsOf({ topics }: ConsumeFlags): readonly string[] | null {
  if (topics === undefined) return null
  const names = topics.split(',').map((name) => name.trim())
  if (names.every((name) => name !== '')) return [...new Set(names)]
  throw badFlag('topics', topics, 'names with commas between them', 'orders,payments')
}

function hasTopics({ topics }: ConsumerDefinition): boolean {
  return Array.isArray(topics) && topics.every((each) => each?.topic !== undefined)
}

function noTopics(): UsageError {
  return new UsageError('consume.no-topics', 'nothing says which topics to consume', [
    'Give --topics A,B or --source with a topic in it, or name them in the module:',
    'defineConsumer({ topics: [{ topic, consumer }] }).',
  ])
}

/**
 * The module's topics under the names that were given: the one with that name, or whose pattern fits;
 * a lone one takes any name. @throws UsageError for a name that none of several is for
 */
export function topicsAt(
  topics: readonly ConsumedTopic[],
  names: readonly string[] | null,
): readonly TopicSettings[] {
  // What is no list is told by the runtime, with the other settings.
  if (names === null || !Array.isArray(topics)) return topics as readonly TopicSettings[]
  return names.map((name) => {
    const found =
      topics.find(({ topic }) => fits(topic, name)) ?? (topics.length === 1 && topics[0])
    if (!found) throw notConsumed(name, topics)
    return { ...found, topic: name }
  })
}

function fits(topic: string | RegExp | undefined, name: string): boolean {
  return topic instanceof RegExp ? topic.test(name) : topic === name
}

function notConsumed(name: string, topics: readonly ConsumedTopic[]): UsageError {
  const known = topics.map(({ topic }) => String(topic ?? 'one without a name'))
  return new UsageError('consume.unknown-topic', `the module has no consumer for ${name}`, [
    `Its topics: ${known.join(', ')}.`,
  ])
}

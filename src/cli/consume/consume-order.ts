import { UsageError } from '../../errors.ts'
import type { ConsumedTopic, ConsumerDefinition } from '../../runtime/define-consumer.ts'
import type {
  ParallelSegmentsSettings,
  RuntimeSettings,
  TopicSettings,
  VirtualPartitionsSettings,
} from '../../runtime/settings.ts'
import type { GroupSettings } from '../config/config.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { Settings } from '../config/resolve-settings.ts'
import { badFlag } from '../flags/bad-flag.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'
import { parsePartitionIds } from '../flags/number-lists.ts'
import { parseDuration } from '../flags/quantities.ts'
import type { StrategyContext } from '../strategies.ts'
import { type ConsumerModuleFile, inThreads } from './consumer-module.ts'
import {
  flagLayers,
  type LayerChoices,
  layersOver,
  strategyLayers,
  withoutCounts,
} from './layers.ts'
import { placeOf, topicsAt } from './places.ts'

/** What is consumed, from where and how: everything that is known before a connection. */
export interface ConsumeOrder {
  readonly endpoint: Endpoint
  readonly settings: Omit<RuntimeSettings, 'source'>
}

/** What is often committed, so that its end is soon known. */
const COMMITS_UNTIL_END_MS = 200

/**
 * Module, flags and configuration put together: flags win over the module, which wins over what the
 * configuration has for the group. Its default strategy is not looked at: it would make segments.
 * @throws UsageError
 */
export async function consumeOrder(
  file: ConsumerModuleFile,
  flags: ConsumeFlags,
  settings: Settings,
  context: StrategyContext & { readonly env: NodeJS.ProcessEnv },
): Promise<ConsumeOrder> {
  const { definition } = file
  const { parallelSegments, ...defined } = definition
  const group = groupOf(definition, flags)
  const configured = settings.groups[group]
  const { endpoint, topics: names } = await placeOf(
    { definition, flags, configured, settings },
    context.env,
  )
  const base = await strategyLayers(
    configured?.strategy === undefined ? null : settings.strategyCalled(configured.strategy),
    context,
  )
  const asked = await askedLayers(flags, settings, context)
  const segments = segmentsOf(parallelSegments, configured, base, asked, flags)
  const topics = topicsAt(definition.topics, names).map((topic) =>
    topicOf(topic, file, base, asked, flags),
  )
  return {
    endpoint,
    settings: {
      ...defined,
      ...(flags['until-end'] && {
        commitIntervalMs: definition.commitIntervalMs ?? COMMITS_UNTIL_END_MS,
      }),
      ...(flags.concurrency !== undefined && { concurrency: flags.concurrency }),
      ...(flags['max-messages'] !== undefined && { maxMessages: flags['max-messages'] }),
      ...(flags.from !== undefined && { startFrom: flags.from }),
      ...(flags['shutdown-timeout'] !== undefined && {
        shutdownTimeoutMs: parseDuration('shutdown-timeout', flags['shutdown-timeout']),
      }),
      ...(segments !== null && { parallelSegments: segments }),
      group,
      topics,
    },
  }
}

function groupOf(definition: ConsumerDefinition, flags: ConsumeFlags): string {
  const group = flags.group ?? definition.group
  if (group !== undefined && group !== '') return group
  throw new UsageError('consume.no-group', 'nothing says which consumer group to join', [
    'Give --group NAME, or export defineConsumer({ group, .. }) from the module.',
  ])
}

/** What the user asked for in so many words: flags, over a strategy named by a flag. */
async function askedLayers(
  flags: ConsumeFlags,
  settings: Settings,
  context: StrategyContext,
): Promise<LayerChoices> {
  const own = await flagLayers(flags, context)
  if (!flags.strategy) return own
  const named = await strategyLayers(settings.strategyCalled(flags.strategy), context)
  const counts = flags.segments ?? flags['virtual-partitions']
  return layersOver(counts === undefined ? named : withoutCounts(named), own)
}

/** null where neither says anything about segments. */
function segmentsOf(
  ofModule: ParallelSegmentsSettings | undefined,
  configured: GroupSettings | undefined,
  base: LayerChoices,
  asked: LayerChoices,
  flags: ConsumeFlags,
): ParallelSegmentsSettings | null {
  const { mergeKey } = configured ?? {}
  const ofGroup = configured && {
    count: configured.segments,
    ...(mergeKey !== undefined && { mergeKey }),
    ...routingOf(base.segments),
  }
  const own = ofModule ?? ofGroup
  const count = asked.segments.count ?? own?.count ?? 1
  // Off, whoever said so; what the module has is judged with the other settings.
  if (count === 1) return asked.segments.count === undefined ? (own ?? null) : null
  const ids = flags['segment-ids']
  return {
    ...own,
    ...routingOf(asked.segments),
    count,
    ...(flags['merge-key'] !== undefined && { mergeKey: flags['merge-key'] }),
    ...(ids !== undefined && { segmentIds: segmentIds(ids, count) }),
  }
}

function segmentIds(text: string, count: number): readonly number[] {
  const ids = parsePartitionIds('segment-ids', text)
  if (ids.every((id) => id < count)) return ids
  throw badFlag('segment-ids', text, `segments from 0 to ${count - 1}`, '0')
}

function topicOf(
  topic: TopicSettings,
  file: ConsumerModuleFile,
  base: LayerChoices,
  asked: LayerChoices,
  flags: ConsumeFlags,
): TopicSettings {
  const virtual = virtualOf(topic.virtualPartitions, base, asked)
  const deadLetters = flags['dead-letter-topic'] ?? topic.deadLetterQueue?.topic
  const maxRetries = flags['max-retries']
  const settings: ConsumedTopic = {
    ...topic,
    ...(virtual !== null && { virtualPartitions: virtual }),
    ...(deadLetters !== undefined && {
      deadLetterQueue: {
        ...topic.deadLetterQueue,
        topic: deadLetters,
        ...(maxRetries !== undefined && { maxRetries }),
      },
    }),
    ...(flags['max-messages'] !== undefined && { maxMessages: flags['max-messages'] }),
  }
  const threads = flags.threads || settings.execution === 'threads'
  return { ...(threads ? inThreads(settings, file) : settings), topic: topic.topic }
}

/** null: the topic has no virtual partitions. */
function virtualOf(
  ofModule: VirtualPartitionsSettings | undefined,
  base: LayerChoices,
  asked: LayerChoices,
): VirtualPartitionsSettings | null {
  const { count, ...routing } = asked.virtualPartitions
  const { count: ofStrategy, ...baseRouting } = base.virtualPartitions
  const ofGroup = ofStrategy === undefined ? null : { ...baseRouting, maxPartitions: ofStrategy }
  const own = ofModule ?? ofGroup
  if (own === null && count === undefined) return null
  return { ...own, ...routing, ...(count !== undefined && { maxPartitions: count }) }
}

function routingOf({ count: _, ...routing }: LayerChoices['segments']) {
  return routing
}

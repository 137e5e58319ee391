import type { Clock } from '../../ports/clock.ts'
import type { ConsumerSource } from '../../ports/consumer-source.ts'
import type { ParallelSegmentsSettings, RuntimeSettings, TopicSettings } from '../settings.ts'
import { refuseLoops } from './resolve-dead-letters.ts'
import { POLL_DEFAULTS, pollOf } from './resolve-poll.ts'
import { resolveSegments, SEGMENT_NAMES } from './resolve-segments.ts'
import { resolveTopic, TOPIC_NAMES, type TopicContext } from './resolve-topic.ts'
import type { ResolvedSettings, ResolvedTopic } from './resolved-settings.ts'
import { SettingFields, type SettingNames } from './setting-fields.ts'
import { SettingProblems } from './setting-problems.ts'

const RUNTIME_NAMES: SettingNames<RuntimeSettings> = {
  group: true,
  source: true,
  topics: true,
  concurrency: true,
  parallelSegments: true,
  startFrom: true,
  commitIntervalMs: true,
  shutdownTimeoutMs: true,
  revocationTimeoutMs: true,
  clock: true,
  maxMessages: true,
  maxWaitMs: true,
  pause: true,
}

type RuntimeFields = SettingFields<RuntimeSettings>

/**
 * The settings with every default filled in, checked as a whole; partitioners have fresh state.
 * @throws UsageError `runtime.bad-settings` that lists all that is wrong, each with its path
 */
export function resolveSettings(settings: RuntimeSettings): ResolvedSettings {
  const problems = new SettingProblems()
  const fields = SettingFields.of<RuntimeSettings>(settings, RUNTIME_NAMES, '', problems)
  const resolved = fields && everythingOf(fields)
  problems.throwIfAny()
  return resolved!
}

function everythingOf(fields: RuntimeFields): ResolvedSettings {
  const group = fields.text('group')
  const concurrency = fields.integer('concurrency', { fallback: 5 })
  const source = sourceOf(fields)
  const poll = pollOf(fields, POLL_DEFAULTS)
  const parallel = fields.nested<ParallelSegmentsSettings>('parallelSegments', SEGMENT_NAMES)
  const segmentation = parallel && resolveSegments(parallel, group)
  return {
    group,
    source,
    topics: topicsOf(fields, { poll, concurrency, source }),
    concurrency,
    segments: segmentation?.segments ?? null,
    exclusions: segmentation?.exclusions ?? null,
    startFrom: fields.choice('startFrom', ['earliest', 'latest', 'fail'], 'earliest'),
    commitIntervalMs: fields.duration('commitIntervalMs', { fallback: 5000 }),
    shutdownTimeoutMs: fields.duration('shutdownTimeoutMs', { fallback: 60_000 }),
    revocationTimeoutMs: fields.duration('revocationTimeoutMs', { fallback: 20_000 }),
    clock: clockOf(fields),
  }
}

function topicsOf(fields: RuntimeFields, context: TopicContext): readonly ResolvedTopic[] {
  const given = fields.at('topics')
  if (!Array.isArray(given) || given.length === 0) {
    fields.refuse('topics', 'a list of at least one { topic, .. }')
    return []
  }
  const { problems } = fields
  const read = given.map((topic: unknown, at) =>
    SettingFields.of<TopicSettings>(topic, TOPIC_NAMES, `topics[${at}]`, problems),
  )
  const topics = read.flatMap((topic) => (topic === null ? [] : [resolveTopic(topic, context)]))
  // Places in the list are told by index, so only a list without gaps can be judged as a whole.
  if (topics.length < given.length) return topics
  const names = topics.map(({ topic }) => String(topic))
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name)
    if (first === at || name === '') continue
    problems.tell(`topics[${at}].topic`, `is ${name}, as topics[${first}].topic; give it once`)
  }
  refuseLoops(topics, problems)
  return topics
}

function sourceOf(fields: RuntimeFields): ConsumerSource {
  const source = fields.at('source')
  const { join, close, canTransact } = (source ?? {}) as Partial<ConsumerSource>
  const methods = typeof join === 'function' && typeof close === 'function'
  if (!methods || typeof canTransact !== 'boolean') {
    fields.refuse('source', 'where partitions come from: a ConsumerSource')
  }
  return (source ?? {}) as ConsumerSource
}

function clockOf(fields: RuntimeFields): Clock | undefined {
  const clock = fields.at('clock')
  if (clock === undefined) return undefined
  const { now, after } = (clock ?? {}) as Partial<Clock>
  if (typeof now !== 'function' || typeof after !== 'function') {
    fields.refuse('clock', 'a clock with now() and after(ms, run)')
  }
  return clock as Clock
}

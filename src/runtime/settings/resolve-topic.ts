import type { Message } from '../../domain/model/message.ts'
import type {
  DeadLetterQueueSettings,
  TopicSettings,
  VirtualPartitionsSettings,
} from '../settings.ts'
import { jsonPayload } from './json-payload.ts'
import {
  DEAD_LETTER_NAMES,
  type DeadLetterContext,
  resolveDeadLetters,
} from './resolve-dead-letters.ts'
import { resolveHandler } from './resolve-handler.ts'
import { type Poll, pausesOf, pollOf } from './resolve-poll.ts'
import { resolveVirtual, VIRTUAL_NAMES } from './resolve-virtual.ts'
import type { ResolvedThrottle, ResolvedTopic } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'

/** For `SettingFields`. */
export const TOPIC_NAMES: SettingNames<TopicSettings> = {
  topic: true,
  consumer: true,
  eachMessage: true,
  eachBatch: true,
  execution: true,
  module: true,
  virtualPartitions: true,
  deadLetterQueue: true,
  manualOffsetManagement: true,
  throttle: true,
  delay: true,
  expire: true,
  deserializer: true,
  maxMessages: true,
  maxWaitMs: true,
  pause: true,
}
const THROTTLE_NAMES: SettingNames<ResolvedThrottle> = { limit: true, intervalMs: true }
const AGE_NAMES: SettingNames<{ ageMs: number }> = { ageMs: true }

/** What topics take from the runtime. */
export interface TopicContext {
  readonly poll: Poll
  readonly concurrency: number
  readonly source: DeadLetterContext['source']
}

/** One entry of `topics`, with what it inherits. */
export function resolveTopic(
  fields: SettingFields<TopicSettings>,
  { poll, concurrency, source }: TopicContext,
): ResolvedTopic {
  const own = pollOf(fields, poll)
  const virtual = fields.nested<VirtualPartitionsSettings>('virtualPartitions', VIRTUAL_NAMES)
  const dead = fields.nested<DeadLetterQueueSettings>('deadLetterQueue', DEAD_LETTER_NAMES)
  const delay = ageOf(fields, 'delay')
  const expire = ageOf(fields, 'expire')
  if (delay !== null && expire !== null && delay.ageMs >= expire.ageMs) {
    fields.tell('delay', 'lasts until messages expire, so every one would; give a shorter age')
  }
  return {
    topic: topicOf(fields),
    handler: resolveHandler(fields),
    execution: fields.at('execution') === 'threads' ? 'threads' : 'inline',
    virtual: virtual && resolveVirtual(virtual, concurrency),
    metadataStrategy:
      virtual?.choice('offsetMetadataStrategy', ['exact', 'current'], 'exact') ?? 'exact',
    deadLetters:
      dead && resolveDeadLetters(dead, { hasVirtualPartitions: virtual !== null, source }),
    manualOffsets: fields.flag('manualOffsetManagement', false),
    maxMessages: own.maxMessages,
    maxWaitMs: own.maxWaitMs,
    pause: pausesOf(own),
    throttle: throttleOf(fields),
    delay,
    expire,
    deserializer:
      fields.callable<(message: Message) => unknown>(
        'deserializer',
        'a function (message) => payload',
      ) ?? jsonPayload,
  }
}

function topicOf(fields: SettingFields<TopicSettings>): string | RegExp {
  const topic = fields.at('topic')
  if (topic instanceof RegExp) {
    if (/[gy]/.test(topic.flags)) {
      fields.refuse('topic', 'a pattern without the flags g and y, with which it remembers a place')
    }
    return topic
  }
  if (typeof topic === 'string' && topic !== '') return topic
  fields.refuse('topic', 'the name of a topic, or a pattern such as /^orders\\./')
  return ''
}

function throttleOf(fields: SettingFields<TopicSettings>): ResolvedThrottle | null {
  const throttle = fields.nested<ResolvedThrottle>('throttle', THROTTLE_NAMES)
  return (
    throttle && {
      limit: throttle.integer('limit', {}),
      intervalMs: throttle.duration('intervalMs', { least: 1 }),
    }
  )
}

function ageOf(fields: SettingFields<TopicSettings>, name: 'delay' | 'expire') {
  const age = fields.nested<{ ageMs: number }>(name, AGE_NAMES)
  return age && { ageMs: age.duration('ageMs', { most: Number.MAX_VALUE }) }
}

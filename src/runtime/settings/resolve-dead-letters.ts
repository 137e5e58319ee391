import type { DeadLetterQueueSettings } from '../settings.ts'
import type { ResolvedDeadLetters, ResolvedTopic } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'
import type { SettingProblems } from './setting-problems.ts'

/** For `SettingFields`. */
export const DEAD_LETTER_NAMES: SettingNames<DeadLetterQueueSettings> = {
  topic: true,
  maxRetries: true,
  independent: true,
  transactional: true,
  markAfterDispatch: true,
}

const MAX_RETRIES = 3

/** What must be known of the rest to judge dead letters. */
export interface DeadLetterContext {
  readonly hasVirtualPartitions: boolean
  readonly source: { readonly name: string; readonly canTransact: boolean }
}

/** What happens to messages that keep failing (D1, D5-D7). */
export function resolveDeadLetters(
  fields: SettingFields<DeadLetterQueueSettings>,
  { hasVirtualPartitions, source }: DeadLetterContext,
): ResolvedDeadLetters {
  const topic = fields.at('topic')
  if (topic !== false && (typeof topic !== 'string' || topic === '')) {
    fields.refuse('topic', 'the name of a topic, or false to skip such messages')
  }
  const maxRetries = fields.integer('maxRetries', { fallback: MAX_RETRIES, least: 0 })
  if (maxRetries === 0 && hasVirtualPartitions) {
    fields.refuse(
      'maxRetries',
      'an integer of at least 1 with virtualPartitions: dispatches come from a collapsed run, which is a retry',
    )
  }
  const transactional = fields.flag('transactional', false)
  const markAfterDispatch = fields.flag('markAfterDispatch', true)
  if (transactional && topic === false) {
    fields.tell('transactional', 'needs a topic: a message that is skipped is written nowhere')
  } else if (transactional && !source.canTransact) {
    fields.tell('transactional', `needs a source with transactions, which ${source.name} is not`)
  } else if (transactional && !markAfterDispatch) {
    fields.tell(
      'transactional',
      'does not go with markAfterDispatch: false, which leaves no offset to commit',
    )
  }
  return {
    topic: typeof topic === 'string' ? topic : null,
    maxRetries,
    independent: fields.flag('independent', false),
    transactional,
    markAfterDispatch,
  }
}

/** Notes dead letters that would be consumed again: by name, or because a pattern matches them. */
export function refuseLoops(topics: readonly ResolvedTopic[], problems: SettingProblems): void {
  for (const [at, { deadLetters }] of topics.entries()) {
    const name = deadLetters?.topic
    if (name === null || name === undefined) continue
    const by = topics.findIndex(({ topic }) =>
      topic instanceof RegExp ? topic.test(name) : topic === name,
    )
    if (by < 0) continue
    problems.tell(
      `topics[${at}].deadLetterQueue.topic`,
      `is ${JSON.stringify(name)}, which topics[${by}] consumes (${topics[by]!.topic}), so dead letters would come round again; give a topic that this runtime does not consume`,
    )
  }
}

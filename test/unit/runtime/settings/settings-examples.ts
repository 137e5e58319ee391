import { UsageError } from '../../../../src/errors.ts'
import type { ConsumerSource } from '../../../../src/ports/consumer-source.ts'
import { resolveSettings } from '../../../../src/runtime/settings/resolve-settings.ts'
import type { ResolvedSettings } from '../../../../src/runtime/settings/resolved-settings.ts'
import type { RuntimeSettings, TopicSettings } from '../../../../src/runtime/settings.ts'

/** A source that is only looked at: nothing joins before settings are right. */
export const source = (canTransact = true): ConsumerSource => ({
  name: 'memory',
  canTransact,
  join: () => Promise.reject(new Error('nobody joins')),
  close: () => Promise.resolve(),
})

export const eachMessage = () => {}

/** As in a program without types: anything may stand anywhere. */
export type Loose = Readonly<Record<string, unknown>>

/** Usable settings of one topic, with what is given over them. */
export const settings = (topic: Loose = {}, rest: Loose = {}): RuntimeSettings =>
  ({
    group: 'analytics',
    source: source(),
    topics: [{ topic: 'orders', eachMessage, ...topic } as unknown as TopicSettings],
    ...rest,
  }) as RuntimeSettings

/** The resolved first topic. */
export const topicOf = (topic: Loose, rest: Loose = {}): ResolvedSettings['topics'][number] =>
  resolveSettings(settings(topic, rest)).topics[0]!

/** What is wrong, a line each; none where the settings are used. */
export function problemsOf(given: RuntimeSettings): readonly string[] {
  try {
    resolveSettings(given)
    return []
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'runtime.bad-settings') throw error
    const lines = error.message.split('\n').map((line) => line.trim())
    return lines.length === 1 ? lines : lines.slice(1)
  }
}

/** The only problem of a topic. */
export const problemOf = (topic: Loose, rest: Loose = {}): string => {
  const problems = problemsOf(settings(topic, rest))
  if (problems.length !== 1) throw new Error(`not one problem: ${JSON.stringify(problems)}`)
  return problems[0]!
}

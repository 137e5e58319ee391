import type { RuntimeSettings, TopicSettings } from './settings.ts'

/** A topic of a consumer module; the command line may give it its name. */
export interface ConsumedTopic extends Omit<TopicSettings, 'topic'> {
  readonly topic?: string | RegExp
}

/**
 * What `pstool consume` takes from a module: settings of a runtime without its source. What flags
 * say wins over it.
 */
export interface ConsumerDefinition
  extends Omit<RuntimeSettings, 'group' | 'source' | 'topics' | 'clock'> {
  /** Else `--group` names it. */
  readonly group?: string
  readonly topics: readonly ConsumedTopic[]
}

/** Gives the definition back as it is; here so that an editor knows its fields. */
export function defineConsumer(definition: ConsumerDefinition): ConsumerDefinition {
  return definition
}

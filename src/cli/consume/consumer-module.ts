import { resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import type { UserModules } from '../../ports/user-modules.ts'
import type { ConsumerClass } from '../../runtime/consumer.ts'
import type { ConsumedTopic, ConsumerDefinition } from '../../runtime/define-consumer.ts'

/** A consumer module, with what threads find it by. */
export interface ConsumerModuleFile {
  /** Absolute. */
  readonly path: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly definition: ConsumerDefinition
}

/**
 * Loads what is to be consumed with: a file whose default export is a class that extends Consumer, an
 * object with `eachMessage` or `eachBatch`, or what `defineConsumer` takes.
 * @param folder what the path is relative to
 * @throws UsageError that says what the file exports, and what it has to
 */
export async function loadConsumer(
  modules: UserModules,
  file: string,
  folder: string,
): Promise<ConsumerModuleFile> {
  const path = resolve(folder, file)
  const exports = await modules.load(path)
  const definition = definitionOf(exports.default)
  if (definition === null) throw noConsumer(path, exports)
  return { path, exports, definition }
}

function definitionOf(exported: unknown): ConsumerDefinition | null {
  if (typeof exported === 'function') {
    // A Consumer of another copy of the library is one too.
    const { consume, enter } = (exported.prototype ?? {}) as Readonly<Record<string, unknown>>
    const isConsumer = typeof consume === 'function' && typeof enter === 'function'
    return isConsumer ? { topics: [{ consumer: exported as ConsumerClass }] } : null
  }
  if (typeof exported !== 'object' || exported === null) return null
  if ('topics' in exported) return exported as ConsumerDefinition
  if ('eachMessage' in exported || 'eachBatch' in exported)
    return { topics: [exported as ConsumedTopic] }
  return null
}

function noConsumer(path: string, exports: Readonly<Record<string, unknown>>): UsageError {
  const names = Object.keys(exports).filter((name) => name !== 'default')
  const what =
    'default' in exports
      ? `the default export of ${path} is no consumer`
      : `${path} has no default export`
  return new UsageError('consume.no-consumer', what, [
    'Export by default a class that extends Consumer, { eachMessage }, { eachBatch },',
    'or defineConsumer({ group, topics: [{ topic, consumer }] }); all from "pstool".',
    ...(names.length > 0 ? [`What it exports by name: ${names.join(', ')}.`] : []),
  ])
}

/**
 * A topic that is consumed in threads, told by where its consumer is exported from; a thread loads the
 * module by itself.
 * @throws UsageError where the module does not export it
 */
export function inThreads(
  topic: ConsumedTopic,
  { path, exports }: ConsumerModuleFile,
): ConsumedTopic {
  if (topic.module !== undefined) return topic
  const { consumer: _, eachMessage: __, eachBatch: ___, deserializer, ...rest } = topic
  const name = Object.keys(exports).find((each) => isConsumerOf(topic, exports[each]))
  if (name === undefined) {
    throw new UsageError('consume.not-exported', `${path} exports no consumer of its threads`, [
      'A thread loads the file by itself: export the class, { eachMessage } or { eachBatch } by name.',
    ])
  }
  if (deserializer !== undefined && exports.deserializer !== deserializer) {
    throw new UsageError('consume.not-exported', `${path} exports no deserializer`, [
      'A thread loads the file by itself: export const deserializer = (message) => ..',
    ])
  }
  return { ...rest, execution: 'threads', module: { file: path, export: name } }
}

function isConsumerOf({ consumer, eachMessage, eachBatch }: ConsumedTopic, exported: unknown) {
  if (consumer !== undefined) return exported === consumer
  const offered = (exported ?? {}) as ConsumedTopic
  if (eachMessage !== undefined) return offered.eachMessage === eachMessage
  return eachBatch !== undefined && offered.eachBatch === eachBatch
}

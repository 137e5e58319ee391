import { isAbsolute } from 'node:path'
import type { ConsumerClass, EachBatch, EachMessage } from '../consumer.ts'
import type { ConsumerModule, TopicSettings } from '../settings.ts'
import type { ResolvedHandler } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'

const MODULE_NAMES: SettingNames<ConsumerModule> = { file: true, export: true }
const INLINE = ['consumer', 'eachMessage', 'eachBatch'] as const
/** Stands in where there is no usable one, so that reading goes on; it is never called. */
const NONE: ResolvedHandler = { kind: 'each-message', run: () => {} }

/** Who consumes a topic: exactly one of the three ways, or a module where threads run it. */
export function resolveHandler(fields: SettingFields<TopicSettings>): ResolvedHandler {
  const threads = fields.choice('execution', ['inline', 'threads'], 'inline') === 'threads'
  const given = INLINE.filter((name) => fields.has(name))
  if (threads) return moduleOf(fields, given)
  if (fields.has('module')) fields.tell('module', 'is for execution "threads" only')
  const where = fields.path
  if (given.length === 0) {
    if (fields.has('module')) return NONE
    fields.problems.tell(where, `has no consumer; give one of ${INLINE.join(', ')}`)
    return NONE
  }
  if (given.length > 1) {
    fields.problems.tell(where, `has ${given.join(' and ')}; give exactly one of them`)
  }
  const eachMessage = callback<EachMessage>(fields, 'eachMessage')
  const eachBatch = callback<EachBatch>(fields, 'eachBatch')
  if (fields.has('consumer')) return classOf(fields)
  if (eachMessage !== null) return { kind: 'each-message', run: eachMessage }
  return eachBatch === null ? NONE : { kind: 'each-batch', run: eachBatch }
}

function callback<F>(fields: SettingFields<TopicSettings>, name: 'eachMessage' | 'eachBatch') {
  const what = name === 'eachMessage' ? 'message' : 'messages'
  return fields.callable<F>(name, `a function (${what}, context) => ...`)
}

function classOf(fields: SettingFields<TopicSettings>): ResolvedHandler {
  const consumer = fields.at('consumer')
  const prototype: unknown = typeof consumer === 'function' ? consumer.prototype : undefined
  // A Consumer of another copy of the library is one too.
  const consumes = typeof (prototype as { enter?: unknown } | undefined)?.enter === 'function'
  if (!consumes) {
    fields.refuse('consumer', 'a class that extends Consumer, with consume()')
    return NONE
  }
  return { kind: 'class', consumer: consumer as ConsumerClass }
}

function moduleOf(
  fields: SettingFields<TopicSettings>,
  given: readonly (typeof INLINE)[number][],
): ResolvedHandler {
  for (const name of given) {
    fields.tell(name, 'cannot go to another thread; export the consumer class and give its module')
  }
  if (fields.has('deserializer')) {
    fields.tell(
      'deserializer',
      'cannot go to another thread; export it as deserializer from the module',
    )
  }
  const module = fields.nested<ConsumerModule>('module', MODULE_NAMES)
  if (module === null) {
    if (!fields.has('module') && given.length === 0) {
      fields.refuse('module', '{ file } that exports the consumer class, as execution is "threads"')
    }
    return NONE
  }
  const file = module.text('file')
  if (file !== '' && !isAbsolute(file) && !file.startsWith('file:')) {
    module.refuse('file', 'an absolute path or a file URL, as by import.meta.resolve')
  }
  return { kind: 'module', file, export: module.text('export', 'default') }
}

import type { Message } from '../../domain/model/message.ts'
import { UsageError } from '../../errors.ts'
import type { ConsumerClass, EachBatch, EachMessage } from '../consumer.ts'
import { type InstanceFactory, instancesOf } from '../instance.ts'
import { jsonPayload } from '../settings/json-payload.ts'
import type { ResolvedHandler } from '../settings/resolved-settings.ts'
import type { ThreadSetup } from './thread-protocol.ts'

/** What a consumer module offers to a thread. */
export interface ThreadConsumers {
  readonly makeInstance: InstanceFactory
  readonly deserializer: (message: Message) => unknown
}

/**
 * The consumers of a module: its export is a class that extends Consumer, or `{ eachMessage }`, or
 * `{ eachBatch }`; an export `deserializer` says what payloads are.
 * @throws UsageError where it exports none of these
 */
export function threadConsumers(
  module: Readonly<Record<string, unknown>>,
  setup: Pick<ThreadSetup, 'module' | 'export'>,
): ThreadConsumers {
  const { deserializer } = module
  return {
    makeInstance: instancesOf(handlerOf(module[setup.export], setup)),
    deserializer:
      typeof deserializer === 'function' ? (message) => deserializer(message) : jsonPayload,
  }
}

function handlerOf(
  exported: unknown,
  { module, export: name }: Pick<ThreadSetup, 'module' | 'export'>,
): Exclude<ResolvedHandler, { kind: 'module' }> {
  if (typeof exported === 'function' && typeof exported.prototype?.enter === 'function') {
    return { kind: 'class', consumer: exported as ConsumerClass }
  }
  const { eachMessage, eachBatch } = (exported ?? {}) as Readonly<Record<string, unknown>>
  if (typeof eachMessage === 'function') {
    return { kind: 'each-message', run: eachMessage as EachMessage }
  }
  if (typeof eachBatch === 'function') return { kind: 'each-batch', run: eachBatch as EachBatch }
  throw new UsageError('runtime.no-consumer', `${module} exports no consumer as ${name}`, [
    'Export a class that extends Consumer, or { eachMessage }, or { eachBatch }.',
  ])
}

import { RoutingError, UsageError } from '../../errors.ts'
import type { Message } from '../model/message.ts'
import { nearNames } from './near-names.ts'
import {
  partitionIdPartitioner,
  priorityPartitioner,
  randomPartitioner,
  roundRobinPartitioner,
  weightedPartitioner,
} from './partitioner/dealing-partitioners.ts'
import {
  headerPartitioner,
  hourlyPartitioner,
  keyPartitioner,
  payloadPartitioner,
} from './partitioner/message-partitioners.ts'
import type { Partitioner, VirtualKey } from './types.ts'
import { canonicalBytes } from './virtual-key.ts'

/** How the built-in partitioners are written (R5), for help texts and error messages. */
export const PARTITIONER_FORMS: readonly string[] = [
  'key',
  'header:NAME',
  'payload:/json/pointer',
  'random',
  'round-robin',
  'partition-id:N',
  'weighted:0-1=70,2-4=30',
  'hourly',
  'priority:/json/pointer=VALUE',
]

export interface PartitionerOptions {
  /** Where `random` and `round-robin` begin. */
  readonly seed: number
  /** Slots of the layer that is dealt over; needed by `random`, `round-robin` and `priority`. */
  readonly slots?: number | undefined
}

type Make = (spec: string, argument: string, options: PartitionerOptions) => Partitioner

const withArgument: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['header', (spec, name) => headerPartitioner(spec, name)],
  ['payload', (spec, pointer) => payloadPartitioner(spec, pointer)],
  ['partition-id', (spec, id, { slots }) => partitionIdPartitioner(spec, id, slots)],
  ['weighted', (spec, sets, { slots }) => weightedPartitioner(spec, sets, slots)],
  ['priority', (spec, rule, { slots }) => priorityPartitioner(spec, rule, slots)],
])
const withoutArgument: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['key', () => keyPartitioner],
  ['hourly', () => hourlyPartitioner],
  ['random', (spec, _, { seed, slots }) => randomPartitioner(spec, seed, slots)],
  ['round-robin', (spec, _, { seed, slots }) => roundRobinPartitioner(spec, seed, slots)],
])

/**
 * The built-in partitioner that a spec names, with fresh state (R1, R5).
 * `module:FILE#EXPORT` is not among them: it is loaded, then made by `customPartitioner`.
 * @throws UsageError for an unknown name or an argument that cannot be read
 */
export function partitionerNamed(spec: string, options: PartitionerOptions): Partitioner {
  const [, name = '', argument] = /^([^:]*)(?::(.*))?$/s.exec(spec) ?? []
  const make = argument === undefined ? withoutArgument.get(name) : withArgument.get(name)
  if (make === undefined) throw unknown(spec, name)
  return make(spec, argument ?? '', options)
}

/** A user's partitioner: called once per message, in log order, synchronously (R1). */
export type PartitionerFunction = (message: Message) => VirtualKey

/** A partitioner of the user's own; what it throws, or gives that is no key, is a RoutingError. */
export function customPartitioner(name: string, keyOf: PartitionerFunction): Partitioner {
  return {
    name,
    readsKeyOnly: false,
    preferredReducer: null,
    definition: String(keyOf),
    keyOf(message) {
      const key = called(name, keyOf, message)
      canonicalBytes(key)
      return key
    },
  }
}

function called(name: string, keyOf: PartitionerFunction, message: Message): VirtualKey {
  try {
    return keyOf(message)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RoutingError('routing.partitioner-threw', `partitioner ${name}: ${reason}`, [], cause)
  }
}

function unknown(spec: string, name: string): UsageError {
  const names = PARTITIONER_FORMS.map((form) => form.replace(/:.*/, ''))
  const near = nearNames(name, names).filter((candidate) => candidate !== name)
  return new UsageError('routing.unknown-partitioner', `there is no partitioner "${spec}"`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    `Partitioners: ${PARTITIONER_FORMS.join(', ')}, module:FILE#EXPORT.`,
  ])
}

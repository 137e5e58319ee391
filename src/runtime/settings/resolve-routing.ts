import {
  customPartitioner,
  type PartitionerFunction,
  partitionerNamed,
} from '../../domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../../domain/routing/reducers.ts'
import { DEFAULT_REDUCERS } from '../../domain/routing/strategy.ts'
import type { Partitioner, Reducer } from '../../domain/routing/types.ts'
import { PstoolError } from '../../errors.ts'
import type { PartitionerSetting, ReducerSetting } from '../settings.ts'
import { givenText, type SettingProblems } from './setting-problems.ts'

/** Where `random` and `round-robin` begin: the same for everybody. */
const SEED = 1

/** A setting as it was given, undefined where it was not, and where it stands. */
export interface SettingAt {
  readonly path: string
  readonly value: unknown
}

export interface RoutingRequest {
  readonly partitioner: SettingAt
  readonly reducer: SettingAt
  readonly layer: 'segment' | 'virtualPartition'
  /** What `round-robin` and its like deal over. */
  readonly slots: number
}

export interface Routing {
  readonly partitioner: Partitioner
  readonly reducer: Reducer
}

/**
 * Partitioner and reducer of a layer, with fresh state; a partitioner that gives slots brings its
 * own reducer unless one was given (R5). null where something is wrong with them, which was noted.
 */
export function resolveRouting(request: RoutingRequest, problems: SettingProblems): Routing | null {
  const { partitioner: keyed, reducer: reduced, layer, slots } = request
  const partitioner = noted(keyed, problems, () => partitionerOf(keyed.value ?? 'key', slots))
  const fallback = partitioner?.preferredReducer ?? DEFAULT_REDUCERS[layer]
  const value = reduced.value ?? fallback
  const reducer = noted(reduced, problems, () => reducerOf(value, `${layer}Reducer`))
  return partitioner === null || reducer === null ? null : { partitioner, reducer }
}

function partitionerOf(value: unknown, slots: number): Partitioner | string {
  const setting = value as PartitionerSetting
  if (typeof setting === 'function') {
    // The runtime's messages have a payload, which the routing of files and simulations has not.
    return customPartitioner(setting.name || 'function', setting as PartitionerFunction)
  }
  if (isWhole(value, 'keyOf')) return value as Partitioner
  if (typeof setting !== 'string') return 'a spec such as "key", a function, or a partitioner'
  if (setting.startsWith('module:')) return 'the function itself: it is the program that imports it'
  return partitionerNamed(setting, { seed: SEED, slots })
}

function reducerOf(value: unknown, unnamed: string): Reducer | string {
  const setting = value as ReducerSetting
  if (typeof setting === 'function') return customReducer(setting.name || unnamed, setting)
  if (isWhole(value, 'slotOf') && isWhole(value, 'slotOfBytes')) return value as Reducer
  if (typeof setting !== 'string') return 'a name such as "byte-sum", a function, or a reducer'
  if (setting.startsWith('module:')) return 'the function itself: it is the program that imports it'
  return reducerNamed(setting)
}

/** Whether it is an object that has a name and that method. */
function isWhole(value: unknown, method: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, [method]: called } = value as Record<string, unknown>
  return typeof name === 'string' && typeof called === 'function'
}

/** What was made; null where it is a text that says what is allowed, or was refused. */
function noted<R extends object>(
  { path, value }: SettingAt,
  problems: SettingProblems,
  make: () => R | string,
): R | null {
  try {
    const made = make()
    if (typeof made !== 'string') return made
    problems.refuse(path, value, made)
  } catch (error) {
    if (!(error instanceof PstoolError)) throw error
    const said = [`${error.message}.`, ...error.suggestions].join(' ')
    problems.tell(path, value === undefined ? said : `is ${givenText(value)}: ${said}`)
  }
  return null
}

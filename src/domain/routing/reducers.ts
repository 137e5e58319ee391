import { RoutingError, UsageError } from '../../errors.ts'
import { textOf } from '../model/key-text.ts'
import { nearNames } from './near-names.ts'
import { byteSumReducer } from './reducer/byte-sum-reducer.ts'
import { bytesReducer } from './reducer/bytes-reducer.ts'
import { hashReducers } from './reducer/hash-reducers.ts'
import { identityReducer } from './reducer/identity-reducer.ts'
import type { Reducer } from './types.ts'

const builtIn: ReadonlyMap<string, Reducer> = new Map(
  [byteSumReducer, ...hashReducers, identityReducer].map((reducer) => [reducer.name, reducer]),
)

/** The built-in reducers (R3), each named by its algorithm. */
export const REDUCER_NAMES: readonly string[] = [...builtIn.keys()]

/**
 * The built-in reducer of that name.
 * @throws UsageError for an unknown name, with the names that are near
 */
export function reducerNamed(name: string): Reducer {
  const reducer = builtIn.get(name)
  if (reducer !== undefined) return reducer
  const near = nearNames(name, REDUCER_NAMES)
  throw new UsageError('routing.unknown-reducer', `there is no reducer "${name}"`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    `Reducers: ${REDUCER_NAMES.join(', ')}.`,
  ])
}

/**
 * A user's reducer. It gets the key's canonical text (its bytes where they are not UTF-8, "" for no
 * key), so that a number and its decimal text are one key here too, and the number of slots.
 */
export type ReducerFunction = (key: string | Uint8Array, count: number) => number

/** A reducer of the user's own, whose every answer is checked and never clamped (R4). */
export function customReducer(name: string, reduce: ReducerFunction): Reducer {
  const slotOfBytes = (bytes: Uint8Array, start: number, end: number, count: number) => {
    const own = bytes.slice(start, end)
    return slotFrom(name, reduce, textOf(own) ?? own, count)
  }
  const reducer = bytesReducer(name, slotOfBytes, (bytes, count) => {
    const text = textOf(bytes)
    const key = text === null ? `${bytes.length} bytes` : JSON.stringify(text)
    return `${name}(${key}, ${count}) = ${slotOfBytes(bytes, 0, bytes.length, count)}`
  })
  return { ...reducer, definition: String(reduce) }
}

function slotFrom(
  name: string,
  reduce: ReducerFunction,
  key: string | Uint8Array,
  count: number,
): number {
  let slot: unknown
  try {
    slot = reduce(key, count)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new RoutingError('routing.reducer-threw', `reducer ${name}: ${reason}`, [], cause)
  }
  if (typeof slot === 'number' && Number.isInteger(slot) && slot >= 0 && slot < count) {
    return slot === 0 ? 0 : slot
  }
  const gave = typeof slot === 'number' ? String(slot) : slot === null ? 'null' : `a ${typeof slot}`
  throw new RoutingError(
    'routing.bad-slot',
    `reducer ${name} gave ${gave} where an integer from 0 to ${count - 1} is needed`,
    ['Take the remainder by the second argument, and make it non-negative.'],
  )
}

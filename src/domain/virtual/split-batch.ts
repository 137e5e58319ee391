import type { Message } from '../model/message.ts'
import type { Partitioner, Reducer, VirtualKey } from '../routing/types.ts'
import { reducedBytes } from '../routing/virtual-key.ts'
import { balancedSlots } from './balanced.ts'

/** How a batch is dealt over virtual partitions. */
export interface Splitting {
  readonly maxPartitions: number
  readonly distribution: 'consistent' | 'balanced'
  readonly partitioner: Partitioner
  readonly reducer: Reducer
}

/** The VP of each message; `error` is what made the whole batch go to VP 0 (V2), else null. */
export interface Split {
  readonly slots: readonly number[]
  readonly error: unknown
}

/**
 * Calls the partitioner once per message, in log order (R1), and the reducer; any error of either,
 * on any message, puts the whole batch into VP 0 (V2, R4). Keys stay together under both
 * distributions (V3); the effective number of VPs is handed to the reducer (R6).
 */
export function splitBatch(messages: readonly Message[], splitting: Splitting): Split {
  try {
    const { distribution } = splitting
    const slots =
      distribution === 'balanced' ? balanced(messages, splitting) : consistent(messages, splitting)
    return { slots, error: null }
  } catch (error) {
    return allInOne(messages.length, error)
  }
}

/**
 * Splits by the user's own groups (V4): each message once, ascending inside a group; anything else
 * is an error as in `splitBatch`. Group i is VP i.
 */
export function splitByGroups<M extends Message>(
  messages: readonly M[],
  groupsOf: () => readonly (readonly M[])[],
): Split {
  try {
    return { slots: slotsOfGroups(messages, groupsOf()), error: null }
  } catch (error) {
    return allInOne(messages.length, error)
  }
}

function allInOne(messages: number, error: unknown): Split {
  const told = error ?? new TypeError(`the partitioner threw ${error}`)
  return { slots: new Array<number>(messages).fill(0), error: told }
}

function consistent(
  messages: readonly Message[],
  { partitioner, reducer, maxPartitions }: Splitting,
): number[] {
  const slots = new Array<number>(messages.length)
  for (let i = 0; i < messages.length; i++) {
    let slot: number
    if (partitioner.readsKeyOnly) {
      const key = messages[i]!.key ?? NO_BYTES
      slot = reducer.slotOfBytes(key, 0, key.length, maxPartitions)
    } else slot = reducer.slotOf(partitioner.keyOf(messages[i]!), maxPartitions)
    if (!Number.isInteger(slot) || slot < 0 || slot >= maxPartitions) {
      throw new RangeError(`reducer ${reducer.name} gave ${slot} of ${maxPartitions} slots`)
    }
    slots[i] = slot
  }
  return slots
}

const NO_BYTES = new Uint8Array(0)

/** Equal keys are one group, whatever a reducer would do with them (V3). */
function balanced(
  messages: readonly Message[],
  { partitioner, maxPartitions }: Splitting,
): number[] {
  const groups = new Map<string, number>()
  const sizes: number[] = []
  const groupOf = messages.map((message) => {
    const name = nameOf(partitioner.keyOf(message))
    const group = groups.get(name) ?? sizes.length
    if (group === sizes.length) {
      groups.set(name, group)
      sizes.push(0)
    }
    sizes[group]!++
    return group
  })
  const slots = balancedSlots(sizes, maxPartitions)
  return groupOf.map((group) => slots[group]!)
}

/** More arguments than this are too many for a call. */
const CHUNK = 4096

/** No key is the empty text (R2); bytes are spelt out one character each. */
function nameOf(key: VirtualKey): string {
  const bytes = reducedBytes(key)
  let name = ''
  for (let from = 0; from < bytes.length; from += CHUNK) {
    name += String.fromCharCode(...bytes.subarray(from, from + CHUNK))
  }
  return name
}

function slotsOfGroups<M extends Message>(
  messages: readonly M[],
  groups: readonly (readonly M[])[],
): number[] {
  if (!Array.isArray(groups)) {
    const given: unknown = groups
    // Nobody waits for it, and its rejection is not the runtime's end.
    if (given instanceof Promise) given.catch(() => undefined)
    throw new TypeError('a batch partitioner gives an array of groups, and no promise of one')
  }
  const places = new Map(messages.map((message, index) => [message, index]))
  const slots = new Array<number>(messages.length).fill(-1)
  groups.forEach((group, slot) => {
    let last = -1
    for (const message of group) {
      const place = places.get(message)
      if (place === undefined) throw new RangeError(`group ${slot} has a message of no such batch`)
      if (slots[place] !== -1) throw new RangeError(`message ${message.offset} is in two places`)
      if (place <= last) throw new RangeError(`group ${slot} is not in offset order`)
      slots[place] = slot
      last = place
    }
  })
  const left = slots.indexOf(-1)
  if (left >= 0) throw new RangeError(`message ${messages[left]!.offset} is in no group`)
  return slots
}

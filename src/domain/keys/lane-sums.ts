import { RoutingError } from '../../errors.ts'
import type { LaneSpec } from '../routing/types.ts'
import type { KeyTable } from './key-table.ts'

/** What the slots of a lane hold. */
export interface LaneSums {
  readonly messages: Float64Array
  readonly bytes: Float64Array
  /** Distinct keys; a missing key is none. */
  readonly keys: Float64Array
  /** Messages whose key the reducer refused (R4); they are in slot 0 too. */
  errors: number
}

/** Messages without a key, which have the empty text as their key where they are spread (R2). */
export interface NullLoad {
  readonly messages: number
  readonly bytes: number
  /** Messages that the partitioner refused, which go to slot 0 (P4, V2). */
  readonly refused?: number
  readonly refusedBytes?: number
}

/** In place of a slot: the reducer refused the key (R4), or there is none to place (R7). */
export const NO_SLOT = -1

const NO_BYTES = new Uint8Array(0)

/** Slots that hold nothing yet. */
export function emptyLane(count: number): LaneSums {
  return {
    messages: new Float64Array(count),
    bytes: new Float64Array(count),
    keys: new Float64Array(count),
    errors: 0,
  }
}

/** Puts a key of the table with all its messages into its slot. */
export function addKey(lane: LaneSums, spec: LaneSpec, table: KeyTable, index: number): void {
  const { keyBytes } = table
  const start = table.startOf(index)
  const slot = slotIn(spec, keyBytes, start, table.endOf(index))
  addPlaced(lane, slot, table, index)
}

/** The same where the slot is known; NO_SLOT where the reducer refused the key. */
export function addPlaced(lane: LaneSums, slot: number, table: KeyTable, index: number): void {
  const messages = table.messagesOf(index)
  const at = slot === NO_SLOT ? 0 : slot
  if (slot === NO_SLOT) lane.errors += messages
  lane.messages[at] = lane.messages[at]! + messages
  lane.bytes[at] = lane.bytes[at]! + table.bytesOf(index)
  lane.keys[at] = lane.keys[at]! + 1
}

/** Adds what the slots of another lane of the same layout hold. */
export function addLane(lane: LaneSums, other: LaneSums): void {
  addTo(lane.messages, other.messages)
  addTo(lane.bytes, other.bytes)
  addTo(lane.keys, other.keys)
  lane.errors += other.errors
}

/** Adds each number to the one in its place. */
export function addTo(sums: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + more[i]!
}

/** Puts messages without a key where R2 says; physical partitions do not spread them (R7). */
export function addNull(lane: LaneSums, spec: LaneSpec, load: NullLoad): void {
  if (spec.layer === 'partition') return
  const refused = load.refused ?? 0
  lane.messages[0] = lane.messages[0]! + refused
  lane.bytes[0] = lane.bytes[0]! + (load.refusedBytes ?? 0)
  if (load.messages === 0) return
  const slot = slotOfNull(spec)
  const at = slot === NO_SLOT ? 0 : slot
  if (slot === NO_SLOT) lane.errors += load.messages
  lane.messages[at] = lane.messages[at]! + load.messages
  lane.bytes[at] = lane.bytes[at]! + load.bytes
}

/** The slot of a key, or null where the reducer refuses it (R4). */
export function slotOfKey(spec: LaneSpec, key: Uint8Array): number | null {
  const slot = slotIn(spec, key, 0, key.length)
  return slot === NO_SLOT ? null : slot
}

/** The slot of messages without a key, which is that of the empty text (R2), or NO_SLOT. */
export function slotOfNull(spec: LaneSpec): number {
  return slotIn(spec, NO_BYTES, 0, 0)
}

/** The slot of the key in `bytes[start..end)`, or NO_SLOT where the reducer refuses it (R4). */
export function slotIn(
  { reducer, count }: LaneSpec,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  try {
    return reducer.slotOfBytes(bytes, start, end, count)
  } catch (error) {
    if (error instanceof RoutingError) return NO_SLOT
    throw error
  }
}

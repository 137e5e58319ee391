import { RoutingError } from '../../errors.ts'
import type { LaneSpec, Reducer } from '../routing/types.ts'
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

const NO_BYTES = new Uint8Array(0)
const REFUSED = -1

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
  const slot = slotOrRefused(spec.reducer, keyBytes, start, table.endOf(index), spec.count)
  addPlaced(lane, slot, table, index)
}

/** The same where the slot is known; below 0 where the reducer refused the key. */
export function addPlaced(lane: LaneSums, slot: number, table: KeyTable, index: number): void {
  const messages = table.messagesOf(index)
  const at = slot === REFUSED ? 0 : slot
  if (slot === REFUSED) lane.errors += messages
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
  const slot = slotOrRefused(spec.reducer, NO_BYTES, 0, 0, spec.count)
  const at = slot === REFUSED ? 0 : slot
  if (slot === REFUSED) lane.errors += load.messages
  lane.messages[at] = lane.messages[at]! + load.messages
  lane.bytes[at] = lane.bytes[at]! + load.bytes
}

/** The slot of a key, or null where the reducer refuses it (R4). */
export function slotOfKey(spec: LaneSpec, key: Uint8Array): number | null {
  const slot = slotOrRefused(spec.reducer, key, 0, key.length, spec.count)
  return slot === REFUSED ? null : slot
}

function slotOrRefused(
  reducer: Reducer,
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
): number {
  try {
    return reducer.slotOfBytes(bytes, start, end, count)
  } catch (error) {
    if (error instanceof RoutingError) return REFUSED
    throw error
  }
}

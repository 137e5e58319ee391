import { documentKey, textOf } from '../model/key-text.ts'
import type { LaneSpec } from '../routing/types.ts'
import type { Collision } from './key-profile.ts'
import type { KeyTable } from './key-table.ts'
import { slotOfKey } from './lane-sums.ts'

/** A key counts here when it alone fills this part of a mean slot: smaller ones do no harm. */
const PART_OF_A_SLOT = 0.1
const LISTED = 10

interface Occupant {
  readonly key: Uint8Array
  readonly messages: number
}

/**
 * Slots that several top keys share while other slots have none of them: worst first, at most ten.
 * Empty when every slot has a top key, since then sharing cannot be avoided by moving one.
 */
export function collisionsOf(
  spec: LaneSpec,
  load: { readonly table: KeyTable; readonly top: Int32Array },
  laneMessages: number,
): Collision[] {
  const occupants = occupantsBySlot(spec, load, (laneMessages / spec.count) * PART_OF_A_SLOT)
  if (occupants.size === spec.count) return []
  return [...occupants]
    .filter(([, keys]) => keys.length > 1)
    .sort(([slotA, a], [slotB, b]) => messagesOf(b) - messagesOf(a) || slotA - slotB)
    .slice(0, LISTED)
    .map(([slot, keys]) => ({
      slot,
      keys: keys.map(({ key }) => documentKey(key)),
      arithmetic: keys.map(
        ({ key }) => `${shown(key)} -> ${spec.reducer.explain(key, spec.count)}`,
      ),
    }))
}

function occupantsBySlot(
  spec: LaneSpec,
  load: { readonly table: KeyTable; readonly top: Int32Array },
  leastMessages: number,
): Map<number, Occupant[]> {
  const bySlot = new Map<number, Occupant[]>()
  for (const index of load.top) {
    const key = load.table.keyAt(index).slice()
    const messages = load.table.messagesOf(index)
    const slot = slotOfKey(spec, key)
    if (messages < leastMessages || slot === null) continue
    const others = bySlot.get(slot)
    if (others === undefined) bySlot.set(slot, [{ key, messages }])
    else others.push({ key, messages })
  }
  return bySlot
}

function messagesOf(occupants: readonly Occupant[]): number {
  return occupants.reduce((sum, { messages }) => sum + messages, 0)
}

/** Text in quotes, other bytes in hex. */
function shown(key: Uint8Array): string {
  const text = textOf(key)
  if (text !== null) return JSON.stringify(text)
  return `0x${Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

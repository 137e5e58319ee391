import type { LaneSpec } from '../routing/types.ts'
import { collisionsOf } from './collisions.ts'
import { type CountSpectrum, withMore } from './count-spectrum.ts'
import type { LaneFigures, SlotLoad } from './key-profile.ts'
import type { KeyTable } from './key-table.ts'
import type { LaneSums, NullLoad } from './lane-sums.ts'
import { packedMaximum } from './packing.ts'
import { randomHashImbalance } from './random-hash.ts'
import { topIndices } from './top-keys.ts'

/** As many of the most frequent keys are looked at for collisions. */
const TOP_KEYS = 50

/** What lanes are made of: keys with their messages, and what no reducer can change about them. */
export interface KeyLoad {
  readonly table: KeyTable
  /** The most frequent keys, most messages first. */
  readonly top: Int32Array
  /** Of the keys alone: what physical partitions spread (R7). */
  readonly keyed: SpreadBounds
  /** With the messages without a key, which are one virtual key with the empty text (R2). */
  readonly virtual: SpreadBounds
}

/** What the best packing and pure chance make of keys, per number of slots; worked out once. */
export class SpreadBounds {
  private readonly spectrum: CountSpectrum
  private readonly floors = new Map<number, number>()
  private readonly chances = new Map<number, number>()

  constructor(spectrum: CountSpectrum) {
    this.spectrum = spectrum
  }

  /** Imbalance after largest-first packing; 0 without messages. */
  floor(slots: number): number {
    const { spectrum } = this
    if (spectrum.messages === 0) return 0
    return remembered(
      this.floors,
      slots,
      // Packing takes whole keys: rounded ones of an estimate may come to less than the mean.
      () => Math.max(1, (packedMaximum(spectrum, slots) * slots) / spectrum.messages),
    )
  }

  /** Mean imbalance of an ideal random hash; 0 without messages. */
  randomHash(slots: number): number {
    return remembered(this.chances, slots, () => randomHashImbalance(this.spectrum, slots))
  }
}

/** The load of a table; the spectrum is that of all keys, counted or estimated. */
export function loadWith(table: KeyTable, nulls: NullLoad, spectrum: CountSpectrum): KeyLoad {
  return {
    table,
    top: topIndices(table, TOP_KEYS),
    keyed: new SpreadBounds(spectrum),
    virtual: new SpreadBounds(
      withMore(withMore(spectrum, emptyKeyMessages(table), nulls.messages), 0, nulls.refused ?? 0),
    ),
  }
}

/**
 * Keys spread over the slots of one layer by one reducer. Messages without a key are left out of
 * physical partitions (R7) and are the empty text elsewhere (R2); a key that the reducer refuses is
 * counted in slot 0 and in `errors` (R4, P4).
 * @param sums all that the slots hold
 */
export function laneFigures(spec: LaneSpec, load: KeyLoad, sums: LaneSums): LaneFigures {
  const messages = sums.messages.reduce((sum, value) => sum + value, 0)
  const bounds = spec.layer === 'partition' ? load.keyed : load.virtual
  const most = sums.messages.reduce((max, value) => Math.max(max, value), 0)
  const imbalance = messages === 0 ? 0 : (most * spec.count) / messages
  const floor = bounds.floor(spec.count)
  return {
    layer: spec.layer,
    count: spec.count,
    reducer: spec.reducer.name,
    messages,
    slots: slotLoads(sums, messages),
    emptySlots: sums.messages.filter((value) => value === 0).length,
    imbalance,
    floor,
    avoidable: floor === 0 ? 1 : imbalance / floor,
    randomHash: bounds.randomHash(spec.count),
    collisions: collisionsOf(spec, load, messages),
    errors: sums.errors,
  }
}

function slotLoads(sums: LaneSums, messages: number): SlotLoad[] {
  return Array.from(sums.messages, (own, index) => ({
    index,
    messages: own,
    keys: sums.keys[index]!,
    share: messages === 0 ? 0 : own / messages,
  }))
}

function emptyKeyMessages(table: KeyTable): number {
  for (let index = 0; index < table.size; index++) {
    if (table.lengthOf(index) === 0) return table.messagesOf(index)
  }
  return 0
}

function remembered(known: Map<number, number>, slots: number, compute: () => number): number {
  const value = known.get(slots) ?? compute()
  known.set(slots, value)
  return value
}

import type { LaneSpec } from '../routing/types.ts'
import { type CountSpectrum, SpectrumBuilder, spectrumOf } from './count-spectrum.ts'
import { addDistinct, type ForgottenKeys } from './forgotten-keys.ts'
import { levelOf } from './key-places.ts'
import type { Bounds } from './key-profile.ts'
import { KEY_SHAPES, shapeOf } from './key-shape.ts'
import type { KeyTable } from './key-table.ts'
import { addNull, type LaneSums, type NullLoad, slotOfKey } from './lane-sums.ts'

/** What is said of the number of keys: counts, or estimates where keys were forgotten. */
export interface KeyEstimates {
  readonly distinct: number
  readonly bounds: Bounds
  readonly spectrum: CountSpectrum
  /** Distinct keys per slot. @param counted where a key counts again when it was forgotten between */
  keysPerSlot(spec: LaneSpec, counted: Float64Array): Float64Array
  /** Distinct keys per position in KEY_SHAPES. @param counted the same */
  keysPerShape(counted: Float64Array): Float64Array
}

/** Counts while every key is in the table; else what the distinct counter and the sample say. */
export function keyEstimates(table: KeyTable, forgotten: ForgottenKeys | null): KeyEstimates {
  if (forgotten === null) return counts(table)
  const counter = forgotten.distinct.copy()
  for (let key = 0; key < table.size; key++) addDistinct(counter, table, key)
  const estimate = counter.estimate()
  const { lower, upper } = counter.bounds(estimate)
  const distinct = Math.max(table.size, Math.round(estimate))
  const sample = sampleOf(table, forgotten)
  const perGroup = (counted: Float64Array, groupOf: (key: number) => number) => {
    const keys = new Float64Array(counted.length)
    for (const key of sample) keys[groupOf(key)] = keys[groupOf(key)]! + 1
    // A few very long keys may fill the memory and leave no sample.
    const shares = sample.length > 0 ? keys : counted
    const all = shares.reduce((sum, own) => sum + own, 0)
    return shares.map((own, group) => {
      const estimated = Math.round((own / all) * distinct)
      return Math.min(counted[group]!, Math.max(Math.sign(counted[group]!), estimated))
    })
  }
  return {
    distinct,
    bounds: {
      lower: Math.max(table.size, Math.floor(lower)),
      upper: Math.max(distinct, Math.ceil(upper)),
    },
    spectrum: estimatedSpectrum(table, forgotten, sample, distinct),
    keysPerSlot: (spec, counted) =>
      perGroup(counted, (key) => slotOfKey(spec, table.keyAt(key)) ?? 0),
    keysPerShape: (counted) =>
      perGroup(counted, (key) =>
        KEY_SHAPES.indexOf(shapeOf(table.keyBytes, table.startOf(key), table.endOf(key))),
      ),
  }
}

/**
 * All that the slots of a lane hold: beside what was summed of keys, the messages without one, and
 * as many distinct keys as there are by the estimate.
 */
export function slotsInAll(
  spec: LaneSpec,
  keyed: LaneSums,
  nulls: NullLoad,
  estimates: KeyEstimates,
): LaneSums {
  const { messages, bytes, errors } = keyed
  const sums = {
    messages: messages.slice(),
    bytes: bytes.slice(),
    keys: estimates.keysPerSlot(spec, keyed.keys),
    errors,
  }
  addNull(sums, spec, nulls)
  return sums
}

function counts(table: KeyTable): KeyEstimates {
  return {
    distinct: table.size,
    bounds: { lower: table.size, upper: table.size },
    spectrum: spectrumOf(table),
    keysPerSlot: (_, counted) => counted,
    keysPerShape: (counted) => counted,
  }
}

/** Keys chosen by their hash alone, whose counts are exact: each as likely as any other. */
function sampleOf(table: KeyTable, { sampleLevel }: ForgottenKeys): number[] {
  const sample: number[] = []
  for (let key = 0; key < table.size; key++) {
    if (levelOf(table, key) >= sampleLevel) sample.push(key)
  }
  return sample
}

/**
 * Keys that certainly have more messages than any forgotten one, each with its certain count; for
 * all others the sample stands, multiplied to their number and scaled to their messages.
 */
function estimatedSpectrum(
  table: KeyTable,
  { maxMessages, sums }: ForgottenKeys,
  sample: readonly number[],
  distinct: number,
): CountSpectrum {
  const builder = new SpectrumBuilder()
  const isFrequent = (key: number) => table.messagesOf(key) > maxMessages
  let frequent = 0
  let rest = sums.messages
  for (let key = 0; key < table.size; key++) {
    const messages = table.messagesOf(key)
    if (isFrequent(key)) {
      builder.add(messages)
      frequent++
    } else {
      rest += messages
    }
  }
  const rare = sample.filter((key) => !isFrequent(key))
  const sampled = rare.reduce((sum, key) => sum + table.messagesOf(key), 0)
  if (sampled === 0) {
    if (rest > 0)
      builder.add(rest / Math.max(1, distinct - frequent), Math.max(1, distinct - frequent))
    return builder.build()
  }
  const times = Math.max(rare.length, distinct - frequent) / rare.length
  for (const key of rare) builder.add((table.messagesOf(key) * rest) / (sampled * times), times)
  return builder.build()
}

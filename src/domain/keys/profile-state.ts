import type { RefusedMessage } from '../routing/refused-messages.ts'
import type { LaneSpec, Layer, Partitioner } from '../routing/types.ts'
import type { BatchTally } from './batch-tally.ts'
import type { ForgottenKeys } from './forgotten-keys.ts'
import type { KeyFold } from './key-fold.ts'
import type { LaneSums } from './lane-sums.ts'
import type { PairTable } from './pair-table.ts'
import type { ProfileFold } from './profile-fold.ts'
import type { SizeHistogram } from './size-histogram.ts'
import { typedArrayText } from './typed-array-text.ts'

/** Plain data of everything that was counted, for a file; `mergeProfiles` takes several. */
export interface ProfileState {
  readonly kind: 'key-profile-state'
  readonly version: 1
  readonly partitioner: PartitionerState
  readonly maxMessages: number
  /** As it was asked for, and as it is now after doubling. */
  readonly windowMs: number
  readonly widthMs: number
  readonly strayLevel: number
  readonly partitionCount: number | null
  readonly messages: number
  readonly nullMessages: number
  readonly nullBytes: number
  readonly tombstones: number
  readonly partitionerErrors: number
  readonly refused: readonly RefusedMessage[]
  readonly keys: KeysState
  readonly partitions: readonly PartitionState[]
  /** Number (its start / widthMs; null without time) and messages of each window. */
  readonly windows: readonly (readonly [number: number | null, messages: number])[]
  readonly batches: BatchesState
  readonly valueSizes: SizesState
  readonly forgotten: ForgottenState | null
}

/** What is known of a partitioner without the function that it is. */
export type PartitionerState = Pick<Partitioner, 'name' | 'readsKeyOnly' | 'preferredReducer'>

/** Columns with an element per key, typed arrays in base64. */
export interface KeysState {
  readonly count: number
  readonly keyBytes: string
  readonly lengths: string
  readonly messages: string
  readonly bytes: string
  readonly missed: string
  /** Positions in `partitions` and `windows`. */
  readonly partition: string
  readonly window: string
  /** Three numbers per pair: key, position, messages. */
  readonly strays: string
  readonly times: string
}

export interface PartitionState {
  readonly partition: number
  readonly messages: number
  readonly bytes: number
  readonly nullMessages: number
}

export interface BatchesState {
  readonly batches: number
  readonly messagesPerKey: readonly number[]
  readonly keysPerBatch: readonly number[]
  readonly largestOfFull: readonly number[]
  readonly partial: readonly (readonly [size: number, largest: number])[]
}

export interface SizesState {
  readonly counts: readonly number[]
  readonly total: number
  readonly max: number
}

export interface ForgottenState {
  readonly maxMessages: number
  readonly sampleLevel: number
  readonly distinct: string
  readonly lanes: readonly LaneState[]
  readonly messages: number
  readonly emptyMessages: number
  readonly binaryMessages: number
  readonly sizes: SizesState
  readonly shapeMessages: readonly number[]
  readonly shapeKeys: readonly number[]
}

export interface LaneState {
  readonly layer: Layer
  readonly count: number
  readonly reducer: string
  readonly messages: readonly number[]
  readonly bytes: readonly number[]
  readonly keys: readonly number[]
  readonly errors: number
}

/** The state of a profile; open fetch batches end here. */
export function stateOf(profile: ProfileFold): ProfileState {
  const { options, places, partitions, forgotten } = profile
  const { name, readsKeyOnly, preferredReducer } = options.partitioner
  const { windows } = places
  return {
    kind: 'key-profile-state',
    version: 1,
    partitioner: { name, readsKeyOnly, preferredReducer },
    maxMessages: options.maxMessages,
    windowMs: options.windowMs,
    widthMs: windows.widthMs,
    strayLevel: places.strayLevel,
    partitionCount: options.partitionCount ?? null,
    messages: profile.messages,
    nullMessages: profile.nullMessages,
    nullBytes: profile.nullBytes,
    tombstones: profile.tombstones,
    partitionerErrors: profile.partitionerErrors,
    refused: profile.refused.first,
    keys: keysState(profile),
    partitions: partitions.map(({ partition, messages, bytes, nullMessages }) => ({
      partition,
      messages,
      bytes,
      nullMessages,
    })),
    windows: windows.numbers.map((number, id) => [
      Number.isNaN(number) ? null : number,
      windows.messages[id]!,
    ]),
    batches: batchesState(profile.closedBatches()),
    valueSizes: sizesState(profile.valueSizes),
    forgotten: forgotten === null ? null : forgottenState(forgotten),
  }
}

function keysState({ table, places }: ProfileFold): KeysState {
  const column = (of: (key: number) => number) => {
    const values = new Float64Array(table.size)
    for (let key = 0; key < table.size; key++) values[key] = of(key)
    return values
  }
  const words = (of: (key: number) => number) => typedArrayText(Int32Array.from(column(of)))
  const last = table.size - 1
  const used = last < 0 ? 0 : table.endOf(last)
  return {
    count: table.size,
    keyBytes: typedArrayText(table.keyBytes.subarray(0, used)),
    lengths: words((key) => table.lengthOf(key)),
    messages: typedArrayText(column((key) => table.messagesOf(key))),
    bytes: typedArrayText(column((key) => table.bytesOf(key))),
    missed: typedArrayText(column((key) => table.missedOf(key))),
    partition: words((key) => places.partitionOf(key)),
    window: words((key) => places.windowOf(key)),
    strays: pairsState(places.strays),
    times: pairsState(places.times),
  }
}

function pairsState(pairs: PairTable): string {
  const numbers = new Float64Array(pairs.size * 3)
  for (let entry = 0; entry < pairs.size; entry++) {
    numbers[entry * 3] = pairs.keyOf(entry)
    numbers[entry * 3 + 1] = pairs.valueOf(entry)
    numbers[entry * 3 + 2] = pairs.countOf(entry)
  }
  return typedArrayText(numbers)
}

function batchesState(tally: BatchTally): BatchesState {
  return {
    batches: tally.batches,
    messagesPerKey: [...tally.messagesPerKey],
    keysPerBatch: [...tally.keysPerBatch],
    largestOfFull: [...tally.largestOfFull],
    partial: tally.partial,
  }
}

function sizesState({ counts, total, max }: SizeHistogram): SizesState {
  return { counts: [...counts], total, max }
}

function forgottenState({
  maxMessages,
  sampleLevel,
  distinct,
  sums,
}: ForgottenKeys<KeyFold>): ForgottenState {
  return {
    maxMessages,
    sampleLevel,
    distinct: typedArrayText(distinct.registers),
    ...foldState(sums),
  }
}

function foldState(
  fold: KeyFold,
): Omit<ForgottenState, 'maxMessages' | 'sampleLevel' | 'distinct'> {
  return {
    lanes: fold.lanes.map((lane, i) => laneState(fold.specs[i]!, lane)),
    messages: fold.messages,
    emptyMessages: fold.emptyMessages,
    binaryMessages: fold.binaryMessages,
    sizes: sizesState(fold.sizes),
    shapeMessages: [...fold.shapeMessages],
    shapeKeys: [...fold.shapeKeys],
  }
}

function laneState({ layer, count, reducer }: LaneSpec, lane: LaneSums): LaneState {
  return {
    layer,
    count,
    reducer: reducer.name,
    messages: [...lane.messages],
    bytes: [...lane.bytes],
    keys: [...lane.keys],
    errors: lane.errors,
  }
}

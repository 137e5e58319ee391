import { InputError } from '../../errors.ts'
import { addedTallies } from './batch-tally.ts'
import { HyperLogLog } from './hyper-log-log.ts'
import { KeyFold } from './key-fold.ts'
import { type KeyPlaces, levelOf } from './key-places.ts'
import type { KeyTable } from './key-table.ts'
import type { ProfileFold, ProfileOptions } from './profile-fold.ts'
import type { ForgottenState, PartitionerState, ProfileState, SizesState } from './profile-state.ts'
import { SizeHistogram } from './size-histogram.ts'
import { NO_TIME } from './time-windows.ts'
import { bytesOfText } from './typed-array-text.ts'

/** Messages that a state's keys may have had while they were not counted there. */
interface Missed {
  readonly maxMessages: number
  readonly sampleLevel: number
}

/**
 * Adds what another run counted. Fetch batches of the two runs stay apart, so the result equals one
 * run where each partition was read by one of them.
 * @throws InputError where the two cannot be added up
 */
export function addState(profile: ProfileFold, state: ProfileState): void {
  checkMatches(profile.options, state)
  profile.messages += state.messages
  profile.nullMessages += state.nullMessages
  profile.nullBytes += state.nullBytes
  profile.tombstones += state.tombstones
  profile.partitionerErrors += state.partitionerErrors
  for (const message of state.refused) profile.refused.add(message)
  profile.valueSizes.merge(sizesOf(state.valueSizes))
  profile.batches = addedTallies(profile.batches, {
    maxMessages: state.maxMessages,
    batches: state.batches.batches,
    messagesPerKey: Float64Array.from(state.batches.messagesPerKey),
    keysPerBatch: Float64Array.from(state.batches.keysPerBatch),
    largestOfFull: Float64Array.from(state.batches.largestOfFull),
    partial: state.batches.partial.map(([size, largest]) => [size, largest]),
  })
  const partitions = addPartitions(profile, state)
  addWindows(profile, state)
  addKeys(profile, state, partitions)
  if (state.forgotten !== null) addForgotten(profile, state.forgotten)
  profile.places.widenAsNeeded()
  profile.makeRoomAsNeeded()
}

/** @returns the partition's id here, by its position in the state */
function addPartitions(profile: ProfileFold, state: ProfileState): number[] {
  return state.partitions.map(({ partition, messages, bytes, nullMessages }) => {
    const tally = profile.tallyOf(partition)
    tally.messages += messages
    tally.bytes += bytes
    tally.nullMessages += nullMessages
    return tally.id
  })
}

/** Adds the messages per window, which also makes the windows as wide as the state's. */
function addWindows({ places }: ProfileFold, state: ProfileState): void {
  while (places.windows.widthMs < state.widthMs) places.widen()
  state.windows.forEach(([, messages], position) => {
    const id = windowId(places, state, position)
    places.windows.messages[id] = places.windows.messages[id]! + messages
  })
}

/** Windows may be doubled while keys are added, so ids are looked up each time. */
function windowId({ windows }: KeyPlaces, state: ProfileState, position: number): number {
  const number = state.windows[position]![0]
  if (number === null) return NO_TIME
  return windows.idOf(Math.floor((number * state.widthMs) / windows.widthMs))
}

function addKeys(profile: ProfileFold, state: ProfileState, partitionIds: readonly number[]): void {
  const { table, places, forgotten } = profile
  const columns = keyColumns(state)
  const missedThere = missedBy(state.forgotten)
  const missedHere = missedBy(forgotten)
  const before = table.size
  const isInBoth = new Uint8Array(before)
  const indices = new Int32Array(state.keys.count)
  places.raiseStrayLevel(state.strayLevel)
  let start = 0
  for (let key = 0; key < state.keys.count; key++) {
    const end = start + columns.lengths[key]!
    const index = table.intern(columns.keyBytes, start, end)
    start = end
    indices[key] = index
    table.count(index, columns.messages[key]!, columns.bytes[key]!)
    const partition = partitionIds[columns.partition[key]!]!
    const window = windowId(places, state, columns.window[key]!)
    if (index === places.size) {
      places.settle(partition, window)
      table.setMissed(index, columns.missed[key]! + missedHere(table, index))
    } else {
      isInBoth[index] = 1
      table.setMissed(index, columns.missed[key]! + table.missedOf(index))
      places.addStray(index, partition, columns.ownPartition[key]!)
      places.addTime(index, window, columns.ownWindow[key]!)
    }
  }
  for (let index = 0; index < before; index++) {
    if (isInBoth[index] === 1) continue
    table.setMissed(index, table.missedOf(index) + missedThere(table, index))
  }
  eachPair(columns.strays, (key, partition, messages) => {
    places.addStray(indices[key]!, partitionIds[partition]!, messages)
  })
  eachPair(columns.times, (key, window, messages) => {
    places.addTime(indices[key]!, windowId(places, state, window), messages)
  })
}

/** The columns of a state's keys; `own..` is what each key has in its own partition and window. */
function keyColumns({ keys }: ProfileState) {
  const messages = new Float64Array(bytesOfText(keys.messages).buffer)
  const strays = new Float64Array(bytesOfText(keys.strays).buffer)
  const times = new Float64Array(bytesOfText(keys.times).buffer)
  return {
    keyBytes: bytesOfText(keys.keyBytes),
    lengths: new Int32Array(bytesOfText(keys.lengths).buffer),
    messages,
    bytes: new Float64Array(bytesOfText(keys.bytes).buffer),
    missed: new Float64Array(bytesOfText(keys.missed).buffer),
    partition: new Int32Array(bytesOfText(keys.partition).buffer),
    window: new Int32Array(bytesOfText(keys.window).buffer),
    strays,
    times,
    ownPartition: withoutPairs(messages, strays),
    ownWindow: withoutPairs(messages, times),
  }
}

function withoutPairs(messages: Float64Array, pairs: Float64Array): Float64Array {
  const own = messages.slice()
  eachPair(pairs, (key, _, count) => {
    own[key] = own[key]! - count
  })
  return own
}

function eachPair(
  pairs: Float64Array,
  take: (key: number, value: number, messages: number) => void,
): void {
  for (let at = 0; at < pairs.length; at += 3) take(pairs[at]!, pairs[at + 1]!, pairs[at + 2]!)
}

/** Most messages that a key which a run does not know may have had there. */
function missedBy(missed: Missed | null): (table: KeyTable, key: number) => number {
  if (missed === null) return () => 0
  return (table, key) => (levelOf(table, key) >= missed.sampleLevel ? 0 : missed.maxMessages)
}

function addForgotten(profile: ProfileFold, state: ForgottenState): void {
  const { lanes } = profile.options
  const fold = new KeyFold(lanes)
  lanes.forEach(({ layer, count, reducer }, i) => {
    const lane = state.lanes.find(
      (one) => one.layer === layer && one.count === count && one.reducer === reducer.name,
    )
    if (lane === undefined) throw otherLanes(`${layer} ${count} ${reducer.name}`)
    const own = fold.lanes[i]!
    own.messages.set(lane.messages)
    own.bytes.set(lane.bytes)
    own.keys.set(lane.keys)
    own.errors = lane.errors
  })
  fold.messages = state.messages
  fold.emptyMessages = state.emptyMessages
  fold.binaryMessages = state.binaryMessages
  fold.sizes.merge(sizesOf(state.sizes))
  fold.shapeMessages.set(state.shapeMessages)
  fold.shapeKeys.set(state.shapeKeys)
  const forgotten = profile.keys.startForgetting()
  forgotten.sums.merge(fold)
  forgotten.distinct.merge(new HyperLogLog(bytesOfText(state.distinct)))
  forgotten.maxMessages += state.maxMessages
  forgotten.sampleLevel = Math.max(forgotten.sampleLevel, state.sampleLevel)
}

function sizesOf(state: SizesState): SizeHistogram {
  const sizes = new SizeHistogram()
  sizes.counts.set(state.counts)
  sizes.total = state.total
  sizes.max = state.max
  return sizes
}

function checkMatches(options: ProfileOptions, state: ProfileState): void {
  if (state.kind !== 'key-profile-state' || state.version !== 1) {
    throw new InputError('profile.not-a-state', 'this is no key profile that can be merged', [
      'Give files that analyze-keys --out wrote.',
    ])
  }
  const pairs = [
    ['partitioner', whatReads(state.partitioner), whatReads(options.partitioner)],
    ['messages per batch', state.maxMessages, options.maxMessages],
    ['width of a time window', state.windowMs, options.windowMs],
  ] as const
  for (const [what, there, here] of pairs) {
    if (there === here) continue
    throw new InputError(
      'profile.other-options',
      `profiles with a different ${what} cannot be merged: ${there} and ${here}`,
      ['Make all of them with the same flags.'],
    )
  }
}

/** A function of the user's may be called `key` too. */
function whatReads({ name, readsKeyOnly }: PartitionerState): string {
  return name === 'key' && !readsKeyOnly ? 'a function called key' : name
}

function otherLanes(lane: string): InputError {
  return new InputError(
    'profile.other-lanes',
    `a profile that is not exact does not have the lane ${lane}`,
    [
      'Give the lanes that the profile was made with.',
      'Or make it again with more --max-memory: exact profiles can be spread over any lanes.',
    ],
  )
}

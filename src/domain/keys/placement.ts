import { REDUCER_NAMES, reducerNamed } from '../routing/reducers.ts'
import { type KeyPlaces, levelOf, levelWithin } from './key-places.ts'
import type { Placement } from './key-profile.ts'
import type { KeyTable } from './key-table.ts'

/** Where the keys of a sample were found. */
interface Observed {
  readonly keys: Int32Array
  /** Three in a row per (key, partition): position in `keys`, partition, messages. */
  readonly found: Float64Array
  readonly messages: number
}

/** Every reducer that a producer may have used to choose a partition. */
const CANDIDATES = REDUCER_NAMES.filter((name) => name !== 'identity').map(reducerNamed)
/** More keys make the answer slower, not better. */
const ASKED_KEYS = 16_384
/** A hash that explains so much of the messages is the one that placed them. */
export const CONSISTENT = 0.999
/** The second hash of a mixture explains at least this part of what the first does not. */
const OF_THE_REST = 0.9
/** Chance that some hash explains so many keys by luck, at most. */
const LUCK = 0.001
/** Keys do not choose when they are together at most so much of the way from chance to always. */
const HARDLY_MORE = 0.1
/** It takes so many messages that repeat a key to say so. */
const REPEATS = 100

/**
 * Which hash put the keys where they were found, weighed by messages. Asked of at most 16,384 keys,
 * chosen by their hash alone. A hash is named only when luck cannot explain it: with few keys or
 * one partition several hashes may do, and the verdict is `unknown`.
 * @param leastLevel keys below this level (`levelOf`) have no exact counts
 * @returns null where the source does not say partitions, or no message has a key
 */
export function placementOf(
  table: KeyTable,
  places: KeyPlaces,
  partitions: readonly number[],
  partitionCount: number,
  leastLevel: number,
): Placement | null {
  if (partitions.every((partition) => partition < 0)) return null
  const observed = observe(table, places, partitions, leastLevel)
  if (observed.messages === 0) return null
  const slots = CANDIDATES.map((reducer) =>
    observed.keys.map((key) =>
      reducer.slotOfBytes(table.keyBytes, table.startOf(key), table.endOf(key), partitionCount),
    ),
  )
  const explained = slots.map((own) => messagesWhere(observed, (key, at) => own[key] === at))
  const order = CANDIDATES.map((_, i) => i).sort((a, b) => explained[b]! - explained[a]! || a - b)
  const candidates = order.map((i) => ({
    reducer: CANDIDATES[i]!.name,
    explained: explained[i]! / observed.messages,
  }))
  return {
    partitionCount,
    messages: observed.messages,
    candidates,
    ...judged(observed, slots, order, partitionCount),
    keysInSeveralPartitions: leastLevel > 0 ? null : keysElsewhere(places),
  }
}

type Judgement = Pick<Placement, 'reducer' | 'verdict' | 'minority'>

function judged(
  observed: Observed,
  slots: readonly Int32Array[],
  order: readonly number[],
  partitionCount: number,
): Judgement {
  const [first, second] = [order[0]!, order[1]!]
  const name = (candidate: number) => CANDIDATES[candidate]!.name
  const by = (candidate: number) => (key: number, partition: number) =>
    slots[candidate]![key] === partition
  const best = messagesWhere(observed, by(first)) / observed.messages
  const isLuck = observed.keys.length < keysAgainstLuck(partitionCount)
  if (best >= CONSISTENT) {
    const isTie = messagesWhere(observed, by(second)) / observed.messages >= CONSISTENT
    if (isLuck || isTie) return UNKNOWN
    return { reducer: name(first), verdict: 'consistent', minority: null }
  }
  const rest = observed.messages - best * observed.messages
  const shares = order.slice(1).map((candidate) => ({
    candidate,
    messages: messagesWhere(observed, (k, p) => !by(first)(k, p) && by(candidate)(k, p)),
  }))
  const other = shares.reduce((most, one) => (one.messages > most.messages ? one : most))
  const restKeys = keysWhere(observed, (k, p) => !by(first)(k, p))
  const isLuckOfTheRest = restKeys < keysAgainstLuck(partitionCount)
  if (!isLuckOfTheRest && best >= 0.5 && other.messages >= OF_THE_REST * rest) {
    const minority = { reducer: name(other.candidate), share: other.messages / observed.messages }
    return { reducer: name(first), verdict: 'mixed', minority }
  }
  return isUnkeyed(observed) ? { reducer: null, verdict: 'unkeyed', minority: null } : UNKNOWN
}

const UNKNOWN: Judgement = { reducer: null, verdict: 'unknown', minority: null }

/** Keys it takes until the chance that one of the hashes fits all of them by luck is small. */
export function keysAgainstLuck(partitionCount: number): number {
  return Math.log(CANDIDATES.length / LUCK) / Math.log(partitionCount)
}

/**
 * Whether two messages of one key share a partition hardly more often than two of any keys. Where a
 * part f of the messages follows its key, f^2 of the pairs do: less than a third of them passes.
 */
function isUnkeyed(observed: Observed): boolean {
  const { repeats, together } = repeatsOf(observed)
  const chance = chanceToMeet(observed)
  return repeats >= REPEATS && together < chance + HARDLY_MORE * (1 - chance)
}

/** Messages that repeat a key, and the chance that two messages of one key are in one partition. */
function repeatsOf({ keys, found }: Observed): { repeats: number; together: number } {
  const messages = new Float64Array(keys.length)
  const pairs = new Float64Array(keys.length)
  for (let at = 0; at < found.length; at += 3) {
    const [key, count] = [found[at]!, found[at + 2]!]
    messages[key] = messages[key]! + count
    pairs[key] = pairs[key]! + count * (count - 1)
  }
  let [repeats, sum, weights] = [0, 0, 0]
  messages.forEach((own, key) => {
    if (own < 2) return
    repeats += own - 1
    sum += pairs[key]! / (own - 1)
    weights += own
  })
  return { repeats, together: weights === 0 ? 1 : sum / weights }
}

/** Chance that two messages are in one partition whatever their keys, as full as partitions are. */
function chanceToMeet({ found, messages }: Observed): number {
  const loads = new Map<number, number>()
  for (let at = 0; at < found.length; at += 3) {
    loads.set(found[at + 1]!, (loads.get(found[at + 1]!) ?? 0) + found[at + 2]!)
  }
  return [...loads.values()].reduce((sum, load) => sum + (load / messages) ** 2, 0)
}

function messagesWhere(
  { found }: Observed,
  isExplained: (key: number, partition: number) => boolean,
): number {
  let messages = 0
  for (let at = 0; at < found.length; at += 3) {
    if (isExplained(found[at]!, found[at + 1]!)) messages += found[at + 2]!
  }
  return messages
}

function keysWhere(
  { found }: Observed,
  isMeant: (key: number, partition: number) => boolean,
): number {
  const keys = new Set<number>()
  for (let at = 0; at < found.length; at += 3) {
    if (isMeant(found[at]!, found[at + 1]!)) keys.add(found[at]!)
  }
  return keys.size
}

function observe(
  table: KeyTable,
  places: KeyPlaces,
  partitions: readonly number[],
  leastLevel: number,
): Observed {
  const level = levelWithin(table, ASKED_KEYS, Math.max(leastLevel, places.strayLevel))
  const keys: number[] = []
  const position = new Int32Array(table.size).fill(-1)
  for (let key = 0; key < table.size; key++) {
    if (levelOf(table, key) >= level) position[key] = keys.push(key) - 1
  }
  const own = Float64Array.from(keys, (key) => table.messagesOf(key))
  const found: number[] = []
  for (let entry = 0; entry < places.strays.size; entry++) {
    const at = position[places.strays.keyOf(entry)]!
    if (at < 0) continue
    const messages = places.strays.countOf(entry)
    own[at] = own[at]! - messages
    found.push(at, partitions[places.strays.valueOf(entry)]!, messages)
  }
  keys.forEach((key, at) => {
    found.push(at, partitions[places.partitionOf(key)]!, own[at]!)
  })
  return {
    keys: Int32Array.from(keys),
    found: Float64Array.from(found),
    messages: keys.reduce((sum, key) => sum + table.messagesOf(key), 0),
  }
}

function keysElsewhere(places: KeyPlaces): number | null {
  if (places.strayLevel > 0) return null
  const elsewhere = new Uint8Array(places.size)
  for (let entry = 0; entry < places.strays.size; entry++) {
    elsewhere[places.strays.keyOf(entry)] = 1
  }
  return elsewhere.reduce((sum, one) => sum + one, 0)
}

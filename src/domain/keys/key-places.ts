import {
  LAST_COUNT,
  LAST_ENTRY,
  LAST_WINDOW,
  PARTITION,
  RECORD_WORDS,
  WINDOW,
} from './key-record.ts'
import type { KeyTable } from './key-table.ts'
import { BYTES_PER_PAIR, PairTable } from './pair-table.ts'
import { TimeWindows } from './time-windows.ts'

/** So many messages of a last window go to its pair at once; the word for them has 32 bits. */
const MOST_UNPAIRED = 2 ** 30

/**
 * In which partitions and time windows each key was found. Most keys have one of each, which costs
 * nothing to count: only what is elsewhere gets a pair, and the key's own place has the rest.
 */
export class KeyPlaces {
  readonly windows: TimeWindows
  /** Keys of this level or above have all their partitions counted; 0 is every key. */
  strayLevel = 0
  /** (key, partition id) apart from the key's own partition. */
  readonly strays = new PairTable()
  private readonly table: KeyTable
  /** (key, window id); what is counted in a key's last window may still be in its record. */
  private readonly pairs = new PairTable()
  private readonly maxStrays: number
  private readonly maxTimes: number
  private known = 0

  constructor(table: KeyTable, windowMs: number, maxMemoryBytes: number) {
    this.table = table
    this.windows = new TimeWindows(windowMs)
    this.maxStrays = Math.floor(maxMemoryBytes / 3 / BYTES_PER_PAIR)
    this.maxTimes = Math.floor((maxMemoryBytes * 2) / 3 / BYTES_PER_PAIR)
  }

  /** Keys that have a place; a key index that equals it is new. */
  get size(): number {
    return this.known
  }

  /** Of the pairs; what is known of each key beside them is in its record. */
  get memoryBytes(): number {
    return this.strays.memoryBytes + this.pairs.memoryBytes
  }

  /** (key, window id) apart from the key's own window. */
  get times(): PairTable {
    const { words } = this.table
    for (let at = 0; at < this.known * RECORD_WORDS; at += RECORD_WORDS) this.pairUp(words, at)
    return this.pairs
  }

  partitionOf(key: number): number {
    return this.table.words[key * RECORD_WORDS + PARTITION]!
  }

  windowOf(key: number): number {
    return this.table.words[key * RECORD_WORDS + WINDOW]!
  }

  /** The window of a timestamp; NaN has one of its own. */
  windowAt(timestamp: number): number {
    const window = this.windows.idAt(timestamp)
    if (!this.windows.tooMany) return window
    this.widenAsNeeded()
    return this.windows.idAt(timestamp)
  }

  /** Gives the next new key its own place. */
  settle(partition: number, window: number): void {
    const { words } = this.table
    const at = this.known++ * RECORD_WORDS
    words[at + PARTITION] = partition
    words[at + WINDOW] = window
    words[at + LAST_WINDOW] = -1
    words[at + LAST_COUNT] = 0
  }

  /** Notes a message of a key that has a place, in a partition and a window. */
  note(key: number, partition: number, window: number): void {
    const at = key * RECORD_WORDS
    const { words } = this.table
    if (words[at + PARTITION] !== partition) this.addStray(key, partition, 1)
    if (words[at + WINDOW] === window) return
    if (words[at + LAST_WINDOW] !== window) this.addTime(key, window, 1)
    else if (words[at + LAST_COUNT]! < MOST_UNPAIRED) words[at + LAST_COUNT]!++
    else this.addTime(key, window, 1)
  }

  /** Messages of a key in a partition; in its own they need no counting. */
  addStray(key: number, partition: number, messages: number): void {
    if (this.partitionOf(key) === partition || levelOf(this.table, key) < this.strayLevel) return
    this.strays.add(key, partition, messages)
    while (this.strays.size > this.maxStrays) this.raiseStrayLevel(this.strayLevel + 1)
  }

  /** Messages of a key in a window; in its own they need no counting. */
  addTime(key: number, window: number, messages: number): void {
    const { words } = this.table
    const at = key * RECORD_WORDS
    if (words[at + WINDOW] === window) return
    this.pairUp(words, at)
    words[at + LAST_ENTRY] = this.pairs.add(key, window, messages)
    words[at + LAST_WINDOW] = window
    this.widenAsNeeded()
  }

  /** Doubles the windows until they, and the pairs of keys with them, fit. */
  widenAsNeeded(): void {
    while (this.windows.tooMany || (this.pairs.size > this.maxTimes && this.windows.size > 1)) {
      this.widen()
    }
  }

  widen(): void {
    const { times } = this
    const { words } = this.table
    const newIds = this.windows.double()
    for (let at = 0; at < this.known * RECORD_WORDS; at += RECORD_WORDS) {
      words[at + WINDOW] = newIds[words[at + WINDOW]!]!
      words[at + LAST_WINDOW] = -1
    }
    times.remap(same, (window, key) => {
      const wider = newIds[window]!
      return wider === this.windowOf(key) ? -1 : wider
    })
  }

  /** Counts partitions only for keys of a level from now on, and forgets those of the others. */
  raiseStrayLevel(level: number): void {
    this.strayLevel = Math.max(level, this.strayLevel)
    const counted = (key: number) => (levelOf(this.table, key) < this.strayLevel ? -1 : key)
    this.strays.remap(counted, same)
  }

  /** Follows the table, which has forgotten keys: their new indices, -1 for a forgotten one. */
  renumber(newIndices: Int32Array): void {
    const { words, size } = this.table
    this.known = size
    // Entries are still those of the old indices, and records have moved with what they count.
    const { times } = this
    for (let key = 0; key < size; key++) words[key * RECORD_WORDS + LAST_WINDOW] = -1
    this.strays.remap((key) => newIndices[key]!, same)
    times.remap((key) => newIndices[key]!, same)
  }

  private pairUp(words: Int32Array, at: number): void {
    const count = words[at + LAST_COUNT]!
    if (count === 0) return
    this.pairs.increase(words[at + LAST_ENTRY]!, count)
    words[at + LAST_COUNT] = 0
  }
}

/**
 * How rare a key's hash is: each level has half the keys of the one below. All keys of a level or
 * above are a sample that depends on the keys alone, not on their order or their messages.
 */
export function levelOf(table: KeyTable, key: number): number {
  return Math.clz32(table.hashOf(key))
}

/** The lowest level, from `least` up, that at most `limit` of the table's keys reach. */
export function levelWithin(table: KeyTable, limit: number, least: number): number {
  const reached = new Float64Array(34)
  for (let key = 0; key < table.size; key++) {
    const level = levelOf(table, key)
    reached[level] = reached[level]! + 1
  }
  for (let level = 32; level >= 0; level--) reached[level] = reached[level]! + reached[level + 1]!
  let level = least
  while (level < 33 && reached[level]! > limit) level++
  return level
}

function same(value: number): number {
  return value
}

import { grownLength } from './growth.ts'
import type { KeyTable } from './key-table.ts'
import { BYTES_PER_PAIR, PairTable } from './pair-table.ts'
import { TimeWindows } from './time-windows.ts'

/** Per key: its own partition and window (the first seen), the last other window and its entry. */
const WORDS = 4
const WINDOW = 1
const LAST_WINDOW = 2
const LAST_ENTRY = 3

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
  /** (key, window id) apart from the key's own window. */
  readonly times = new PairTable()
  private readonly table: KeyTable
  private readonly maxStrays: number
  private readonly maxTimes: number
  private words = new Int32Array(1024 * WORDS)
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

  get memoryBytes(): number {
    return this.words.byteLength + this.strays.memoryBytes + this.times.memoryBytes
  }

  partitionOf(key: number): number {
    return this.words[key * WORDS]!
  }

  windowOf(key: number): number {
    return this.words[key * WORDS + WINDOW]!
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
    const at = this.known++ * WORDS
    if (at === this.words.length) this.grow()
    this.words[at] = partition
    this.words[at + WINDOW] = window
    this.words[at + LAST_WINDOW] = -1
  }

  /** Notes messages of a key that has a place, in a partition and a window. */
  note(key: number, partition: number, window: number): void {
    const at = key * WORDS
    const words = this.words
    if (words[at] !== partition) this.addStray(key, partition, 1)
    if (words[at + WINDOW] === window) return
    if (words[at + LAST_WINDOW] === window) this.times.increase(words[at + LAST_ENTRY]!, 1)
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
    const at = key * WORDS
    if (this.words[at + WINDOW] === window) return
    this.words[at + LAST_ENTRY] = this.times.add(key, window, messages)
    this.words[at + LAST_WINDOW] = window
    this.widenAsNeeded()
  }

  /** Doubles the windows until they, and the pairs of keys with them, fit. */
  widenAsNeeded(): void {
    while (this.windows.tooMany || (this.times.size > this.maxTimes && this.windows.size > 1)) {
      this.widen()
    }
  }

  widen(): void {
    const newIds = this.windows.double()
    for (let at = 0; at < this.known * WORDS; at += WORDS) {
      this.words[at + WINDOW] = newIds[this.words[at + WINDOW]!]!
      this.words[at + LAST_WINDOW] = -1
    }
    this.times.remap(same, (window, key) => {
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
    let known = 0
    newIndices.forEach((index, old) => {
      if (index < 0) return
      this.words.copyWithin(index * WORDS, old * WORDS, (old + 1) * WORDS)
      this.words[index * WORDS + LAST_WINDOW] = -1
      known++
    })
    this.known = known
    this.strays.remap((key) => newIndices[key]!, same)
    this.times.remap((key) => newIndices[key]!, same)
  }

  private grow(): void {
    const places = grownLength(this.words.length / WORDS, this.known, WORDS * 4)
    this.words = new Int32Array(this.words.buffer.transfer(places * WORDS * 4))
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

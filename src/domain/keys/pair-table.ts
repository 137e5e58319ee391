import { grownLength } from './growth.ts'

/** A pair is 4 words of 32 bits: key, value, count (64). */
const WORDS = 4
const FIRST_CAPACITY = 64

/** What a pair needs, its place in the hash slots included. */
export const BYTES_PER_PAIR = WORDS * 4 + 12

/** Counts per (key index, small integer): the partitions or time windows of a key beside its own. */
export class PairTable {
  /** Distinct pairs; entries are below it. */
  size = 0
  private words: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY * WORDS)
  private counts = new Float64Array(this.words.buffer)
  /** Entry + 1, 0 for a free slot. */
  private slots = new Int32Array(FIRST_CAPACITY * 2)

  /** Adds to the count of a pair. @returns its entry, which holds until `remap` */
  add(key: number, value: number, count: number): number {
    const mask = this.slots.length - 1
    let slot = pairHash(key, value) & mask
    for (;;) {
      const entry = this.slots[slot]! - 1
      if (entry < 0) break
      if (this.words[entry * WORDS] === key && this.words[entry * WORDS + 1] === value) {
        this.increase(entry, count)
        return entry
      }
      slot = (slot + 1) & mask
    }
    return this.insert(key, value, count, slot)
  }

  /** Adds to the count of an entry that is known. */
  increase(entry: number, count: number): void {
    this.counts[entry * 2 + 1] = this.counts[entry * 2 + 1]! + count
  }

  keyOf(entry: number): number {
    return this.words[entry * WORDS]!
  }

  valueOf(entry: number): number {
    return this.words[entry * WORDS + 1]!
  }

  countOf(entry: number): number {
    return this.counts[entry * 2 + 1]!
  }

  get memoryBytes(): number {
    return this.words.byteLength + this.slots.byteLength
  }

  /**
   * Renames all pairs, in place, and adds up those that become equal.
   * @param newKey and newValue: -1 forgets the pair; `newValue` gets the old key too
   */
  remap(newKey: (key: number) => number, newValue: (value: number, key: number) => number): void {
    const before = this.size
    this.size = 0
    this.slots.fill(0)
    for (let entry = 0; entry < before; entry++) {
      const oldKey = this.keyOf(entry)
      const key = newKey(oldKey)
      const value = key < 0 ? -1 : newValue(this.valueOf(entry), oldKey)
      // At most `entry` pairs are written so far, so this one has been read before it is replaced.
      if (value >= 0) this.add(key, value, this.countOf(entry))
    }
  }

  private insert(key: number, value: number, count: number, slot: number): number {
    const entry = this.size++
    if (this.size * WORDS > this.words.length) {
      const capacity = grownLength(entry, this.size, WORDS * 4)
      const buffer = this.words.buffer.transfer(capacity * WORDS * 4)
      this.words = new Int32Array(buffer)
      this.counts = new Float64Array(buffer)
    }
    this.slots[slot] = entry + 1
    this.words[entry * WORDS] = key
    this.words[entry * WORDS + 1] = value
    this.counts[entry * 2 + 1] = count
    if (this.size > this.slots.length * 0.6) this.growSlots()
    return entry
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let entry = 0; entry < this.size; entry++) {
      let slot = pairHash(this.keyOf(entry), this.valueOf(entry)) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry + 1
    }
    this.slots = slots
  }
}

function pairHash(key: number, value: number): number {
  const h = Math.imul(key, 0x9e3779b1) ^ Math.imul(value + 1, 0x85ebca6b)
  return h ^ (h >>> 15)
}

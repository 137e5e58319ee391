import { grownLength } from './growth.ts'
import { keyHash } from './key-hash.ts'

/** The table's own hash; the distinct counter takes another seed beside it. */
export const TABLE_SEED = 0x3c6ef372

/** A record is 8 words of 32 bits: start, length, hash, missed, messages (64), bytes (64). */
const WORDS = 8
const LENGTH = 1
const HASH = 2
const MISSED = 3
/** The same record as 4 doubles. */
const DOUBLES = 4
const MESSAGES = 2
const BYTES = 3

const FIRST_CAPACITY = 256
const MAX_LOAD = 0.7
/** A record, and what its place in the hash slots costs on average. */
const BYTES_PER_KEY = WORDS * 4 + 16

/**
 * Counts messages and bytes per distinct key exactly, without an object per key: keys get dense
 * indices 0, 1, .. in the order in which they come, their bytes lie one after another.
 */
export class KeyTable {
  /** Distinct keys; indices are below it. */
  size = 0
  /** The bytes of all keys; `startOf` and `endOf` point into it. Replaced when it grows. */
  keyBytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY * 16)
  private keyBytesUsed = 0
  private words: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY * WORDS)
  private doubles = new Float64Array(this.words.buffer)
  /** Open addressing: pairs of a hash and an index + 1, 0 for a free slot. */
  private slots = new Int32Array(FIRST_CAPACITY * 4)
  private mask = FIRST_CAPACITY * 2 - 1

  /** The index of the key `bytes[start..end)`, which is added when it is new. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.internHashed(bytes, start, end, keyHash(bytes, start, end, TABLE_SEED))
  }

  /** The same for a key whose hash is known already. */
  internHashed(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.slots
    const mask = this.mask
    let slot = hash & mask
    for (;;) {
      const entry = slots[2 * slot + 1]!
      if (entry === 0) return this.insert(bytes, start, end, hash, slot)
      if (slots[2 * slot] === hash && this.isKey(entry - 1, bytes, start, end)) return entry - 1
      slot = (slot + 1) & mask
    }
  }

  /**
   * Hashes rows `from..to` of a batch, and reads what looking them up will read: the processor waits
   * for many memory cells at once here, where one look-up after another would wait for each.
   * @param hashes gets the hash of row `from + i` at `i`; of a row without a key nothing useful
   * @returns nothing of meaning; it keeps the reads from being optimised away
   */
  lookAhead(
    bytes: Uint8Array,
    keyStart: Int32Array,
    keyLength: Int32Array,
    from: number,
    to: number,
    hashes: Int32Array,
  ): number {
    const { slots, mask, words, keyBytes } = this
    let seen = 0
    for (let row = from; row < to; row++) {
      const start = keyStart[row]!
      hashes[row - from] = keyHash(bytes, start, start + keyLength[row]!, TABLE_SEED)
    }
    for (let i = 0; i < to - from; i++) {
      const entry = slots[2 * (hashes[i]! & mask) + 1]!
      seen += words[(entry === 0 ? 0 : entry - 1) * WORDS]!
    }
    for (let i = 0; i < to - from; i++) {
      const entry = slots[2 * (hashes[i]! & mask) + 1]!
      seen ^= keyBytes[words[(entry === 0 ? 0 : entry - 1) * WORDS]! >>> 0]!
    }
    return seen
  }

  /** Adds to the messages and bytes of a key. */
  count(index: number, messages: number, bytes: number): void {
    const at = index * DOUBLES
    const doubles = this.doubles
    doubles[at + MESSAGES] = doubles[at + MESSAGES]! + messages
    doubles[at + BYTES] = doubles[at + BYTES]! + bytes
  }

  startOf(index: number): number {
    return this.words[index * WORDS]! >>> 0
  }

  endOf(index: number): number {
    const at = index * WORDS
    return (this.words[at]! >>> 0) + this.words[at + LENGTH]!
  }

  lengthOf(index: number): number {
    return this.words[index * WORDS + LENGTH]!
  }

  /** 32 bits, signed. */
  hashOf(index: number): number {
    return this.words[index * WORDS + HASH]!
  }

  messagesOf(index: number): number {
    return this.doubles[index * DOUBLES + MESSAGES]!
  }

  bytesOf(index: number): number {
    return this.doubles[index * DOUBLES + BYTES]!
  }

  /** Most messages that the key may have had before it was counted here; 0 unless set. */
  missedOf(index: number): number {
    return this.words[index * WORDS + MISSED]! >>> 0
  }

  setMissed(index: number, messages: number): void {
    this.words[index * WORDS + MISSED] = Math.min(messages, 0xffff_ffff) | 0
  }

  /** A view of the key's bytes; it holds until the table changes. */
  keyAt(index: number): Uint8Array {
    return this.keyBytes.subarray(this.startOf(index), this.endOf(index))
  }

  /** Order of two keys by their bytes, unsigned, the shorter first. */
  compareKeys(a: number, b: number): number {
    const bytes = this.keyBytes
    const startA = this.startOf(a)
    const startB = this.startOf(b)
    const shared = Math.min(this.lengthOf(a), this.lengthOf(b))
    for (let i = 0; i < shared; i++) {
      const difference = bytes[startA + i]! - bytes[startB + i]!
      if (difference !== 0) return difference
    }
    return this.lengthOf(a) - this.lengthOf(b)
  }

  /** What is allocated. */
  get memoryBytes(): number {
    return this.keyBytes.byteLength + this.words.byteLength + this.slots.byteLength
  }

  /** What the keys need: a function of the set of keys alone, whatever their order. */
  get neededBytes(): number {
    return this.size * BYTES_PER_KEY + this.keyBytesUsed
  }

  /** Forgets every key and keeps the memory. */
  clear(): void {
    this.size = 0
    this.keyBytesUsed = 0
    this.slots.fill(0)
  }

  /**
   * Forgets the keys whose mark is 0, in place.
   * @returns the new index of every old one, -1 for a forgotten key
   */
  retain(marks: Uint8Array): Int32Array {
    const newIndices = new Int32Array(this.size).fill(-1)
    let size = 0
    let used = 0
    for (let old = 0; old < this.size; old++) {
      if (marks[old] === 0) continue
      const start = this.startOf(old)
      const length = this.lengthOf(old)
      this.keyBytes.copyWithin(used, start, start + length)
      this.words.copyWithin(size * WORDS, old * WORDS, (old + 1) * WORDS)
      this.words[size * WORDS] = used | 0
      newIndices[old] = size++
      used += length
    }
    this.size = size
    this.keyBytesUsed = used
    this.slots.fill(0)
    this.placeAll()
    return newIndices
  }

  private isKey(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const at = index * WORDS
    if (this.words[at + LENGTH] !== end - start) return false
    const known = this.keyBytes
    let k = this.words[at]! >>> 0
    for (let i = start; i < end; i++) if (known[k++] !== bytes[i]) return false
    return true
  }

  private insert(
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    slot: number,
  ): number {
    const index = this.size++
    this.slots[2 * slot] = hash
    this.slots[2 * slot + 1] = index + 1
    const used = this.keyBytesUsed
    this.keyBytesUsed = used + end - start
    if ((index + 1) * WORDS > this.words.length) this.growRecords()
    if (this.keyBytesUsed > this.keyBytes.length) this.growKeyBytes()
    for (let i = start, k = used; i < end; i++, k++) this.keyBytes[k] = bytes[i]!
    const at = index * WORDS
    this.words[at] = used | 0
    this.words[at + LENGTH] = end - start
    this.words[at + HASH] = hash
    this.words[at + MISSED] = 0
    this.doubles[index * DOUBLES + MESSAGES] = 0
    this.doubles[index * DOUBLES + BYTES] = 0
    if (this.size > (this.mask + 1) * MAX_LOAD) this.growSlots()
    return index
  }

  /** `transfer` gives the old memory back at once, not when garbage is collected. */
  private growRecords(): void {
    const records = grownLength(this.words.length / WORDS, this.size, WORDS * 4)
    const buffer = this.words.buffer.transfer(records * WORDS * 4)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }

  private growKeyBytes(): void {
    const length = grownLength(this.keyBytes.length, this.keyBytesUsed, 1)
    this.keyBytes = new Uint8Array(this.keyBytes.buffer.transfer(length))
  }

  private growSlots(): void {
    const slots = (this.mask + 1) * 2
    this.slots.buffer.transfer(0)
    this.slots = new Int32Array(slots * 2)
    this.mask = slots - 1
    this.placeAll()
  }

  private placeAll(): void {
    const { slots, mask, words, size } = this
    for (let index = 0; index < size; index++) {
      const hash = words[index * WORDS + HASH]!
      let slot = hash & mask
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask
      slots[2 * slot] = hash
      slots[2 * slot + 1] = index + 1
    }
  }
}

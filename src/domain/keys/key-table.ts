import { grownLength } from './growth.ts'
import {
  BATCH_COUNT,
  BYTES,
  HASH,
  HEAD,
  HEAD_BYTES,
  LENGTH,
  MESSAGES,
  RECORD_BYTES,
  RECORD_DOUBLES,
  RECORD_WORDS,
  START,
} from './key-record.ts'
import { KeySlots } from './key-slots.ts'
import { RowKeys } from './row-keys.ts'

const FIRST_CAPACITY = 256
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
  /** The records of all keys (key-record.ts), as words and as doubles. Replaced when they grow. */
  words: Int32Array<ArrayBuffer> = new Int32Array(FIRST_CAPACITY * RECORD_WORDS)
  doubles = new Float64Array(this.words.buffer)
  /** What `missedOf` says of each key; null as long as that is 0 for all of them. */
  private missed: Uint32Array<ArrayBuffer> | null = null
  private readonly slots = new KeySlots()
  /** Of no meaning: it keeps reads that are done ahead from being optimised away. */
  protected seen = 0
  private readonly single = new RowKeys()

  /** The index of the key `bytes[start..end)`, which is added when it is new. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    this.single.readOne(bytes, start, end)
    return this.internRow(this.single, 0)
  }

  /** The same for a key that has been read. */
  internRow(keys: RowKeys, i: number): number {
    const { slots } = this
    const hash = keys.hashes[i]!
    let slot = slots.seek(hash, slots.first(hash))
    for (;;) {
      const index = slots.indexIn(slot)
      if (index < 0) return this.insert(keys, i, slot)
      if (this.isKey(index, keys, i)) return index
      slot = slots.seek(hash, slots.next(slot))
    }
  }

  /**
   * Looks up the first `count` keys. Slots, and then records, are read before any of them decides
   * where the program goes: the processor waits for many memory cells at once then, where one
   * look-up after another would wait for each.
   * @param found gets the index of each; -1 where `internRow` has to say
   */
  lookUp(keys: RowKeys, count: number, found: Int32Array): void {
    const { slots, words } = this
    const { hashes } = keys
    let seen = slots.touch(hashes, count)
    for (let i = 0; i < count; i++) {
      found[i] = slots.indexIn(slots.seek(hashes[i]!, slots.first(hashes[i]!)))
    }
    for (let i = 0; i < count; i++) seen ^= words[Math.max(0, found[i]!) * RECORD_WORDS]!
    this.seen = seen
    for (let i = 0; i < count; i++) {
      if (found[i]! >= 0 && !this.isKey(found[i]!, keys, i)) found[i] = -1
    }
  }

  /** Adds to the messages and bytes of a key. */
  count(index: number, messages: number, bytes: number): void {
    const at = index * RECORD_DOUBLES
    const doubles = this.doubles
    doubles[at + MESSAGES] = doubles[at + MESSAGES]! + messages
    doubles[at + BYTES] = doubles[at + BYTES]! + bytes
  }

  startOf(index: number): number {
    return this.words[index * RECORD_WORDS + START]! >>> 0
  }

  endOf(index: number): number {
    const at = index * RECORD_WORDS
    return (this.words[at + START]! >>> 0) + this.words[at + LENGTH]!
  }

  lengthOf(index: number): number {
    return this.words[index * RECORD_WORDS + LENGTH]!
  }

  /** 32 bits, signed. */
  hashOf(index: number): number {
    return this.words[index * RECORD_WORDS + HASH]!
  }

  messagesOf(index: number): number {
    return this.doubles[index * RECORD_DOUBLES + MESSAGES]!
  }

  bytesOf(index: number): number {
    return this.doubles[index * RECORD_DOUBLES + BYTES]!
  }

  /** Most messages that the key may have had before it was counted here; 0 unless set. */
  missedOf(index: number): number {
    return this.missed === null ? 0 : this.missed[index]!
  }

  setMissed(index: number, messages: number): void {
    if (this.missed === null && messages === 0) return
    this.missed ??= new Uint32Array(this.words.length / RECORD_WORDS)
    this.missed[index] = Math.min(messages, 0xffff_ffff)
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
    const { keyBytes, words, slots, missed } = this
    return keyBytes.byteLength + words.byteLength + slots.memoryBytes + (missed?.byteLength ?? 0)
  }

  /**
   * What records and bytes of the keys need: a function of the set of keys alone, whatever their
   * order. Slots, about 8 bytes per key, and room to grow come on top.
   */
  get neededBytes(): number {
    return this.size * RECORD_BYTES + this.keyBytesUsed
  }

  /** Forgets every key and keeps the memory. */
  clear(): void {
    this.size = 0
    this.keyBytesUsed = 0
    this.slots.clear()
    this.missed = null
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
      this.words.copyWithin(size * RECORD_WORDS, old * RECORD_WORDS, (old + 1) * RECORD_WORDS)
      this.words[size * RECORD_WORDS + START] = used | 0
      if (this.missed !== null) this.missed[size] = this.missed[old]!
      newIndices[old] = size++
      used += length
    }
    this.size = size
    this.keyBytesUsed = used
    this.slots.clear()
    this.placeAll()
    return newIndices
  }

  private isKey(index: number, { bytes, starts, lengths, heads }: RowKeys, i: number): boolean {
    const { words } = this
    const at = index * RECORD_WORDS
    const length = lengths[i]!
    if (words[at + LENGTH] !== length) return false
    if (words[at + HEAD] !== heads[3 * i]) return false
    if (words[at + HEAD + 1] !== heads[3 * i + 1]) return false
    if (words[at + HEAD + 2] !== heads[3 * i + 2]) return false
    if (length <= HEAD_BYTES) return true
    const known = this.keyBytes
    const start = words[at + START]! >>> 0
    for (let k = HEAD_BYTES; k < length; k++) {
      if (known[start + k] !== bytes[starts[i]! + k]) return false
    }
    return true
  }

  private insert(keys: RowKeys, i: number, slot: number): number {
    const index = this.size++
    const hash = keys.hashes[i]!
    const length = keys.lengths[i]!
    this.slots.put(slot, hash, index)
    const used = this.keyBytesUsed
    this.keyBytesUsed = used + length
    if (this.size * RECORD_WORDS > this.words.length) this.growRecords()
    if (this.keyBytesUsed > this.keyBytes.length) this.growKeyBytes()
    const start = keys.starts[i]!
    for (let k = 0; k < length; k++) this.keyBytes[used + k] = keys.bytes[start + k]!
    const at = index * RECORD_WORDS
    this.words[at + LENGTH] = length
    for (let k = 0; k < 3; k++) this.words[at + HEAD + k] = keys.heads[3 * i + k]!
    this.words[at + BATCH_COUNT] = 0
    this.words[at + START] = used | 0
    this.words[at + HASH] = hash
    this.doubles[index * RECORD_DOUBLES + MESSAGES] = 0
    this.doubles[index * RECORD_DOUBLES + BYTES] = 0
    if (this.missed !== null) this.missed[index] = 0
    if (this.slots.isCrowded(this.size)) {
      this.slots.double()
      this.placeAll()
    }
    return index
  }

  /** `transfer` gives the old memory back at once, not when garbage is collected. */
  private growRecords(): void {
    const records = grownLength(this.words.length / RECORD_WORDS, this.size, RECORD_BYTES)
    const buffer = this.words.buffer.transfer(records * RECORD_BYTES)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    if (this.missed !== null) {
      this.missed = new Uint32Array(this.missed.buffer.transfer(records * 4))
    }
  }

  private growKeyBytes(): void {
    const length = grownLength(this.keyBytes.length, this.keyBytesUsed, 1)
    this.keyBytes = new Uint8Array(this.keyBytes.buffer.transfer(length))
  }

  private placeAll(): void {
    const { slots, size } = this
    for (let index = 0; index < size; index++) {
      const hash = this.hashOf(index)
      let slot = slots.first(hash)
      while (slots.indexIn(slot) >= 0) slot = slots.next(slot)
      slots.put(slot, hash, index)
    }
  }
}

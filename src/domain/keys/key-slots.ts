const FIRST_SLOTS = 512
const MAX_LOAD = 0.7

/**
 * From a hash to indices of keys: open addressing by the low bits of the hash. As many bits of a
 * slot are an index + 1, 0 in a free one, and the rest is that of the hash, so that a candidate is
 * hardly ever another key though a slot takes 4 bytes only.
 */
export class KeySlots {
  private slots = new Int32Array(FIRST_SLOTS)
  private mask = FIRST_SLOTS - 1

  /** The slot where a look-up of a hash begins. */
  first(hash: number): number {
    return hash & this.mask
  }

  /** The slot to look at after another. */
  next(slot: number): number {
    return (slot + 1) & this.mask
  }

  /** The first slot, from `slot` on, that is free or has a candidate. */
  seek(hash: number, slot: number): number {
    const { slots, mask } = this
    let at = slot
    for (;;) {
      const entry = slots[at]!
      if ((entry & mask) === 0 || ((entry ^ hash) & ~mask) === 0) return at
      at = (at + 1) & mask
    }
  }

  /** Reads the slots where look-ups of the first `count` hashes begin, for the cache alone. */
  touch(hashes: Int32Array, count: number): number {
    const { slots, mask } = this
    let seen = 0
    for (let i = 0; i < count; i++) seen ^= slots[hashes[i]! & mask]!
    return seen
  }

  /** The index of the key in a slot, -1 where it is free. */
  indexIn(slot: number): number {
    return (this.slots[slot]! & this.mask) - 1
  }

  /** Whether there are too many slots taken for `keys` keys to be found fast. */
  isCrowded(keys: number): boolean {
    return keys > this.slots.length * MAX_LOAD
  }

  /** Puts a key into a free slot. */
  put(slot: number, hash: number, index: number): void {
    this.slots[slot] = (hash & ~this.mask) | (index + 1)
  }

  /** Makes twice as many slots, all free. */
  double(): void {
    const length = this.slots.length * 2
    // The old memory is given back at once, not when garbage is collected.
    this.slots.buffer.transfer(0)
    this.slots = new Int32Array(length)
    this.mask = length - 1
  }

  /** Makes all slots free. */
  clear(): void {
    this.slots.fill(0)
  }

  get memoryBytes(): number {
    return this.slots.byteLength
  }
}

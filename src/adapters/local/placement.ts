import { murmur2 } from '../../domain/routing/hash/murmur2.ts'

/** The partition that Kafka's Java client gives a key. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key, 0, key.length) & 0x7fffffff) % partitions
}

/** Places what names no partition: keys by murmur2, messages without a key in turn. */
export class Placement {
  /** Messages placed in turn so far. */
  keyless: number
  private readonly partitions: number

  constructor(partitions: number, keyless = 0) {
    this.partitions = partitions
    this.keyless = keyless
  }

  partitionOf(key: Uint8Array | null): number {
    if (key !== null) return partitionOfKey(key, this.partitions)
    return this.keyless++ % this.partitions
  }
}

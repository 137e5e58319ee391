import { HyperLogLog } from './hyper-log-log.ts'
import { keyHash } from './key-hash.ts'
import { levelOf, levelWithin } from './key-places.ts'
import type { KeyTable } from './key-table.ts'
import { valueAtRank } from './rank.ts'

/** The other half of the distinct counter's hash. */
const SECOND_SEED = 0x1f83d9ab
/** Keys that are kept whatever their messages, as an unbiased sample of all keys. */
const SAMPLE_KEYS = 32_768

/** What adds up over keys: each goes in once with all its messages. */
export interface KeySums {
  /** Of all keys that were added. */
  readonly messages: number
  add(table: KeyTable, index: number): void
}

/**
 * What is left of the keys that did not fit into memory: everything that adds up, and which keys
 * there were. The table keeps the most frequent ones, so this is Space-Saving with exact counts
 * between one clearing and the next: a key that is not in the table has at most `maxMessages`.
 */
export class ForgottenKeys<Sums extends KeySums = KeySums> {
  readonly sums: Sums
  readonly distinct = new HyperLogLog()
  /** Most messages that a key outside the table and below the sample can have. */
  maxMessages = 0
  /** Keys of this level or above were never forgotten, so their counts are exact. */
  sampleLevel = 0

  constructor(sums: Sums) {
    this.sums = sums
  }

  /** Most messages that a key which is new in the table may have had before. */
  missedBy(table: KeyTable, index: number): number {
    return levelOf(table, index) >= this.sampleLevel ? 0 : this.maxMessages
  }

  /**
   * Makes room: keeps the more frequent half of the keys, the sample, and those marked as in use.
   * With n keys in the table, no forgotten key has more than 4 / n of the messages (Space-Saving).
   * @param marks 1 for a key in use; overwritten
   * @returns the new index of every key, -1 for a forgotten one
   */
  makeRoom(table: KeyTable, marks: Uint8Array): Int32Array {
    const { size } = table
    this.sampleLevel = levelWithin(table, Math.min(SAMPLE_KEYS, size / 4), this.sampleLevel)
    const threshold = this.threshold(table)
    for (let index = 0; index < size; index++) {
      const upper = table.messagesOf(index) + table.missedOf(index)
      if (marks[index] === 1 || upper > threshold || levelOf(table, index) >= this.sampleLevel) {
        marks[index] = 1
      } else {
        this.maxMessages = Math.max(this.maxMessages, upper)
        this.sums.add(table, index)
        addDistinct(this.distinct, table, index)
      }
    }
    return table.retain(marks)
  }

  /** The upper bound that the first key to go has, the sample apart. */
  private threshold(table: KeyTable): number {
    const uppers = new Float64Array(table.size)
    let others = 0
    for (let index = 0; index < table.size; index++) {
      if (levelOf(table, index) >= this.sampleLevel) continue
      uppers[others++] = table.messagesOf(index) + table.missedOf(index)
    }
    const kept = Math.max(0, Math.floor(table.size / 2) - (table.size - others))
    return valueAtRank(uppers.subarray(0, others), kept)
  }
}

/** Adds a key of the table to a distinct counter. */
export function addDistinct(distinct: HyperLogLog, table: KeyTable, index: number): void {
  const start = table.startOf(index)
  const second = keyHash(table.keyBytes, start, table.endOf(index), SECOND_SEED)
  distinct.add(table.hashOf(index), second)
}

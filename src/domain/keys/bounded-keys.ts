import { ForgottenKeys, type KeySums } from './forgotten-keys.ts'
import { KeyTable } from './key-table.ts'

const LEAST_MEMORY = 16_384
/** Of the memory, for what the table's keys need; slots and room to grow come on top of it. */
const SHARE_OF_KEYS = 5 / 8

/** Who keeps indices of keys, and so has a say and a duty when keys are forgotten. */
export interface KeyUser {
  /** Sets the marks of the keys that are in use to 1: they are kept. */
  mark(marks: Uint8Array): void
  /** Follows the table: the new index of every key, -1 for a forgotten one. */
  renumber(newIndices: Int32Array): void
}

/** A table of keys that stays within its memory: when it is full, rare keys are forgotten. */
export class BoundedKeys<Sums extends KeySums> {
  readonly table = new KeyTable()
  /** Of `maxMemoryBytes`, what the table leaves to others. */
  readonly otherBytes: number
  private left: ForgottenKeys<Sums> | null = null
  private budget: number
  private readonly emptySums: () => Sums
  private readonly bytesBeside: number

  /**
   * @param maxMemoryBytes at least 16 KiB are taken
   * @param emptySums what forgotten keys are added to
   * @param bytesBeside what others keep per key, to be counted with the table's own
   */
  constructor(maxMemoryBytes: number, emptySums: () => Sums, bytesBeside = 0) {
    const memory = Math.max(maxMemoryBytes, LEAST_MEMORY)
    this.budget = memory * SHARE_OF_KEYS
    this.otherBytes = memory * (1 - SHARE_OF_KEYS)
    this.emptySums = emptySums
    this.bytesBeside = bytesBeside
  }

  /** null as long as every key is in the table, which makes every figure exact. */
  get forgotten(): ForgottenKeys<Sums> | null {
    return this.left
  }

  /** Whether rare keys have to go; a function of the set of keys alone. */
  get isFull(): boolean {
    const { table, bytesBeside, budget } = this
    return table.neededBytes + table.size * bytesBeside > budget
  }

  /** For a key that is new in the table: it may have been there before. */
  settle(index: number): void {
    const { table, left } = this
    if (left !== null) table.setMissed(index, left.missedBy(table, index))
  }

  /** What is forgotten; from now on figures are no longer exact. */
  startForgetting(): ForgottenKeys<Sums> {
    this.left ??= new ForgottenKeys(this.emptySums())
    return this.left
  }

  /** Forgets rare keys until the table is within its memory. */
  makeRoomAsNeeded(user: KeyUser): void {
    const { table } = this
    while (this.isFull) {
      const before = table.size
      const marks = new Uint8Array(before)
      user.mark(marks)
      user.renumber(this.startForgetting().makeRoom(table, marks))
      // Keys in use are kept whatever the budget; without room for new keys every one of them
      // would come here again.
      if (table.size > before * 0.9) this.budget *= 2
    }
  }
}

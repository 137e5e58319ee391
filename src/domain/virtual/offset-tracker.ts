/** What is marked together: the messages of a job. */
export interface OffsetRun {
  readonly virtualPartition: number
  /** Ascending. */
  readonly offsets: readonly number[]
  /** So many of them are marked, so that each is walked over once; the tracker's. */
  marked: number
}

/** Which metadata goes with a position (O6). */
export type MetadataStrategy = 'exact' | 'current'

const UNMARKED = 0
const MARKED = 1
/** Not handed out again, and marked with the next later mark: a dead letter left to the user (D5). */
const PASSED = 2

/** Entries that were settled are cut off when this many lie in front. */
const SETTLED_MAX = 4096

/**
 * What was delivered of one assigned partition and what of it is marked (O1-O8). Offsets ascend and
 * are exact below 2^53. Marking costs O(log n) of the outstanding messages, and moves the position
 * over those that are marked.
 */
export class OffsetTracker {
  private readonly strategy: MetadataStrategy
  /** Delivered and not settled, from `head` on, with a state and a run each. */
  private offsets: number[] = []
  private states: number[] = []
  private runs: (OffsetRun | null)[] = []
  private head = 0
  /** Everything before it has been delivered. */
  private end: number
  /** Where it began, or was put by a seek: nothing has materialised until the position leaves it. */
  private start: number
  private settled: number
  private readonly given = new Map<number, string>()
  private recent = ''
  private exact = ''
  private passed: number[] = []

  /** @param position the next offset to read, as it was committed */
  constructor(position: number, strategy: MetadataStrategy = 'exact') {
    this.end = position
    this.start = position
    this.settled = position
    this.strategy = strategy
  }

  /** The offset to commit: all that was delivered before it is marked (O3). */
  get position(): number {
    return this.settled
  }

  /** What to commit with the position (O6); none before anything materialised (O3). */
  get metadata(): string {
    if (this.strategy === 'exact') return this.exact
    return this.settled === this.start ? '' : this.recent
  }

  /** Messages that were delivered and are not marked, or wait behind one that is not. */
  get outstanding(): number {
    return this.offsets.length - this.head
  }

  /**
   * Takes what was fetched from `from` on, everything up to `next` being looked at. What is known and
   * no longer there was compacted away, and counts as marked (O3).
   * @param dropped per message, 1 for one that a filter left out: marked at once (P3); null: none
   * @returns the indices to hand out: those not marked (O7, C4)
   */
  deliver(
    from: number,
    offsets: readonly number[],
    dropped: Uint8Array | null,
    next: number,
  ): number[] {
    const handedOut: number[] = []
    let entry = this.indexAt(from)
    for (let i = 0; i < offsets.length; i++) {
      const offset = offsets[i]!
      if (offset < this.settled) continue
      while (entry < this.offsets.length && this.offsets[entry]! < offset) {
        this.states[entry++] = MARKED
      }
      if (entry === this.offsets.length) this.append(offset)
      else if (this.offsets[entry] !== offset) this.insert(entry, offset)
      if (dropped !== null && dropped[i] === 1) this.states[entry] = MARKED
      if (this.states[entry++] === UNMARKED) handedOut.push(i)
    }
    while (entry < this.offsets.length && this.offsets[entry]! < next) {
      this.states[entry++] = MARKED
    }
    this.end = Math.max(this.end, next)
    this.settle()
    return handedOut
  }

  /**
   * The messages of a job: marking one of them marks those before it (O2).
   * @returns the indices of those that are not marked by now, null for all of them
   */
  begin(run: OffsetRun): number[] | null {
    const { offsets } = run
    let left: number[] | null = null
    let entry = this.head
    for (let i = 0; i < offsets.length; i++) {
      entry = this.indexAt(offsets[i]!, entry)
      const isLeft = this.offsets[entry] === offsets[i] && this.states[entry] === UNMARKED
      if (isLeft) this.runs[entry] = run
      if (isLeft) left?.push(i)
      else left ??= Array.from({ length: i }, (_, index) => index)
    }
    return left
  }

  /**
   * Marks a message and every earlier one of its job (O2); a no-op for what is covered (O5).
   * @param by the job that asks, where the message is of it or of an earlier one of its VP: what a
   * collapsed job has by now of that VP's messages and of others' is not meant
   * @returns whether the message was not marked before
   */
  mark(by: OffsetRun, offset: number, metadata?: string): boolean {
    const entry = this.indexAt(offset)
    if (this.offsets[entry] !== offset) return false
    const isNew = this.states[entry] !== MARKED
    if (metadata !== undefined) {
      this.recent = metadata
      this.given.set(offset, metadata)
    }
    const run = this.runOf(by, offset, entry)
    if (run === null) this.states[entry] = MARKED
    else this.markRun(run, offset)
    this.markPassed(offset)
    this.settle()
    return isNew
  }

  /** Marks exactly one message, as a dispatched dead letter (D5). */
  markOne(offset: number): void {
    const entry = this.indexAt(offset)
    if (this.offsets[entry] !== offset) return
    this.states[entry] = MARKED
    this.settle()
  }

  /** Marks all that was delivered between two offsets, both inclusive (O4). */
  markRange(first: number, last: number): void {
    let entry = this.indexAt(first)
    while (entry < this.offsets.length && this.offsets[entry]! <= last) {
      this.states[entry++] = MARKED
    }
    this.markPassed(last)
    this.settle()
  }

  /** Leaves a message out of later deliveries; the next later mark covers it (D5). */
  pass(offset: number): void {
    const entry = this.indexAt(offset)
    if (this.offsets[entry] !== offset || this.states[entry] === MARKED) return
    this.states[entry] = PASSED
    this.passed.push(offset)
  }

  /** Whether the message is marked, or was never delivered. */
  isMarked(offset: number): boolean {
    const entry = this.indexAt(offset)
    return this.offsets[entry] !== offset || this.states[entry] === MARKED
  }

  /** What the position would be if this message too were marked. */
  positionAfter(offset: number): number {
    const { offsets, states } = this
    let position = this.settled
    let entry = this.head
    while (entry < offsets.length && (states[entry] === MARKED || offsets[entry] === offset)) {
      position = offsets[entry++]! + 1
    }
    return entry === offsets.length ? Math.max(position, this.end) : position
  }

  /** The position moves there, back as well (O5): nothing that was delivered counts any more. */
  seek(offset: number): void {
    this.offsets = []
    this.states = []
    this.runs = []
    this.head = 0
    this.passed = []
    this.given.clear()
    this.exact = ''
    this.end = offset
    this.start = offset
    this.settled = offset
  }

  private runOf(by: OffsetRun, offset: number, entry: number): OffsetRun | null {
    const last = this.runs[entry] ?? null
    if (last === by || by.offsets[placeOf(by.offsets, offset)] === offset) return by
    return last?.virtualPartition === by.virtualPartition ? last : null
  }

  private markRun(run: OffsetRun, offset: number): void {
    let entry = this.head
    while (run.marked < run.offsets.length && run.offsets[run.marked]! <= offset) {
      const each = run.offsets[run.marked++]!
      entry = this.indexAt(each, entry)
      if (this.offsets[entry] === each) this.states[entry] = MARKED
    }
  }

  private markPassed(offset: number): void {
    if (this.passed.length === 0) return
    for (const each of this.passed) if (each <= offset) this.markOne(each)
    this.passed = this.passed.filter((each) => each > offset)
  }

  private settle(): void {
    const { offsets, states } = this
    let head = this.head
    while (head < offsets.length && states[head] === MARKED) {
      const offset = offsets[head++]!
      this.settled = offset + 1
      if (this.given.size === 0) {
        this.exact = ''
        continue
      }
      this.exact = this.given.get(offset) ?? ''
      this.given.delete(offset)
    }
    this.head = head
    if (head === offsets.length) this.settled = Math.max(this.settled, this.end)
    if (head > SETTLED_MAX && head > offsets.length / 2) this.cut()
  }

  private cut(): void {
    this.offsets = this.offsets.slice(this.head)
    this.states = this.states.slice(this.head)
    this.runs = this.runs.slice(this.head)
    this.head = 0
  }

  private append(offset: number): void {
    this.offsets.push(offset)
    this.states.push(UNMARKED)
    this.runs.push(null)
  }

  /** Only a log that changed under us gives what was not there before. */
  private insert(entry: number, offset: number): void {
    this.offsets.splice(entry, 0, offset)
    this.states.splice(entry, 0, UNMARKED)
    this.runs.splice(entry, 0, null)
  }

  private indexAt(offset: number, low = this.head): number {
    return placeOf(this.offsets, offset, low)
  }
}

/** The first place at or after the offset, from `low` on. */
function placeOf(offsets: readonly number[], offset: number, low = 0): number {
  if (low >= offsets.length || offsets[low]! >= offset) return low
  if (offsets[offsets.length - 1]! < offset) return offsets.length
  // The next message of a VP is near, so the steps begin small and double.
  let from = low + 1
  let high = from
  for (let step = 1; high < offsets.length && offsets[high]! < offset; step *= 2) {
    from = high + 1
    high += step
  }
  high = Math.min(high, offsets.length)
  while (from < high) {
    const middle = (from + high) >>> 1
    if (offsets[middle]! < offset) from = middle + 1
    else high = middle
  }
  return from
}

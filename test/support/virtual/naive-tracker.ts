import type { MetadataStrategy } from '../../../src/domain/virtual/offset-tracker.ts'

/** The rules as they are written, with sets, and as slow as that is. */
export class NaiveTracker {
  private readonly strategy: MetadataStrategy
  private start: number
  private end: number
  private delivered = new Set<number>()
  private marked = new Set<number>()
  private passed = new Set<number>()
  private runs = new Map<number, number[]>()
  private given = new Map<number, string>()
  private recent = ''
  position: number

  constructor(position: number, strategy: MetadataStrategy) {
    this.position = position
    this.start = position
    this.end = position
    this.strategy = strategy
  }

  get metadata(): string {
    if (this.position === this.start) return ''
    if (this.strategy === 'current') return this.recent
    const materialised = this.known.findLast((offset) => offset < this.position)
    return materialised === undefined ? '' : (this.given.get(materialised) ?? '')
  }

  get unmarked(): number[] {
    return this.known.filter((offset) => !this.marked.has(offset))
  }

  private get known(): number[] {
    return [...this.delivered].sort((a, b) => a - b)
  }

  deliver(from: number, offsets: readonly number[], dropped: readonly boolean[], next: number) {
    const handedOut: number[] = []
    for (const offset of this.known) {
      const isGone = offset >= from && offset < next && !offsets.includes(offset)
      if (isGone) this.marked.add(offset)
    }
    for (const [index, offset] of offsets.entries()) {
      if (offset < this.position) continue
      this.delivered.add(offset)
      if (dropped[index]) this.marked.add(offset)
      if (!this.marked.has(offset) && !this.passed.has(offset)) handedOut.push(index)
    }
    this.end = Math.max(this.end, next)
    this.settle()
    return handedOut
  }

  begin(offsets: readonly number[]): void {
    for (const offset of offsets) this.runs.set(offset, [...offsets])
  }

  mark(offset: number, metadata: string | undefined): void {
    if (!this.delivered.has(offset) || offset < this.position) return
    if (metadata !== undefined) {
      this.recent = metadata
      this.given.set(offset, metadata)
    }
    for (const each of this.runs.get(offset) ?? [offset]) if (each <= offset) this.marked.add(each)
    this.cover(offset)
  }

  markOne(offset: number): void {
    this.marked.add(offset)
    this.settle()
  }

  markRange(first: number, last: number): void {
    for (const each of this.delivered) if (each >= first && each <= last) this.marked.add(each)
    this.cover(last)
  }

  pass(offset: number): void {
    if (this.delivered.has(offset) && !this.marked.has(offset)) this.passed.add(offset)
  }

  positionAfter(offset: number): number {
    const first = this.unmarked.find((each) => each !== offset)
    return this.before(first)
  }

  seek(offset: number): void {
    this.delivered.clear()
    this.marked.clear()
    this.passed.clear()
    this.runs.clear()
    this.given.clear()
    this.start = offset
    this.end = offset
    this.position = offset
  }

  private cover(offset: number): void {
    for (const each of this.passed) if (each <= offset) this.marked.add(each)
    this.settle()
  }

  private settle(): void {
    this.position = Math.max(this.position, this.before(this.unmarked[0]))
  }

  /** Behind the last delivered one before the first that is not marked; behind all where none is. */
  private before(unmarked: number | undefined): number {
    if (unmarked === undefined) return Math.max(this.end, this.position)
    const last = this.known.findLast((offset) => offset < unmarked)
    return last === undefined ? this.position : Math.max(this.position, last + 1)
  }
}

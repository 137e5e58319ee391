import type { ResolvedThrottle } from '../settings/resolved-settings.ts'

interface Spent {
  readonly at: number
  messages: number
}

/**
 * `{limit, intervalMs}` for one assigned partition (L7). Decision: a sliding window. In every
 * stretch of `intervalMs`, wherever it begins, at most `limit` messages go; a window on fixed marks
 * would let twice as many go around a mark. Up to `limit` go at once where none went for that long.
 */
export class Throttle {
  private readonly limit: number
  private readonly intervalMs: number
  /** What went within the last interval, oldest first from `oldest` on. */
  private spent: Spent[] = []
  private oldest = 0
  private inWindow = 0
  private latest = Number.NEGATIVE_INFINITY
  /** Offsets before it have been counted: fetched again, they go freely. */
  private countedBefore = 0

  constructor({ limit, intervalMs }: ResolvedThrottle) {
    this.limit = limit
    this.intervalMs = intervalMs
  }

  /** 0 where the message goes now, which is counted; else milliseconds until one can. */
  waitMs(offset: number, now: number): number {
    if (offset < this.countedBefore) return 0
    // A clock that is set back must not open the window early.
    this.latest = Math.max(this.latest, now)
    this.forget()
    if (this.inWindow >= this.limit) {
      return this.spent[this.oldest]!.at + this.intervalMs - this.latest
    }
    this.countedBefore = offset + 1
    this.inWindow++
    const last = this.spent.at(-1)
    if (last?.at === this.latest) last.messages++
    else this.spent.push({ at: this.latest, messages: 1 })
    return 0
  }

  private forget(): void {
    while (this.oldest < this.spent.length) {
      const { at, messages } = this.spent[this.oldest]!
      if (at + this.intervalMs > this.latest) break
      this.inWindow -= messages
      this.oldest++
    }
    // Half of the list at least is let go at a time, so that a message costs the same on average.
    if (this.oldest * 2 <= this.spent.length) return
    this.spent = this.spent.slice(this.oldest)
    this.oldest = 0
  }
}

import type { BrokerAddress } from '../options.ts'

/** Offsets to read: `from` (inclusive) to `stop` (exclusive), and how many messages at most. */
export interface OffsetStretch {
  readonly from: number
  readonly stop: number
  /** Infinity: every message. */
  readonly quota: number
}

/** How far the reading of one partition has come; fetching may run ahead of handing out. */
export class PartitionReading {
  readonly partition: number
  leader: BrokerAddress | null = null
  leaderEpoch = -1
  /** Messages handed out. */
  messages = 0
  /** Offsets that held no message: compaction gaps, control records, aborted transactions. */
  skipped = 0
  private readonly stretches: readonly OffsetStretch[]
  private place = 0
  private next = 0
  private left = 0
  private fetchedEnd = Number.NEGATIVE_INFINITY

  /** @param stretches ascending and apart from each other */
  constructor(partition: number, stretches: readonly OffsetStretch[]) {
    this.partition = partition
    this.stretches = stretches.filter(({ from, stop, quota }) => from < stop && quota > 0)
    this.enter(0)
  }

  /** The stretch to hand out from, with what is left of it; null when everything was. */
  get stretch(): OffsetStretch | null {
    const stretch = this.stretches[this.place]
    return stretch === undefined ? null : { from: this.next, stop: stretch.stop, quota: this.left }
  }

  /** Where to fetch next and where that stretch ends; null when everything has been fetched. */
  get wanted(): { readonly from: number; readonly stop: number } | null {
    for (let place = this.place; place < this.stretches.length; place++) {
      const { from, stop } = this.stretches[place]!
      const start = place === this.place ? this.next : from
      if (stop > this.fetchedEnd) return { from: Math.max(start, this.fetchedEnd), stop }
    }
    return null
  }

  /** The offset before which nothing is left to hand out, as far as the stretches go. */
  get reached(): number {
    return this.next
  }

  /** Whether messages are counted: then nobody knows, before they are handed out, what to fetch. */
  get isCounted(): boolean {
    return this.stretches.some(({ quota }) => quota !== Number.POSITIVE_INFINITY)
  }

  /** Everything before the offset has been fetched. */
  fetchedTo(offset: number): void {
    this.fetchedEnd = Math.max(this.fetchedEnd, offset)
  }

  /** Everything of the stretch before the offset has been handed out: so many messages. */
  handedOut(to: number, messages: number): void {
    this.messages += messages
    this.skipped += to - this.next - messages
    this.next = to
    this.left -= messages
    const stretch = this.stretches[this.place]
    if (stretch !== undefined && (this.left <= 0 || to >= stretch.stop)) this.enter(this.place + 1)
  }

  private enter(place: number): void {
    this.place = place
    this.next = this.stretches[place]?.from ?? this.next
    this.left = this.stretches[place]?.quota ?? 0
  }
}

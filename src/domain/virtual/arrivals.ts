/** A fetch, as far as the turn of its messages depends on it. */
export interface Fetched {
  readonly from: number
  readonly next: number
  /** One past the last offset that is known of the partition. */
  readonly end: number
  readonly messages: number
}

/** Numbers of messages that were fetched together: the first one's, and what each further one adds. */
export interface Arrival {
  readonly arrival: number
  readonly step: number
}

/** Steps are whole multiples of it, so that numbers stay exact. */
const GRAIN = 1 / 16
/** Tells partitions apart whose messages have the same number otherwise. */
const APART = 2 ** -16
const MOST_APART = 2 ** 12
/** The longest backlog gets at most so many turns for one of the shortest. */
const MOST_TIMES = 4

/**
 * The order in which messages of all partitions are handed out: the lowest number is next (V8).
 * Partitions take turns by their backlogs, so that they come to their ends together. Who was at its
 * end goes on with what is handed out now, not behind what others have read ahead. This is start-time
 * fair queuing (Goyal, Vin, Cheng 1996), weighted by what is left of each.
 */
export class Arrivals {
  private handedOut = 0
  private opened = 0
  private readonly parts = new Set<PartitionArrivals>()
  /** The one with the longest backlog. */
  private longest: PartitionArrivals | null = null

  /** A partition that takes part from now on. */
  open(): PartitionArrivals {
    const part = new PartitionArrivals((this.opened++ % MOST_APART) * APART)
    this.parts.add(part)
    return part
  }

  /** The messages of a fetch get their numbers. */
  take(part: PartitionArrivals, { from, next, end, messages }: Fetched): Arrival {
    // What was read ahead and is fetched again has lost no turn.
    const first = from === part.expected ? Math.max(part.upcoming, this.handedOut) : this.handedOut
    const readAhead = (first - this.handedOut) / part.step
    part.backlog = Math.max(0, end - from, next - from) + readAhead
    if (this.longest === part) this.longest = this.found()
    else if (part.backlog > (this.longest?.backlog ?? 0) && this.parts.has(part))
      this.longest = part
    const step = this.stepOf(part.backlog)
    part.step = step
    part.expected = next
    part.upcoming = first + messages * step
    return { arrival: first + part.apart, step }
  }

  /** A message of that number is handed out. */
  reached(arrival: number): void {
    this.handedOut = Math.max(this.handedOut, Math.floor(arrival / GRAIN) * GRAIN)
  }

  /** The partition takes no part any more. */
  close(part: PartitionArrivals): void {
    this.parts.delete(part)
    if (this.longest === part) this.longest = this.found()
  }

  private found(): PartitionArrivals | null {
    let longest: PartitionArrivals | null = null
    for (const part of this.parts) if (part.backlog > (longest?.backlog ?? 0)) longest = part
    return longest
  }

  private stepOf(backlog: number): number {
    const times = (this.longest?.backlog ?? 1) / Math.max(1, backlog)
    return Math.ceil(Math.min(MOST_TIMES, times) / GRAIN) * GRAIN
  }
}

/** What is known of one partition. */
export class PartitionArrivals {
  readonly apart: number
  /** Messages that are not handed out, as of its last fetch. */
  backlog = 0
  /** Where its next fetch begins, unless it goes back. */
  expected = -1
  /** Between the numbers of its last messages. */
  step = 1
  /** The number of its next message. */
  upcoming = 0

  constructor(apart: number) {
    this.apart = apart
  }
}

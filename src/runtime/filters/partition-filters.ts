import type { Message } from '../../domain/model/message.ts'
import type { ResolvedExclusions, ResolvedTopic } from '../settings/resolved-settings.ts'
import { LONGEST_TIMER_MS } from '../settings/setting-fields.ts'
import { ExclusionFilter } from './exclusion-filter.ts'
import { type OnPartitionerError, type OwnSegment, SegmentFilter } from './segment-filter.ts'
import { Throttle } from './throttle.ts'

export interface PartitionFilterOptions
  extends Pick<ResolvedTopic, 'throttle' | 'delay' | 'expire'> {
  /** The name itself, not the pattern that matched it. */
  readonly topic: string
  readonly partition: number
  /** null where segments are off. */
  readonly segment: OwnSegment | null
  readonly exclusions: ResolvedExclusions | null
  readonly onPartitionerError: OnPartitionerError
}

/** What becomes of fetched messages, looked at in order up to the first that must wait. */
export interface Filtered {
  /** Of each message: 1 where it is left out, and counts as marked (P3); 0 from `take` on. */
  readonly dropped: Uint8Array
  readonly droppedCount: number
  /** So many from the front are done with here: dropped ones, and those to hand out. */
  readonly take: number
  /** Why message `take` waits, and for how long at least; null where none does. */
  readonly hold: Hold | null
}

export interface Hold {
  /** At least 1, and what a timer can wait for: ask again then. */
  readonly waitMs: number
  readonly reason: 'throttle' | 'delay'
}

/**
 * What runs on the messages of one partition before they are split, for one assignment of it (L7):
 * other segments' messages (P2), what a rescale excludes (M12) and what expired are left out; the
 * rest waits for its delay, then for the throttle. Decisions: what is left out costs no throttle; a
 * message without a timestamp has no age, so it neither waits nor expires; one that failed and is
 * fetched again expires like any other.
 */
export class PartitionFilters {
  private readonly segments: SegmentFilter | null
  private readonly exclusions: ExclusionFilter | null
  private readonly throttle: Throttle | null
  private readonly delayMs: number
  private readonly expireMs: number

  constructor(options: PartitionFilterOptions) {
    const { topic, partition, segment, exclusions, throttle, delay, expire } = options
    this.segments = segment && new SegmentFilter(segment, options.onPartitionerError)
    this.exclusions = exclusions && new ExclusionFilter(exclusions, topic, partition)
    this.throttle = throttle && new Throttle(throttle)
    this.delayMs = delay?.ageMs ?? 0
    this.expireMs = expire?.ageMs ?? Number.POSITIVE_INFINITY
  }

  /**
   * Judges messages that were fetched, in log order, again or for the first time. What it lets go
   * it has counted as handed out.
   * @param offsets of the messages @param now milliseconds since 1970
   */
  apply(messages: readonly Message[], offsets: readonly number[], now: number): Filtered {
    const dropped = new Uint8Array(messages.length)
    let droppedCount = 0
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at]!
      const offset = offsets[at]!
      if (this.drops(message, offset, now)) {
        dropped[at] = 1
        droppedCount++
        continue
      }
      const hold = this.holds(message, offset, now)
      if (hold !== null) return { dropped, droppedCount, take: at, hold }
    }
    return { dropped, droppedCount, take: messages.length, hold: null }
  }

  private drops(message: Message, offset: number, now: number): boolean {
    if (this.segments !== null && !this.segments.keeps(message, offset)) return true
    if (message.timestamp !== null && now - message.timestamp > this.expireMs) return true
    return this.exclusions?.drops(message, offset) ?? false
  }

  private holds({ timestamp }: Message, offset: number, now: number): Hold | null {
    const delayed = timestamp === null || this.delayMs === 0 ? 0 : timestamp + this.delayMs - now
    if (delayed > 0) return { waitMs: timerMs(delayed), reason: 'delay' }
    const throttled = this.throttle?.waitMs(offset, now) ?? 0
    return throttled > 0 ? { waitMs: timerMs(throttled), reason: 'throttle' } : null
  }
}

/** Whole milliseconds, so that no timer ends too early. */
function timerMs(ms: number): number {
  return Math.min(Math.ceil(ms), LONGEST_TIMER_MS)
}

import type { Message } from '../../domain/model/message.ts'
import type { ResolvedExclusions, ResolvedRange } from '../settings/resolved-settings.ts'
import { slotOfMessage } from './message-slot.ts'

/** Tells messages of one partition that segments before a rescale have processed (M12). */
export class ExclusionFilter {
  private readonly exclusions: ResolvedExclusions
  private readonly ranges: readonly ResolvedRange[]
  /** No range holds an offset at or after it. */
  private readonly end: number

  constructor(exclusions: ResolvedExclusions, topic: string, partition: number) {
    this.exclusions = exclusions
    this.ranges = exclusions.ranges.filter(
      (range) => range.topic === topic && range.partition === partition,
    )
    this.end = this.ranges.reduce((end, { to }) => Math.max(end, to), 0)
  }

  /** Whether the old segment of the message had got past it. */
  drops(message: Message, offset: number): boolean {
    if (offset >= this.end) return false
    return this.ranges.some(
      ({ from, to, segment, segments }) =>
        offset >= from && offset < to && this.oldSegment(message, segments) === segment,
    )
  }

  /** Nothing is told of an error: it was when the old segments ran, which gave it to 0 (P4). */
  private oldSegment(message: Message, segments: number): number {
    try {
      return slotOfMessage(this.exclusions, message, segments)
    } catch {
      return 0
    }
  }
}

import type { Message } from '../../domain/model/message.ts'
import type { Partitioner, Reducer } from '../../domain/routing/types.ts'
import { slotOfMessage } from './message-slot.ts'

/** The segment that a group is, and how messages are spread over all of them. */
export interface OwnSegment {
  readonly id: number
  readonly count: number
  readonly partitioner: Partitioner
  readonly reducer: Reducer
}

/** Told of a message that could not be placed, which is segment 0's then (P4). */
export type OnPartitionerError = (error: unknown, message: Message, offset: number) => void

/** Tells the messages of one segment from all others, for one assigned partition (P2). */
export class SegmentFilter {
  private readonly segment: OwnSegment
  private readonly onError: OnPartitionerError
  /** Errors of messages before this offset were told already. */
  private toldBefore = 0

  constructor(segment: OwnSegment, onError: OnPartitionerError) {
    this.segment = segment
    this.onError = onError
  }

  /**
   * Whether the message is this segment's; one that cannot be placed is segment 0's. Each group
   * tells of it, once, however often the message is fetched (P4).
   */
  keeps(message: Message, offset: number): boolean {
    const { segment } = this
    try {
      return slotOfMessage(segment, message, segment.count) === segment.id
    } catch (error) {
      if (offset >= this.toldBefore) {
        this.toldBefore = offset + 1
        this.onError(error, message, offset)
      }
      return segment.id === 0
    }
  }
}

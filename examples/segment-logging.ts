/** Who does how much: a line per job, with its segment and the group that the segments are of. */
import { Consumer } from 'pstool'
import type { Settings } from './settings.ts'

export class UserEventsConsumer extends Consumer {
  consume(): void {
    const { segmentId, segmentOrigin, messages } = this
    console.log(`segment ${segmentId} of ${segmentOrigin}: ${messages.length} messages`)
  }
}

export const settings: Settings = {
  group: 'analytics',
  parallelSegments: { count: 4, partitioner: 'header:user_id', reducer: 'md5' },
  topics: [{ topic: 'user_events', consumer: UserEventsConsumer }],
}

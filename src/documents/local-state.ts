import { z } from 'zod'
import type { LocalStateDocument } from '../domain/model/local-state.ts'
import { count, headerOf, offset, text } from './basics.ts'
import { schemaOf } from './matches.ts'

const header = z.object({
  name: text,
  value: text.exactOptional(),
  valueBase64: z.base64().exactOptional(),
})

const message = z.object({
  partition: count,
  offset: offset.exactOptional().describe('Absent for the place after the message before it.'),
  key: text.exactOptional(),
  keyBase64: z.base64().exactOptional(),
  value: text.exactOptional(),
  valueBase64: z.base64().exactOptional(),
  headers: z.array(header).exactOptional(),
  timestamp: z.number().exactOptional().describe('Milliseconds since the epoch.'),
})

const topic = z.object({
  partitions: count,
  messages: z.array(message).exactOptional(),
  ranges: z
    .record(text, z.object({ start: offset, end: offset }))
    .exactOptional()
    .describe('By partition: logs that do not start at 0, or end after their last message.'),
})

const committed = z.union([
  offset,
  z.object({
    offset,
    metadata: text.exactOptional(),
    leaderEpoch: z.int().exactOptional(),
  }),
])

/** The embedded cluster as a document that can be read and diffed. */
export const localStateSchema = schemaOf<LocalStateDocument>()(
  z.object({
    ...headerOf('local-state'),
    topics: z.record(text, topic),
    groups: z
      .record(text, z.record(text, z.record(text, committed)))
      .describe('Committed offsets: group, topic, partition.'),
  }),
)

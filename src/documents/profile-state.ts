import { z } from 'zod'
import type { ProfileState } from '../domain/keys/profile-state.ts'
import { count, estimate, refused, text } from './basics.ts'
import { layer } from './lane.ts'
import { schemaOf } from './matches.ts'

/** A typed array in base64. Two plain checks, since it may be 100 million characters long. */
const column = text
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is no base64')
  .refine((base64) => base64.length % 4 === 0, 'is no whole base64')

const keys = z.object({
  count,
  keyBytes: column,
  lengths: column,
  messages: column,
  bytes: column,
  missed: column,
  partition: column,
  window: column,
  strays: column,
  times: column,
})

const sizes = z.object({ counts: z.array(estimate), total: estimate, max: estimate })

const lane = z.object({
  layer,
  count: z.int().min(1),
  reducer: text,
  messages: z.array(estimate),
  bytes: z.array(estimate),
  keys: z.array(estimate),
  errors: count,
})

const forgotten = z.object({
  maxMessages: estimate,
  sampleLevel: z.number(),
  distinct: column,
  lanes: z.array(lane),
  messages: estimate,
  emptyMessages: estimate,
  binaryMessages: estimate,
  sizes,
  shapeMessages: z.array(estimate),
  shapeKeys: z.array(estimate),
})

/** Everything that was counted for a key profile, so that several can be merged into one. */
export const profileStateSchema = schemaOf<ProfileState>()(
  z.object({
    kind: z.literal('key-profile-state'),
    version: z.literal(1),
    partitioner: z.object({
      name: text,
      readsKeyOnly: z.boolean(),
      preferredReducer: text.nullable(),
    }),
    maxMessages: count,
    windowMs: estimate,
    widthMs: estimate,
    strayLevel: z.number(),
    partitionCount: count.nullable(),
    messages: count,
    nullMessages: count,
    nullBytes: estimate,
    tombstones: count,
    partitionerErrors: count,
    refused,
    keys,
    partitions: z.array(
      z.object({
        partition: z.int().min(-1),
        messages: count,
        bytes: estimate,
        nullMessages: count,
      }),
    ),
    windows: z.array(z.tuple([z.number().nullable(), count])),
    batches: z.object({
      batches: count,
      messagesPerKey: z.array(estimate),
      keysPerBatch: z.array(estimate),
      largestOfFull: z.array(estimate),
      partial: z.array(z.tuple([estimate, estimate])),
    }),
    valueSizes: sizes,
    forgotten: forgotten.nullable(),
  }),
)

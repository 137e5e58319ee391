import { z } from 'zod'
import type { RoutesDocument } from '../domain/routing/routes.ts'
import { count, documentKey, headerOf, text } from './basics.ts'
import { schemaOf } from './matches.ts'

const slots = z.int().min(1).exactOptional()

const route = z.object({
  key: documentKey,
  partition: count.exactOptional().describe('Absent for a null key and a layer not asked for.'),
  segment: count.exactOptional(),
  segmentGroup: text.exactOptional().describe("The segment's consumer group."),
  virtualPartition: count.exactOptional(),
  counts: z.object({ partitions: slots, segments: slots, virtualPartitions: slots }),
  arithmetic: z
    .object({
      partition: text.exactOptional(),
      segment: text.exactOptional(),
      virtualPartition: text.exactOptional(),
    })
    .describe('The reducer and its arithmetic, per layer.'),
})

/** Where keys land, in input order. */
export const routesSchema = schemaOf<RoutesDocument>()(
  z.object({ ...headerOf('routes'), routes: z.array(route) }),
)

import { z } from 'zod'
import { count, documentKey, estimate, share, text } from './basics.ts'

export const layer = z.enum(['partition', 'segment', 'virtualPartition'])

const slot = z
  .object({
    index: count,
    messages: count,
    keys: estimate.describe('Distinct keys; an estimate when the document is not exact.'),
    share,
  })
  .meta({ id: 'slot' })

const collision = z
  .object({
    slot: count,
    keys: z.array(documentKey),
    arithmetic: z.array(text).describe('A line per key: "14" -> 49+52 = 101 -> 101 mod 5 = 1.'),
  })
  .meta({ id: 'collision' })

/** Keys spread over the slots of one layer by one reducer. */
export const laneFields = {
  layer,
  count: z.int().min(1),
  reducer: text,
  messages: count.describe('Messages that were spread; physical partitions leave out null keys.'),
  slots: z.array(slot),
  emptySlots: count,
  imbalance: estimate.describe('Most loaded slot / mean over the slots, by messages.'),
  floor: estimate.describe('The same after largest-first packing of the keys.'),
  avoidable: estimate.describe('imbalance / floor: what another reducer could win.'),
  randomHash: estimate.describe('Mean imbalance of an ideal random hash on these keys.'),
  collisions: z
    .array(collision)
    .describe('Slots shared by top keys though other slots have none of them; worst first.'),
  errors: count.describe('Messages whose key the reducer refused, counted in slot 0.'),
}

export const lane = z.object(laneFields).meta({ id: 'lane' })

import { z } from 'zod'
import type { SimulationDocument } from '../domain/simulation/simulation.ts'
import {
  count,
  distinctFields,
  estimate,
  headerOf,
  readSummary,
  refused,
  share,
  text,
} from './basics.ts'
import { laneFields } from './lane.ts'
import { schemaOf } from './matches.ts'
import { timing } from './timing.ts'

const simulatedLane = z
  .object({ ...laneFields, bytes: z.array(estimate).describe('Per slot.') })
  .meta({ id: 'simulatedLane' })

const correlation = z.object({
  outer: z.enum(['partition', 'segment']),
  inner: z.enum(['segment', 'virtualPartition']),
  outerCount: count,
  innerCount: count,
  gcd: count,
  reachable: count.describe('Inner slots that one outer slot can fill: inner / gcd.'),
  observed: count.describe('Most inner slots that one outer slot was seen to fill.'),
  fix: text,
})

const layers = z
  .object({
    correlation: z.array(correlation).describe('Layers that share a reducer on the same key.'),
    stacked: z
      .object({ workers: count, busyWorkers: count, imbalance: estimate })
      .nullable()
      .describe('Load of every worker of the stacked layers.'),
  })
  .meta({ id: 'layers' })

const batches = z.object({
  maxMessages: count,
  virtualPartitions: count,
  distribution: z.enum(['consistent', 'balanced']),
  batches: count,
  dropped: count.describe('Polls of which a segment kept nothing: none of the batches.'),
  busy: z
    .object({ mean: estimate, p50: estimate, p1: estimate })
    .describe('Virtual partitions with work, per batch.'),
  parallelEfficiency: share.describe('Messages / (VPs x messages of the fullest VP).'),
  busyHistogram: z.array(count).describe('Entry k: batches that had k busy VPs.'),
})

const traffic = z.object({
  segments: count,
  messagesRead: estimate,
  bytesRead: estimate,
  factor: estimate,
})

const members = z.object({
  members: count,
  partitions: count,
  idleMembers: count,
  messages: z.array(count).describe('Per member with contiguous ranges.'),
  imbalance: estimate,
})

const strategy = z.object({
  name: text,
  exact: z.boolean().describe('Every figure is a count; false once sketches took over.'),
  keys: z.object(distinctFields).describe('The virtual keys that its partitioner gave.'),
  topKeysMaxError: estimate.describe(
    'The count of no key is short by more, nor has a key that is left out more; 0 when exact.',
  ),
  lanes: z.array(simulatedLane),
  layers,
  batches: batches.nullable(),
  traffic: traffic.describe('Every segment group reads every message.'),
  members: members.nullable(),
  timing: timing.nullable(),
})

/** What `simulate` says: the load of every layer, alone and stacked, per strategy. */
export const simulationSchema = schemaOf<SimulationDocument>()(
  z.object({
    ...headerOf('simulation'),
    read: readSummary,
    messages: count,
    partitionerErrors: z
      .array(z.object({ partitioner: text, messages: count, refused }))
      .describe('Partitioners that refused messages.'),
    exact: z
      .boolean()
      .describe(
        'Every figure is a count. False once keys were more than memory held: then `keys`, `floor`, ' +
          '`avoidable`, `randomHash` and `collisions` are estimates, `correlation` with partitions ' +
          'of the log is that of the keys in memory, and all others are still counts.',
      ),
    lanes: z.array(simulatedLane).describe('Those of the first strategy.'),
    layers,
    timing: timing
      .nullable()
      .describe('That of the first strategy; null where not asked for, or interrupted.'),
    strategies: z.array(strategy),
  }),
)

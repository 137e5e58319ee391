import { z } from 'zod'
import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import {
  bounds,
  count,
  distinctFields,
  documentKey,
  estimate,
  headerOf,
  readSummary,
  refused,
  share,
  text,
} from './basics.ts'
import { lane } from './lane.ts'
import { schemaOf } from './matches.ts'

const keyCounts = z.object({
  ...distinctFields,
  nullMessages: count.describe('Messages without a key.'),
  emptyMessages: count.describe('Messages whose key has no bytes.'),
  binaryMessages: count.describe('Messages whose key is not valid UTF-8.'),
  tombstones: count.describe('Values that are null; a file without values has none.'),
  partitionerErrors: count.describe('Messages that the partitioner refused.'),
})

const topKey = z.object({
  key: documentKey,
  messages: estimate,
  bounds: bounds.describe('Certain bounds of `messages`; equal to it when exact.'),
  share: share.describe('Of all messages.'),
  shareInterval: bounds
    .nullable()
    .describe('95 % Wilson interval of the share in the whole log; null when all was read.'),
})

const sizes = z
  .object({ total: estimate, p50: estimate, p99: estimate, max: estimate })
  .meta({ id: 'sizes', description: 'Bytes.' })

const percentiles = z
  .object({ p50: estimate, p99: estimate, max: estimate })
  .meta({ id: 'percentiles' })

const skew = z.object({
  top1Share: share,
  top10Share: share,
  top1PercentShare: share.describe('Share of the most frequent 1 % of the keys.'),
  cv: estimate.describe('Coefficient of variation of messages per key.'),
  gini: z.number(),
  normalizedEntropy: z.number().describe('H / log2(distinct); 1 is even.'),
  effectiveKeys: estimate.describe('2^H: as many equally busy keys would have this entropy.'),
})

const placement = z
  .object({
    partitionCount: count,
    messages: count.describe('Keyed messages that the question was asked of.'),
    candidates: z
      .array(z.object({ reducer: text, explained: share }))
      .describe('Best first, with the share of the messages that are where it would put them.'),
    reducer: text.nullable().describe('The hash that explains the placement, or most of it.'),
    verdict: z.enum(['consistent', 'mixed', 'unkeyed', 'unknown']),
    minority: z
      .object({ reducer: text, share })
      .nullable()
      .describe('The hash that explains what `reducer` does not.'),
    keysInSeveralPartitions: estimate
      .nullable()
      .describe('Distinct keys found in more than one partition; null: not counted.'),
  })
  .describe('Which hash put the keys where they were found.')

const bursts = z.object({
  windowMs: estimate.nullable().describe('Width of a window; null where there are no timestamps.'),
  windows: count,
  peakToMean: estimate,
  keys: z.array(
    z.object({
      key: documentKey,
      window: text.describe("ISO 8601, the window's start."),
      messages: estimate,
      shareOfWindow: share,
      share,
    }),
  ),
})

const batches = z.object({
  maxMessages: count,
  batches: count,
  messagesPerKey: percentiles,
  keysPerBatch: percentiles,
  parallelism: percentiles.describe('Messages of a batch / those of its most frequent key.'),
})

const encodings = z.object({
  shapes: z.array(
    z.object({
      shape: z.enum([
        'integer-text',
        'uuid-text',
        'text',
        'empty',
        'binary-4',
        'binary-8',
        'binary-16',
        'binary',
      ]),
      messages: estimate,
      keys: estimate,
    }),
  ),
  traps: z.array(
    z.object({
      trap: z.enum(['number-and-text', 'byte-order', 'letter-case', 'white-space']),
      keys: z.array(documentKey),
      message: text,
    }),
  ),
})

const sampling = z.object({
  fraction: share.nullable().describe('Messages read / available; null where unknown.'),
  coverage: share.describe('Good-Turing: the chance that the next message has a seen key.'),
  distinctAtLeast: estimate.describe('Chao1 lower bound of distinct keys in the whole log.'),
  notes: z.array(text),
})

const partitionLoad = z.object({
  partition: count,
  messages: count,
  bytes: estimate,
  share,
  nullMessages: count,
})

const finding = z.object({
  code: text,
  severity: z.enum(['info', 'warning']),
  message: text,
  advice: text.describe('What to do about it.'),
})

/** What `analyze-keys` says about a stream of keys. */
export const keyProfileSchema = schemaOf<KeyProfileDocument>()(
  z.object({
    ...headerOf('key-profile'),
    read: readSummary,
    messages: count,
    exact: z.boolean().describe('Every figure is a count; false once sketches took over.'),
    keys: keyCounts,
    refused,
    topKeys: z.array(topKey).describe('Most frequent first; ties by key bytes.'),
    topKeysMaxError: estimate.describe('No key outside `topKeys` has more; 0 when exact.'),
    sizes: z.object({ key: sizes, value: sizes }),
    skew,
    partitions: z
      .array(partitionLoad)
      .describe('What the selected partitions hold; empty where the source does not say.'),
    placement: placement.nullable(),
    bursts,
    batches,
    encodings,
    lanes: z.array(lane),
    sampling: sampling.nullable().describe('null when everything was read.'),
    findings: z.array(finding).describe('Worth doing, in order of weight.'),
  }),
)

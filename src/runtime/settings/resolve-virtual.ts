import { keyPartitioner } from '../../domain/routing/partitioner/message-partitioners.ts'
import { reducerNamed } from '../../domain/routing/reducers.ts'
import type { BatchPartitioner, VirtualPartitionsSettings } from '../settings.ts'
import { resolveRouting } from './resolve-routing.ts'
import type { ResolvedVirtual } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'

/** For `SettingFields`. */
export const VIRTUAL_NAMES: SettingNames<VirtualPartitionsSettings> = {
  partitioner: true,
  reducer: true,
  maxPartitions: true,
  distribution: true,
  offsetMetadataStrategy: true,
  batchPartitioner: true,
  overlap: true,
  maxInFlight: true,
}

const MAX_IN_FLIGHT = 10_000
/** What a batch partitioner does by itself (V4). */
const REPLACED = ['partitioner', 'reducer', 'maxPartitions', 'distribution'] as const

/** How a topic's batches are split; as many VPs as jobs at once unless told otherwise (V1). */
export function resolveVirtual(
  fields: SettingFields<VirtualPartitionsSettings>,
  concurrency: number,
): ResolvedVirtual {
  const batchPartitioner = fields.callable<BatchPartitioner>(
    'batchPartitioner',
    'a function (messages, context) => groups of messages',
  )
  const overlap = fields.flag('overlap', false)
  const maxInFlight = fields.integer('maxInFlight', { fallback: MAX_IN_FLIGHT })
  if (fields.has('maxInFlight') && !overlap) {
    fields.tell('maxInFlight', 'says how far ahead batches overlap; set overlap, or leave it out')
  }
  if (batchPartitioner !== null) return splitByBatch(fields, batchPartitioner, maxInFlight)
  const maxPartitions = fields.integer('maxPartitions', { fallback: concurrency, most: 2 ** 31 })
  const distribution = fields.choice('distribution', ['consistent', 'balanced'], 'consistent')
  if (overlap && distribution === 'balanced') {
    fields.tell(
      'overlap',
      'does not go with distribution "balanced": a key that moves between overlapping batches would lose its order',
    )
  }
  const at = (name: 'partitioner' | 'reducer') => ({
    path: fields.pathOf(name),
    value: fields.at(name),
  })
  const routing = resolveRouting(
    {
      partitioner: at('partitioner'),
      reducer: at('reducer'),
      layer: 'virtualPartition',
      slots: maxPartitions,
    },
    fields.problems,
  )
  return {
    batchPartitioner: null,
    maxPartitions,
    distribution,
    partitioner: routing?.partitioner ?? keyPartitioner,
    reducer: routing?.reducer ?? reducerNamed('byte-sum'),
    overlap,
    maxInFlight,
  }
}

function splitByBatch(
  fields: SettingFields<VirtualPartitionsSettings>,
  batchPartitioner: BatchPartitioner,
  maxInFlight: number,
): ResolvedVirtual {
  for (const name of REPLACED) {
    if (fields.has(name)) fields.tell(name, 'does not go with batchPartitioner, which replaces it')
  }
  if (fields.at('overlap') === true) {
    fields.tell('overlap', 'does not go with batchPartitioner: its groups are of one batch')
  }
  return {
    batchPartitioner,
    maxPartitions: null,
    distribution: null,
    partitioner: null,
    reducer: null,
    overlap: false,
    maxInFlight,
  }
}

import { ColumnBatch } from '../../../../src/domain/model/column-batch.ts'
import type { ReadSummary } from '../../../../src/domain/model/document.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import type { Strategy } from '../../../../src/domain/routing/strategy.ts'
import type { Layer, Partitioner } from '../../../../src/domain/routing/types.ts'
import { type SimulationOptions, Simulator } from '../../../../src/domain/simulation/simulator.ts'

export type Row = readonly [key: string | null, partition?: number, valueLength?: number]

/** Messages as a batch that has the whole messages too; its offsets go on from the first. */
export function batchOf(rows: readonly Row[], firstOffset = 0): ColumnBatch {
  const batch = new ColumnBatch('orders', Math.max(rows.length, 1))
  rows.forEach(([key, partition = -1, valueLength], at) => {
    batch.addMessage({
      topic: 'orders',
      partition,
      offset: BigInt(firstOffset + at),
      key: key === null ? null : Buffer.from(key),
      value: valueLength === undefined ? null : Buffer.alloc(valueLength),
      headers: [],
      timestamp: null,
    })
  })
  return batch
}

export interface Layers {
  readonly partition?: number
  readonly segment?: number
  readonly virtualPartition?: number
  /** The same reducer for every layer; left out, each has its default. */
  readonly reducer?: string
  readonly partitioner?: Partitioner
}

export function strategyOf({ reducer, partitioner, ...counts }: Layers, name = 'test'): Strategy {
  const layers = Object.keys(counts) as Layer[]
  return {
    name,
    partitioner: partitioner ?? partitionerNamed('key', { seed: 1 }),
    counts: Object.fromEntries(layers.map((layer) => [layer, [counts[layer]!]])),
    reducers:
      reducer === undefined
        ? {}
        : Object.fromEntries(layers.map((layer) => [layer, [reducerNamed(reducer)]])),
  }
}

export const read: ReadSummary = {
  sources: ['memory:orders'],
  partitioner: 'key',
  sample: 'all',
  seed: 1,
  partitions: null,
  ranges: [],
  available: null,
  badRecords: 0,
  skippedOffsets: 0,
  interrupted: false,
}

export const defaults: Omit<SimulationOptions, 'strategies'> = {
  maxMessages: 100,
  maxMemoryBytes: 2 ** 24,
  distribution: 'consistent',
  members: null,
  topicPartitions: null,
  selectedPartitions: null,
  timing: null,
}

/** What a simulation of one strategy says of these messages. */
export function simulated(
  layers: Layers,
  rows: readonly Row[],
  options: Partial<SimulationOptions> = {},
) {
  const simulator = new Simulator({ ...defaults, strategies: [strategyOf(layers)], ...options })
  simulator.add(batchOf(rows))
  return simulator.document({ generatedBy: 'pstool test' }, read)
}

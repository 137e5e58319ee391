import type { ProfileOptions } from '../../../../src/domain/keys/profile.ts'
import { KeyProfiler } from '../../../../src/domain/keys/profile.ts'
import { ColumnBatch } from '../../../../src/domain/model/column-batch.ts'
import type { ReadSummary } from '../../../../src/domain/model/document.ts'
import { bytesOf } from '../../../../src/domain/model/key-text.ts'
import { partitionerNamed } from '../../../../src/domain/routing/partitioners.ts'
import { reducerNamed } from '../../../../src/domain/routing/reducers.ts'
import type { LaneSpec, Layer } from '../../../../src/domain/routing/types.ts'

/** A message as these tests write it: text or bytes, null without a key. */
export interface Row {
  readonly key: string | Uint8Array | null
  readonly partition?: number
  readonly timestamp?: number
  /** Bytes of the value; -1 for a tombstone, UNKNOWN where there is none to know. */
  readonly value?: number
}

export const MINUTE = 60_000

export function lane(layer: Layer, count: number, reducer: string): LaneSpec {
  return { layer, count, reducer: reducerNamed(reducer) }
}

export function options(changes: Partial<ProfileOptions> = {}): ProfileOptions {
  return {
    lanes: [],
    partitioner: partitionerNamed('key', { seed: 1 }),
    maxMemoryBytes: 8 * 2 ** 20,
    maxMessages: 100,
    windowMs: MINUTE,
    top: 10,
    ...changes,
  }
}

/** Batches of at most `size` rows. */
export function* batchesOf(rows: readonly Row[], size = 1000): Generator<ColumnBatch> {
  const batch = new ColumnBatch('orders', size)
  for (const [i, { key, partition = 0, timestamp = Number.NaN, value = 10 }] of rows.entries()) {
    const bytes = typeof key === 'string' ? bytesOf(key) : key
    batch.addRow(bytes, value, partition, i, timestamp)
    if (!batch.full) continue
    yield batch
    batch.clear()
  }
  if (batch.count > 0) yield batch
}

export function profilerOf(
  rows: readonly Row[],
  changes: Partial<ProfileOptions> = {},
): KeyProfiler {
  const profiler = new KeyProfiler(options(changes))
  for (const batch of batchesOf(rows)) profiler.add(batch)
  return profiler
}

/** The document's context for a read of everything, or of a part of `available` messages. */
export function context(read: Partial<ReadSummary> = {}) {
  const summary: ReadSummary = {
    sources: ['memory:'],
    partitioner: 'key',
    sample: 'all',
    seed: 1,
    partitions: null,
    ranges: [],
    available: null,
    badRecords: 0,
    skippedOffsets: 0,
    interrupted: false,
    ...read,
  }
  return { generatedBy: 'pstool 0.0.0', read: summary }
}

export function documentOf(rows: readonly Row[], changes: Partial<ProfileOptions> = {}) {
  return profilerOf(rows, changes).document(context())
}

/** `times` messages of a key. */
export function repeated(times: number, row: Row): Row[] {
  return Array.from({ length: times }, () => row)
}

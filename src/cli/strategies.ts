import { customPartitioner, partitionerNamed } from '../domain/routing/partitioners.ts'
import { customReducer, reducerNamed } from '../domain/routing/reducers.ts'
import { DEFAULT_REDUCERS, type Strategy } from '../domain/routing/strategy.ts'
import { LAYERS, type Layer, type Partitioner, type Reducer } from '../domain/routing/types.ts'
import { UsageError } from '../errors.ts'
import type { UserModules } from '../ports/user-modules.ts'
import type { PartitionerSetting, ReducerSetting } from './config/config.ts'
import { isModuleReference, loadFunction } from './config/module-function.ts'
import type { NamedStrategy } from './config/resolve-settings.ts'
import type { LayersGiven } from './flags/layer-flags.ts'

/** What the flags say; each part wins over the same part of a configured strategy. */
export interface StrategyFlags {
  readonly partitioner?: string | undefined
  /** Where any count is given, layers without one are left out: `--segments 5` is segments alone. */
  readonly layers: LayersGiven
  readonly seed: number
}

/** Where names and functions of the user's are looked up. */
export interface StrategyContext {
  readonly modules: UserModules
  /** What `module:FILE` is relative to. */
  readonly folder: string
}

/**
 * The strategy that flags and configuration make together.
 * @throws UsageError for unknown names, for modules that cannot be used
 */
export async function strategyFrom(
  flags: StrategyFlags,
  named: NamedStrategy | null,
  context: StrategyContext,
): Promise<Strategy> {
  const counts = countsOf(flags, named)
  const setting = flags.partitioner ?? named?.settings.partitioner ?? 'key'
  const partitioner = await partitionerOf(setting, slotsDealtOver(counts), flags.seed, context)
  const reducers: { [layer in Layer]?: readonly Reducer[] } = {}
  for (const layer of LAYERS) {
    const settings = reducerSettings(flags, named, layer)
    if (settings.length === 0) continue
    reducers[layer] = await Promise.all(settings.map((one) => reducerOf(one, layer, context)))
  }
  return { name: named?.name ?? 'default', partitioner, counts, reducers }
}

function countsOf({ layers }: StrategyFlags, named: NamedStrategy | null): Strategy['counts'] {
  if (Object.keys(layers.counts).length > 0 || named === null) return layers.counts
  const { partitions, segments, virtualPartitions } = named.settings
  return {
    ...(partitions !== undefined && { partition: [partitions] }),
    ...(segments !== undefined && { segment: [segments] }),
    ...(virtualPartitions !== undefined && { virtualPartition: [virtualPartitions] }),
  }
}

/** `round-robin` and its like deal over the innermost layer that consumers have. */
function slotsDealtOver(counts: Strategy['counts']): number | undefined {
  return (counts.virtualPartition ?? counts.segment ?? counts.partition)?.[0]
}

/** Nothing, where the layer's default is meant. */
function reducerSettings(
  flags: StrategyFlags,
  named: NamedStrategy | null,
  layer: Layer,
): readonly ReducerSetting[] {
  const given = flags.layers.reducers[layer]
  if (given !== undefined) return given
  const configured = named?.settings.reducers?.[layer] ?? named?.settings.reducer
  return configured === undefined ? [] : [configured]
}

async function partitionerOf(
  setting: PartitionerSetting,
  slots: number | undefined,
  seed: number,
  context: StrategyContext,
): Promise<Partitioner> {
  if (typeof setting === 'function') return customPartitioner(setting.name || 'function', setting)
  if (!isModuleReference(setting)) return partitionerNamed(setting, { seed, slots })
  return customPartitioner(setting, await loadFunction(context.modules, setting, context.folder))
}

/** A reducer of a flag or of the configuration. @throws UsageError for one that is not there */
export async function reducerOf(
  setting: ReducerSetting,
  layer: Layer,
  context: StrategyContext,
): Promise<Reducer> {
  if (typeof setting === 'function') return customReducer(reducerName(setting, layer), setting)
  if (!isModuleReference(setting)) return reducerNamed(setting)
  return customReducer(setting, await loadFunction(context.modules, setting, context.folder))
}

/** What documents call a function that reduces keys. */
export function reducerName({ name }: { readonly name: string }, layer: Layer): string {
  return name || `${layer}Reducer`
}

/**
 * One strategy per reducer, to be looked at side by side; the strategy itself where there is
 * nothing to tell apart.
 * @throws UsageError where layers compare lists of different length, which pair up with nothing
 */
export function sideBySide(strategy: Strategy): readonly Strategy[] {
  const lists = LAYERS.map((layer) => strategy.reducers[layer] ?? [])
  const width = Math.max(1, ...lists.map((list) => list.length))
  if (width === 1) return [strategy]
  if (lists.some((list) => list.length > 1 && list.length !== width)) {
    throw new UsageError('usage.reducers', 'layers compare different numbers of reducers', [
      'Compare with --reducers a,b,c, which holds for all layers.',
    ])
  }
  return Array.from({ length: width }, (_, at) => {
    const reducers: { [layer in Layer]?: readonly Reducer[] } = {}
    for (const layer of LAYERS) {
      const list = strategy.reducers[layer]
      const chosen = list?.[at] ?? list?.[0]
      if (chosen !== undefined) reducers[layer] = [chosen]
    }
    const name = lists.find((list) => list.length > 1)![at]!.name
    return { ...strategy, name, reducers }
  })
}

/** What every comparison has, beside the layer's own default. */
const COMPARED = ['md5', 'murmur2', 'xxh32'] as const

/** Where no reducer was named, the layer's default stands beside well-known hashes. */
export function withComparison(strategy: Strategy): Strategy {
  const reducers = { ...strategy.reducers }
  for (const layer of ['segment', 'virtualPartition'] as const) {
    if (reducers[layer] !== undefined || strategy.partitioner.preferredReducer !== null) continue
    reducers[layer] = [DEFAULT_REDUCERS[layer], ...COMPARED].map(reducerNamed)
  }
  return { ...strategy, reducers }
}

import type { PartitionerSetting, ReducerSetting } from '../config/config.ts'
import { isModuleReference, loadFunction } from '../config/module-function.ts'
import type { NamedStrategy } from '../config/resolve-settings.ts'
import type { ConsumeFlags } from '../flags/consume-flags.ts'
import type { StrategyContext } from '../strategies.ts'

/** What a strategy or flags say about one layer; what they do not say is absent. */
export interface LayerChoice {
  readonly count?: number
  readonly partitioner?: PartitionerSetting
  readonly reducer?: ReducerSetting
}

/** What they say about both layers that consumers have. */
export interface LayerChoices {
  readonly segments: LayerChoice
  readonly virtualPartitions: LayerChoice & { readonly distribution?: 'consistent' | 'balanced' }
}

/** A strategy of the configuration. @throws UsageError for a module that cannot be used */
export async function strategyLayers(
  named: NamedStrategy | null,
  context: StrategyContext,
): Promise<LayerChoices> {
  if (named === null) return { segments: {}, virtualPartitions: {} }
  const { partitioner, reducer, reducers, distribution, ...counts } = named.settings
  return layersFrom(
    {
      counts,
      partitioner,
      segment: reducers?.segment ?? reducer,
      virtual: reducers?.virtualPartition ?? reducer,
      distribution,
    },
    context,
  )
}

/** The layer flags alone. @throws UsageError for a module that cannot be used */
export async function flagLayers(
  flags: ConsumeFlags,
  context: StrategyContext,
): Promise<LayerChoices> {
  const { segments, 'virtual-partitions': virtualPartitions } = flags
  return layersFrom(
    {
      counts: { segments, virtualPartitions },
      partitioner: flags.partitioner,
      segment: flags['segment-reducer'] ?? flags.reducer,
      virtual: flags['virtual-partition-reducer'] ?? flags.reducer,
      distribution: flags.distribution,
    },
    context,
  )
}

interface Given {
  readonly counts: {
    readonly segments?: number | undefined
    readonly virtualPartitions?: number | undefined
  }
  readonly partitioner: PartitionerSetting | undefined
  readonly segment: ReducerSetting | undefined
  readonly virtual: ReducerSetting | undefined
  readonly distribution: 'consistent' | 'balanced' | undefined
}

async function layersFrom(given: Given, context: StrategyContext): Promise<LayerChoices> {
  const { counts, distribution } = given
  const partitioner = await loaded(given.partitioner, context)
  const layer = async (count: number | undefined, setting: ReducerSetting | undefined) => {
    const reducer = await loaded(setting, context)
    return {
      ...(count !== undefined && { count }),
      ...(partitioner !== undefined && { partitioner }),
      ...(reducer !== undefined && { reducer }),
    }
  }
  return {
    segments: await layer(counts.segments, given.segment),
    virtualPartitions: {
      ...(await layer(counts.virtualPartitions, given.virtual)),
      ...(distribution !== undefined && { distribution }),
    },
  }
}

/** `module:FILE#EXPORT` as the function that it names; anything else as it is. */
async function loaded<S extends PartitionerSetting | ReducerSetting>(
  setting: S | undefined,
  { modules, folder }: StrategyContext,
): Promise<S | undefined> {
  if (typeof setting !== 'string' || !isModuleReference(setting)) return setting
  return (await loadFunction(modules, setting, folder)) as S
}

/** The second one's words over the first one's, layer by layer. */
export function layersOver(base: LayerChoices, over: LayerChoices): LayerChoices {
  return {
    segments: { ...base.segments, ...over.segments },
    virtualPartitions: { ...base.virtualPartitions, ...over.virtualPartitions },
  }
}

/** Without its counts: other counts were given. */
export function withoutCounts({ segments, virtualPartitions }: LayerChoices): LayerChoices {
  const { count: _, ...segment } = segments
  const { count: __, ...virtual } = virtualPartitions
  return { segments: segment, virtualPartitions: virtual }
}

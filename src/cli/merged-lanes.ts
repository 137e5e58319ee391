import type { LaneFigures } from '../domain/keys/key-profile.ts'
import { REDUCER_NAMES } from '../domain/routing/reducers.ts'
import { lanesOf } from '../domain/routing/strategy.ts'
import type { LaneSpec, Partitioner, Reducer } from '../domain/routing/types.ts'
import { InputError, UsageError } from '../errors.ts'
import type { StrategySettings } from './config/config.ts'
import { isModuleReference } from './config/module-function.ts'
import type { NamedStrategy } from './config/resolve-settings.ts'
import type { LayersGiven } from './flags/layer-flags.ts'
import type { SavedProfile } from './saved-profile.ts'
import {
  reducerName,
  reducerOf,
  type StrategyContext,
  strategyFrom,
  withComparison,
} from './strategies.ts'

/** What is said beside flags, and where reducers of the user's are looked up. */
export interface LaneContext extends StrategyContext {
  /** A configured strategy to look at; null where none was asked for. */
  readonly named: NamedStrategy | null
  readonly strategies: readonly StrategySettings[]
}

/**
 * The lanes to look at in merged profiles: the counts and reducers that flags and the named strategy
 * say; where they say one of the two, the other is that of the saved profiles, or of the layer.
 * @throws InputError for profiles with different lanes, where no count is named; UsageError for a
 *   reducer that cannot be found, and for a strategy that would have given the messages other keys
 */
export async function mergedLanes(
  profiles: readonly SavedProfile[],
  layers: LayersGiven,
  partitioner: Partitioner,
  context: LaneContext,
): Promise<readonly LaneSpec[]> {
  const { named } = context
  const strategy = await strategyFrom({ layers, seed: 1 }, named, context)
  if (named?.settings.partitioner !== undefined && strategy.partitioner.name !== partitioner.name) {
    throw otherKeys(named.name, strategy.partitioner, partitioner)
  }
  const counted = Object.keys(strategy.counts).length > 0
  const lanes = counted ? [] : lanesOfAll(profiles)
  if (!counted && Object.keys(strategy.reducers).length === 0) {
    return Promise.all(lanes.map((lane) => savedLane(lane, context)))
  }
  const counts = counted ? strategy.counts : countsOf(lanes)
  return lanesOf(withComparison({ ...strategy, counts, partitioner }))
}

function otherKeys(strategy: string, its: Partitioner, saved: Partitioner): UsageError {
  return new UsageError(
    'merge.other-keys',
    `strategy ${strategy} has partitioner ${its.name}, and the profiles have the keys of ${saved.name}`,
    [
      `Make the profiles with --strategy ${strategy}.`,
      'Or look at other slots of these keys: --segments 5 --reducers byte-sum,md5.',
    ],
  )
}

/** The lanes that all profiles have; what they looked at tells whether they belong together. */
function lanesOfAll(profiles: readonly SavedProfile[]): readonly LaneFigures[] {
  const [first, ...others] = profiles.map(({ document }) => document.lanes)
  const textOf = (lanes: readonly LaneFigures[]) => lanes.map(laneName).join('; ') || 'nothing'
  const other = others.find((lanes) => textOf(lanes) !== textOf(first!))
  if (other === undefined) return first!
  throw new InputError(
    'profile.different-lanes',
    `the profiles looked at different slots:\n  ${textOf(first!)}\n  ${textOf(other)}`,
    ['Say which slots to look at: --partitions N, --segments N or --virtual-partitions N.'],
  )
}

function laneName({ layer, count, reducer }: LaneFigures): string {
  return `${layer} ${count} by ${reducer}`
}

function countsOf(lanes: readonly LaneFigures[]): LayersGiven['counts'] {
  const counts = Map.groupBy(lanes, ({ layer }) => layer)
  return Object.fromEntries(
    Array.from(counts, ([layer, own]) => [layer, [...new Set(own.map(({ count }) => count))]]),
  )
}

async function savedLane(lane: LaneFigures, context: LaneContext): Promise<LaneSpec> {
  const { layer, count } = lane
  return { layer, count, reducer: await savedReducer(lane, context) }
}

/** A built-in reducer, one of a module, or a function of the configuration with that name. */
async function savedReducer(lane: LaneFigures, context: LaneContext): Promise<Reducer> {
  const { layer, reducer } = lane
  const own = context.strategies
    .flatMap((strategy) => [strategy.reducer, ...Object.values(strategy.reducers ?? {})])
    .find((setting) => typeof setting === 'function' && reducerName(setting, layer) === reducer)
  if (own === undefined && !REDUCER_NAMES.includes(reducer) && !isModuleReference(reducer)) {
    throw new UsageError(
      'merge.no-reducer',
      `the reducer of ${laneName(lane)} is a function, and no strategy of the configuration has it`,
      [
        'Merge with the configuration that the profiles were made with: --config FILE.',
        'Or look at other slots: --segments 5 --reducers byte-sum,md5.',
      ],
    )
  }
  return reducerOf(own ?? reducer, layer, context)
}

import { shellWord } from '../../domain/model/shell-word.ts'
import { groupsOf, type MigrationOrder } from '../../domain/offsets/plan-migration.ts'
import { plannedStrategy, type SegmentRouting } from '../../domain/offsets/segment-routing.ts'
import { type SegmentedGroup, segmentedGroup } from '../../domain/offsets/segmented-group.ts'
import { nearNames } from '../../domain/routing/near-names.ts'
import { reducerNamed } from '../../domain/routing/reducers.ts'
import { DEFAULT_REDUCERS } from '../../domain/routing/strategy.ts'
import { UsageError } from '../../errors.ts'
import type { GroupSettings } from '../config/config.ts'
import type { Endpoint } from '../config/endpoint.ts'
import type { NamedStrategy, Settings } from '../config/resolve-settings.ts'
import { type StrategyContext, strategyFrom } from '../strategies.ts'

/** What says which groups a command is about. */
export interface GroupChoice {
  readonly cluster?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly segments?: number | undefined
  readonly 'merge-key'?: string | undefined
  readonly topics?: readonly string[] | undefined
  readonly strategy?: string | undefined
}

/** A group of the user's, with how its messages are spread as far as pstool was told. */
export interface ChosenGroup {
  readonly group: SegmentedGroup
  readonly routing: SegmentRouting | null
}

/**
 * The groups that flags and configuration name; all of the configuration unless any is named.
 * @throws UsageError where nothing names a group, or nothing says how many segments it has
 */
export async function chosenGroups(
  choice: GroupChoice,
  settings: Settings,
  context: StrategyContext,
): Promise<readonly ChosenGroup[]> {
  const names = namesOf(choice, settings)
  return await Promise.all(
    names.map(async (name) => {
      const configured = settings.groups[name]
      const count = choice.segments ?? configured?.segments
      if (count === undefined) throw noCount(name, Object.keys(settings.groups))
      const mergeKey = choice['merge-key'] ?? configured?.mergeKey
      const group = segmentedGroup(name, count, {
        ...(mergeKey !== undefined && { mergeKey }),
        topics: choice.topics ?? configured?.topics ?? null,
      })
      const routing = await routingOf(strategyOf(choice, configured, settings), count, context)
      return { group, routing }
    }),
  )
}

/** @throws UsageError for a group whose segments are off: there is nothing to move between (P1) */
export function checkSegmentsOn(groups: readonly ChosenGroup[]): void {
  const off = groups.find(({ group }) => group.segments.length === 1)
  if (off === undefined) return
  const { origin } = off.group
  throw new UsageError(
    'segments.off',
    `${origin} has 1 segment, which means that segments are off`,
    [
      `Give the number that it has: --segments N. To another number: pstool segments rescale --groups ${shellWord(origin)} --to N.`,
    ],
  )
}

/** The order to migrate a group as it is; `to` differs in a rescale. */
export function orderOf({ group, routing }: ChosenGroup, to = group): MigrationOrder {
  return { group, to, strategy: routing === null ? null : plannedStrategy(routing) }
}

/**
 * A group of two migrations would be given two offsets for one partition.
 * @throws UsageError that names it
 */
export function checkApart(orders: readonly MigrationOrder[]): void {
  const owners = new Map<string, string>()
  for (const order of orders) {
    const { origin } = order.group
    for (const name of groupsOf([order])) {
      const owner = owners.get(name)
      if (owner !== undefined) {
        throw new UsageError('segments.shared', `${name} belongs to ${owner} and to ${origin}`, [
          'Name one of the two with --groups, or give one of them another merge key.',
        ])
      }
      owners.set(name, origin)
    }
  }
}

/**
 * The cluster that all of the groups live in.
 * @throws UsageError where they live in several
 */
export function clusterOf(
  choice: GroupChoice,
  groups: readonly ChosenGroup[],
  settings: Settings,
): Endpoint {
  const named = groups.map(({ group }) => settings.groups[group.origin]?.cluster)
  if (choice.cluster) return settings.cluster()
  const [first, ...others] = [...new Set(named)]
  if (others.length > 0) {
    throw new UsageError('segments.several-clusters', 'the groups live in several clusters', [
      'Name those of one cluster with --groups, and run once for each cluster.',
    ])
  }
  return first === undefined ? settings.cluster() : settings.clusterCalled(first)
}

function namesOf({ groups }: GroupChoice, settings: Settings): readonly string[] {
  const given = (groups ?? []).map((name) => name.trim()).filter((name) => name !== '')
  if (given.length > 0) return [...new Set(given)]
  const configured = Object.entries(settings.groups)
    .filter(([, { segments }]) => segments > 1)
    .map(([name]) => name)
  if (configured.length > 0) return configured
  throw new UsageError('segments.no-groups', 'nothing says which groups to work on', [
    'Give flags:          --groups analytics --segments 4',
    'or a configuration:  groups: { analytics: { segments: 4 } } in pstool.config.ts',
  ])
}

function noCount(name: string, known: readonly string[]): UsageError {
  const near = nearNames(name, known)
  return new UsageError('segments.no-count', `nothing says how many segments ${name} has`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    `Give --segments N, or groups: { '${name}': { segments: N } } in pstool.config.ts.`,
  ])
}

function strategyOf(
  { strategy }: GroupChoice,
  configured: GroupSettings | undefined,
  settings: Settings,
): NamedStrategy | null {
  if (strategy) return settings.strategyCalled(strategy)
  return configured?.strategy === undefined ? null : settings.strategyCalled(configured.strategy)
}

async function routingOf(
  named: NamedStrategy | null,
  count: number,
  context: StrategyContext,
): Promise<SegmentRouting | null> {
  if (named === null) return null
  const layers = { counts: { segment: [count] }, reducers: {} }
  const { name, partitioner, reducers } = await strategyFrom({ layers, seed: 1 }, named, context)
  const preferred = partitioner.preferredReducer ?? DEFAULT_REDUCERS.segment
  return { name, partitioner, reducer: reducers.segment?.[0] ?? reducerNamed(preferred) }
}

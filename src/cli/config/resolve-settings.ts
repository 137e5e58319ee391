import { nearNames } from '../../domain/routing/near-names.ts'
import { UsageError } from '../../errors.ts'
import type {
  ClusterSettings,
  GroupSettings,
  PstoolConfig,
  SourceSettings,
  StrategySettings,
} from './config.ts'
import { connectionOf, type Endpoint } from './endpoint.ts'

/** Everything that says what to work on. Flags win over PSTOOL_* variables, which win over the file. */
export interface SettingsInput {
  readonly flags: {
    readonly source?: string | undefined
    readonly cluster?: string | undefined
    readonly strategy?: string | undefined
  }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly config: PstoolConfig | null
}

/** What a command works on. Each is worked out when asked for: a command may need one of them alone. */
export interface Settings {
  /** @throws UsageError where nothing names a source, or a variable with a secret is not set */
  source(): Endpoint
  /** @throws UsageError where nothing names a cluster, or a variable with a secret is not set */
  cluster(): Endpoint
  /** The cluster of that name, or URI. @throws UsageError where a variable with a secret is not set */
  clusterCalled(name: string): Endpoint
  /** The configured cluster that has this URI, else the URI alone. @throws UsageError as above */
  clusterAt(uri: string): Endpoint
  /** null where nothing names one. @throws UsageError for a name that the configuration has not */
  strategy(): NamedStrategy | null
  /** By name; empty without a configuration. */
  readonly strategies: Readonly<Record<string, StrategySettings>>
  /** @throws UsageError for a name that the configuration has not */
  strategyCalled(name: string): NamedStrategy
  /** Origin group -> its segments; empty without a configuration. */
  readonly groups: Readonly<Record<string, GroupSettings>>
  readonly budgets: Readonly<Record<string, number>>
}

export interface NamedStrategy {
  readonly name: string
  readonly settings: StrategySettings
}

/** Puts flags, variables and configuration together. Pure: reads nothing by itself. */
export function resolveSettings(input: SettingsInput): Settings {
  const config = input.config ?? {}
  return {
    source: () => sourceEndpoint(input, config),
    cluster: () => clusterEndpoint(input, config),
    clusterCalled: (name) => clusterNamed(name, config, input.env),
    clusterAt: (uri) => clusterNamed(nameOfCluster(uri, config) ?? uri, config, input.env),
    strategy: () => namedStrategy(input, config),
    strategies: config.strategies ?? {},
    strategyCalled: (name) => strategyCalled(name, config),
    groups: config.groups ?? {},
    budgets: config.budgets ?? {},
  }
}

function sourceEndpoint({ flags, env }: SettingsInput, config: PstoolConfig): Endpoint {
  const sources = config.sources ?? {}
  const wanted = flags.source || env.PSTOOL_SOURCE || config.defaults?.source || onlyName(sources)
  if (wanted === null) throw missing('source')
  const settings = own(sources, wanted)
  if (settings === undefined) return { name: null, uri: wanted, ...namesBeside(wanted, sources) }
  return sourceNamed(wanted, settings, config, env)
}

/** A path or a URI is no mistyped name. */
function namesBeside(
  wanted: string,
  sources: PstoolConfig['sources'] & {},
): Pick<Endpoint, 'otherNames'> {
  const names = Object.keys(sources)
  return wanted === '-' || /[/\\:]/.test(wanted) || names.length === 0 ? {} : { otherNames: names }
}

function sourceNamed(
  name: string,
  settings: string | SourceSettings,
  config: PstoolConfig,
  env: SettingsInput['env'],
): Endpoint {
  if (typeof settings === 'string') return { name, uri: settings }
  if ('cluster' in settings) {
    const cluster = clusterNamed(settings.cluster, config, env)
    return { ...cluster, name, uri: topicUri(cluster.uri, settings.topic) }
  }
  const { tls, sasl, ...rest } = settings
  return { name, ...rest, ...connectionOf(settings, `sources.${name}`, env) }
}

function clusterEndpoint({ flags, env }: SettingsInput, config: PstoolConfig): Endpoint {
  const clusters = config.clusters ?? {}
  const wanted =
    flags.cluster || env.PSTOOL_CLUSTER || config.defaults?.cluster || onlyName(clusters)
  if (wanted === null) throw missing('cluster')
  return clusterNamed(wanted, config, env)
}

function clusterNamed(wanted: string, config: PstoolConfig, env: SettingsInput['env']): Endpoint {
  const settings = own(config.clusters ?? {}, wanted)
  if (settings === undefined) return { name: null, uri: wanted }
  if (typeof settings === 'string') return { name: wanted, uri: settings }
  return { name: wanted, uri: settings.uri, ...connectionOf(settings, `clusters.${wanted}`, env) }
}

function nameOfCluster(uri: string, config: PstoolConfig): string | undefined {
  const uriOf = (settings: string | ClusterSettings) =>
    typeof settings === 'string' ? settings : settings.uri
  const clusters = Object.entries(config.clusters ?? {})
  return clusters.find(([, settings]) => uriOf(settings) === uri)?.[0]
}

function namedStrategy({ flags, env }: SettingsInput, config: PstoolConfig): NamedStrategy | null {
  const name = flags.strategy || env.PSTOOL_STRATEGY || config.defaults?.strategy
  return name ? strategyCalled(name, config) : null
}

function strategyCalled(name: string, config: PstoolConfig): NamedStrategy {
  const strategies = config.strategies ?? {}
  const settings = own(strategies, name)
  if (settings !== undefined) return { name, settings }
  const names = Object.keys(strategies)
  const near = nearNames(name, names)
  throw new UsageError('config.unknown-strategy', `there is no strategy ${name}`, [
    ...(near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : []),
    names.length > 0
      ? `Strategies of the configuration: ${names.join(', ')}.`
      : 'Strategies are named in pstool.config.ts; `pstool init` writes one.',
  ])
}

/** The topic behind the address and before the query: `kafka://host:9092/topic?sasl=plain`. */
function topicUri(uri: string, topic: string): string {
  const query = uri.indexOf('?')
  const address = query === -1 ? uri : uri.slice(0, query)
  return `${address.replace(/\/$/, '')}/${topic}${query === -1 ? '' : uri.slice(query)}`
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** A lone one needs no default. */
function onlyName(record: Readonly<Record<string, unknown>>): string | null {
  const names = Object.keys(record)
  return names.length === 1 ? names[0]! : null
}

const EXAMPLES = {
  source: 'kafka://localhost:9092/user_events',
  cluster: 'kafka://localhost:9092',
} as const

function missing(what: 'source' | 'cluster'): UsageError {
  const purpose = what === 'source' ? 'to read messages from' : 'whose groups to work on'
  return new UsageError(`config.no-${what}`, `nothing says which ${what} ${purpose}`, [
    `Give a flag:         --${what} ${EXAMPLES[what]}`,
    `or a variable:       export PSTOOL_${what.toUpperCase()}=${EXAMPLES[what]}`,
    `or a configuration:  defaults.${what} in pstool.config.ts, as of pstool init`,
    'Only trying:         pstool init --demo, which has data to try things on',
  ])
}

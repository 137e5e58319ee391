import { isAbsolute, relative, resolve } from 'node:path'
import type { ConnectionSettings, PstoolConfig, StrategySettings } from './config.ts'
import { isModuleReference, parseModuleReference } from './module-function.ts'

const SCHEME = /^[a-z][a-z0-9+.-]+:/i

/**
 * A configuration whose relative paths, written for its own folder, hold in the working directory:
 * `local:` and file URIs, TLS files, `module:` references.
 */
export function anchorPaths(config: PstoolConfig, folder: string, cwd: string): PstoolConfig {
  const path = (text: string) => pathFrom(text, folder, cwd)
  const uri = (text: string) => uriFrom(text, path)
  const { sources, clusters, strategies } = config
  return {
    ...config,
    ...(sources && {
      sources: mapValues(sources, (source) => {
        if (typeof source === 'string') return uri(source)
        return 'uri' in source
          ? anchorConnection({ ...source, uri: uri(source.uri) }, path)
          : source
      }),
    }),
    ...(clusters && {
      clusters: mapValues(clusters, (cluster) => {
        if (typeof cluster === 'string') return uri(cluster)
        return anchorConnection({ ...cluster, uri: uri(cluster.uri) }, path)
      }),
    }),
    ...(strategies && {
      strategies: mapValues(strategies, (strategy) => anchorModules(strategy, folder)),
    }),
  }
}

/** As a path of the working directory: short where it is inside, absolute elsewhere. */
function pathFrom(text: string, folder: string, cwd: string): string {
  if (isAbsolute(text)) return text
  const absolute = resolve(folder, text)
  const short = relative(cwd, absolute)
  return short === '' || short.startsWith('..') ? absolute : short
}

function uriFrom(text: string, path: (text: string) => string): string {
  if (text.startsWith('local:')) return `local:${path(text.slice('local:'.length))}`
  return text === '-' || SCHEME.test(text) ? text : path(text)
}

function anchorConnection<T extends ConnectionSettings>(
  settings: T,
  path: (text: string) => string,
): T {
  const { tls } = settings
  if (typeof tls !== 'object') return settings
  const files = (['caFile', 'certFile', 'keyFile'] as const).flatMap((field) => {
    const file = tls[field]
    return file === undefined ? [] : [[field, path(file)]]
  })
  return { ...settings, tls: { ...tls, ...Object.fromEntries(files) } }
}

function anchorModules(strategy: StrategySettings, folder: string): StrategySettings {
  const anchor = <T>(setting: T): T => {
    if (typeof setting !== 'string' || !isModuleReference(setting)) return setting
    const { path, exported } = parseModuleReference(setting, folder)
    return `module:${path}#${exported}` as T
  }
  const { partitioner, reducer, reducers } = strategy
  return {
    ...strategy,
    ...(partitioner && { partitioner: anchor(partitioner) }),
    ...(reducer && { reducer: anchor(reducer) }),
    ...(reducers && { reducers: mapValues(reducers, anchor) }),
  }
}

function mapValues<T extends object>(record: T, change: (value: T[keyof T]) => T[keyof T]): T {
  const entries = Object.entries(record) as [string, T[keyof T]][]
  return Object.fromEntries(entries.map(([name, value]) => [name, change(value)])) as T
}

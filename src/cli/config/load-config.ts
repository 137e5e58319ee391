import { readFileSync } from 'node:fs'
import { dirname, extname, relative, resolve } from 'node:path'
import type { Problem } from '../../documents/problems.ts'
import { UsageError } from '../../errors.ts'
import type { UserModules } from '../../ports/user-modules.ts'
import { anchorPaths } from './anchor-paths.ts'
import type { PstoolConfig } from './config.ts'
import { type ConfigText, parseJsonConfig, parseYamlConfig } from './config-text.ts'
import { CONFIG_NAMES, findConfig, nearFiles } from './find-config.ts'

export interface LoadedConfig {
  /** Checked; its relative paths hold in the working directory. */
  readonly config: PstoolConfig
  /** Absolute. */
  readonly path: string
}

export interface ConfigPlace {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly modules: UserModules
  /** `--config`; wins over PSTOOL_CONFIG, which wins over the nearest file. */
  readonly explicitPath?: string | undefined
}

/**
 * The configuration that holds in a directory; null where there is none.
 * @throws UsageError for one that was named and is not there, cannot be read or is not valid; all
 *   that is wrong with it is in one message, with file, path and, in JSON and YAML, line and column
 */
export async function loadConfig(place: ConfigPlace): Promise<LoadedConfig | null> {
  const named = place.explicitPath || place.env.PSTOOL_CONFIG || null
  const path = named === null ? findConfig(place.cwd) : resolve(place.cwd, named)
  if (path === null) return null
  const file = displayPath(path, place.cwd)
  const { value, locate } = await readConfig(path, file, place.modules)
  await check(value, file, locate)
  return { config: anchorPaths(value as PstoolConfig, dirname(path), place.cwd), path }
}

type Read = { value: unknown; locate: ConfigText['locate'] | null }

async function readConfig(path: string, file: string, modules: UserModules): Promise<Read> {
  switch (extname(path)) {
    case '.ts':
    case '.js':
    case '.mjs':
      return { value: await exportedConfig(path, file, modules), locate: null }
    case '.json':
      return await parseJsonConfig(readText(path, file), file)
    case '.yaml':
    case '.yml':
      return await parseYamlConfig(readText(path, file), file)
    default:
      throw new UsageError('config.unknown-format', `${file} is no configuration by its name`, [
        `Names end in ${CONFIG_NAMES.map((name) => extname(name)).join(', ')}.`,
      ])
  }
}

/** The default export; a promise is awaited, since a CommonJS file cannot await by itself. */
async function exportedConfig(path: string, file: string, modules: UserModules): Promise<unknown> {
  readText(path, file)
  const exports = await modules.load(path)
  if (!('default' in exports)) {
    throw new UsageError('config.no-default-export', `${file} has no default export`, [
      'Write: export default defineConfig({ .. })',
    ])
  }
  const value = await settled(exports.default, file)
  if (typeof value !== 'function') return value
  throw new UsageError('config.is-function', `${file} exports a function, not a configuration`, [
    'Export what it returns: export default makeConfig()',
  ])
}

async function settled(value: unknown, file: string): Promise<unknown> {
  try {
    return await value
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : `a ${typeof cause}`
    throw new UsageError(
      'config.rejected',
      `the promise that ${file} exports was rejected: ${reason}`,
      ['Correct the file.'],
      cause,
    )
  }
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const near = nearFiles(path)
    throw new UsageError(
      missing ? 'config.not-found' : 'config.unreadable',
      missing ? `there is no configuration ${file}` : `${file}: ${(cause as Error).message}`,
      near.length > 0 ? [`Did you mean ${near.join(' or ')}?`] : ['Check the path.'],
      cause,
    )
  }
}

/** Loaded late: most runs without a configuration need no zod. */
async function check(value: unknown, file: string, locate: ConfigText['locate'] | null) {
  const { configProblems, pathText } = await import('./config-problems.ts')
  const problems = configProblems(value)
  const [first] = problems
  if (first === undefined) return
  const place = ({ path }: Problem) => (locate === null ? '' : locate(path))
  const text = ({ path, message }: Problem) => [pathText(path), message].filter(Boolean).join(': ')
  if (problems.length === 1) {
    const at = [file, place(first)].filter(Boolean).join(':')
    throw new UsageError('config.invalid', `${at}: ${text(first)}`, ['Correct the field.'])
  }
  const lines = problems.map(
    (problem) => `\n  ${[place(problem), text(problem)].filter(Boolean).join(' ')}`,
  )
  throw new UsageError(
    'config.invalid',
    `${file} has ${problems.length} problems:${lines.join('')}`,
    ['Correct these fields.'],
  )
}

function displayPath(path: string, cwd: string): string {
  const short = relative(cwd, path)
  return short.startsWith('..') ? path : short
}

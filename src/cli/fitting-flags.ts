import { UsageError } from '../errors.ts'
import type { Endpoint } from './config/endpoint.ts'

/** Flags that were typed; what a variable or a default says is not among them. */
export type TypedFlags = ReadonlySet<string>

/** Flags that say how a file is read. */
export const FILE_FLAGS = ['input-format', 'on-bad-record'] as const

const KINDS = { kafka: 'a Kafka topic', local: 'the embedded cluster', file: 'a file' } as const
const FILE_FIELDS = ['format', 'onBadRecord'] as const
const LOGIN_FIELDS = ['tls', 'sasl'] as const

/**
 * Refuses what was said about a source that sources of its kind know nothing of: flags that were
 * typed, and fields that the configuration has for this very source. A PSTOOL_* variable holds for
 * every source that it fits, and is passed over by the others.
 * @throws UsageError
 */
export function assertFitting(
  kind: keyof typeof KINDS,
  endpoint: Endpoint,
  typed: TypedFlags,
): void {
  if (kind !== 'file') refuseFlags(typed, FILE_FLAGS, `the source is ${KINDS[kind]}, not a file`)
  const foreign = [
    ...(kind === 'file' ? [] : FILE_FIELDS),
    ...(kind === 'kafka' ? [] : LOGIN_FIELDS),
  ].filter((field) => endpoint[field] !== undefined)
  if (foreign.length === 0) return
  const fields = foreign.join(' and ')
  throw new UsageError(
    'config.no-effect',
    `the configuration gives the source ${endpoint.name} ${fields}, and it is ${KINDS[kind]}`,
    ['format and onBadRecord are for files, tls and sasl for Kafka: correct the uri, or the rest.'],
  )
}

/**
 * Refuses flags that were typed where nothing looks at them.
 * @param because what the run does instead
 * @throws UsageError
 */
export function refuseFlags(typed: TypedFlags, names: readonly string[], because: string): void {
  const useless = names.filter((name) => typed.has(name)).map((name) => `--${name}`)
  if (useless.length === 0) return
  const have = useless.length === 1 ? 'has' : 'have'
  throw new UsageError(
    'flags.no-effect',
    `${useless.join(' and ')} ${have} no effect: ${because}`,
    [useless.length === 1 ? 'Leave it out.' : 'Leave them out.'],
  )
}

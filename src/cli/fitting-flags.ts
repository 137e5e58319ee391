import { UsageError } from '../errors.ts'
import type { Endpoint } from './config/endpoint.ts'
import { refuseIdle, type TypedFlags } from './flags/idle-flags.ts'

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
  if (kind !== 'file') {
    refuseIdle(typed, FILE_FLAGS, `on ${KINDS[kind]}: only files are read so`, 'Leave it out.')
  }
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

import type { Position } from '../../domain/model/selection.ts'
import { badFlag } from './bad-flag.ts'

const LARGEST_OFFSET = 2n ** 63n - 1n
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * Where to start or stop reading: `earliest`, `latest`, an offset in every partition, or an ISO 8601
 * time, which is UTC unless it says otherwise: one command means one thing on every machine.
 * @throws UsageError for anything else
 */
export function parsePosition(flag: string, text: string): Position {
  if (text === 'earliest' || text === 'latest') return { at: text }
  if (/^\d{1,19}$/.test(text) && BigInt(text) <= LARGEST_OFFSET) {
    return { at: 'offset', offset: BigInt(text) }
  }
  const timestampMs = parseTime(text)
  if (!Number.isNaN(timestampMs)) return { at: 'timestamp', timestampMs }
  const takes = 'earliest, latest, an offset or a time (ISO 8601)'
  throw badFlag(flag, text, takes, '2026-11-21T09:30Z')
}

/** Milliseconds since the epoch; NaN for what is no time, such as the 30th of February. */
function parseTime(text: string): number {
  const [, day, time = '00:00', zone = 'Z'] = DATE.exec(text) ?? []
  if (day === undefined || !isDay(day)) return Number.NaN
  return Date.parse(`${day}T${time}${zone.toUpperCase()}`)
}

function isDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
}

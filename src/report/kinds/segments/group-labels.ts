import type { Migration, OffsetOperation } from '../../../domain/offsets/plan.ts'
import { numberRanges } from '../../text/number-ranges.ts'
import { count } from '../../text/numbers.ts'

const NAMES_SHOWN = 3

/** The migration that a group belongs to; null for one that is of no segmented group. */
export function migrationOf(group: string, migrations: readonly Migration[]): Migration | null {
  const belongs = (one: Migration) => group === one.origin || segmentId(group, one) !== null
  return migrations.find(belongs) ?? null
}

/** Groups of one migration in few words: `origin, 4 segments`, `segments 0-2`, `retired 4-7`. */
export function groupsLabel(groups: readonly string[], migration: Migration | null): string {
  if (migration === null) return namesText(groups)
  const ids = groups.map((group) => segmentId(group, migration)).filter((id) => id !== null)
  // One segment is none (P1): the origin reads alone, and every old segment is retired.
  const kept = migration.to === 1 ? 0 : migration.to
  return [
    ...(groups.includes(migration.origin) ? ['origin'] : []),
    ...segmentsLabel(
      ids.filter((id) => id < kept),
      kept,
    ),
    ...retiredLabel(ids.filter((id) => id >= kept)),
  ].join(', ')
}

/** `segment 2`, `segments 0-2, 4`, or how many there are where it is all of them. */
export function segmentsLabel(ids: readonly number[], all: number): string[] {
  if (ids.length === 0) return []
  if (ids.length === all) return [`${count(all)} segments`]
  return [`${ids.length === 1 ? 'segment' : 'segments'} ${numberRanges(ids)}`]
}

/** What a run is about: `distribute analytics`, `rescale analytics from 4 to 8 segments`, `set`. */
export function subjectOf(operation: OffsetOperation, migrations: readonly Migration[]): string {
  const origins = migrations.map(({ origin }) => origin)
  const subject = origins.length === 0 ? operation : `${operation} ${namesText(origins)}`
  const [only] = migrations
  if (operation !== 'rescale' || only === undefined || migrations.length > 1) return subject
  return `${subject} from ${only.from} to ${only.to} segments`
}

/** `a, b, c and 4 more`. */
export function namesText(names: readonly string[]): string {
  const left = names.length - NAMES_SHOWN
  if (left <= 1) return names.join(', ')
  return `${names.slice(0, NAMES_SHOWN).join(', ')} and ${count(left)} more`
}

function retiredLabel(ids: readonly number[]): string[] {
  return ids.length === 0 ? [] : [`retired ${numberRanges(ids)}`]
}

function segmentId(group: string, { origin, mergeKey }: Migration): number | null {
  const prefix = `${origin}${mergeKey}`
  const id = group.slice(prefix.length)
  return group.startsWith(prefix) && /^(0|[1-9]\d*)$/.test(id) ? Number(id) : null
}

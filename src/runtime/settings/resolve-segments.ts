import { DEFAULT_MERGE_KEY, segmentGroups } from '../../domain/routing/segment-names.ts'
import { UsageError } from '../../errors.ts'
import type { ParallelSegmentsSettings } from '../settings.ts'
import { resolveExclusions } from './resolve-exclusions.ts'
import { type Routing, type RoutingRequest, resolveRouting } from './resolve-routing.ts'
import type { ResolvedExclusions, ResolvedSegments } from './resolved-settings.ts'
import type { SettingFields, SettingNames } from './setting-fields.ts'

/** For `SettingFields`. */
export const SEGMENT_NAMES: SettingNames<ParallelSegmentsSettings> = {
  count: true,
  partitioner: true,
  reducer: true,
  mergeKey: true,
  segmentIds: true,
  exclusions: true,
}

interface Segmentation {
  readonly segments: ResolvedSegments | null
  readonly exclusions: ResolvedExclusions | null
}

/** The segments of the group, off where there is one (P1), and what a rescale left (M12). */
export function resolveSegments(
  fields: SettingFields<ParallelSegmentsSettings>,
  origin: string,
): Segmentation {
  const count = fields.integer('count', { fallback: 1 })
  const mergeKey = fields.text('mergeKey', DEFAULT_MERGE_KEY)
  const groups = groupsOf(fields, origin, count, mergeKey)
  const ids = idsOf(fields, count)
  const at = (name: 'partitioner' | 'reducer') => ({
    path: fields.pathOf(name),
    value: fields.at(name),
  })
  const request: RoutingRequest = {
    partitioner: at('partitioner'),
    reducer: at('reducer'),
    layer: 'segment',
    slots: count,
  }
  const routing = resolveRouting(request, fields.problems)
  if (routing !== null && count > 1) refuseDealing(fields, routing, count)
  const exclusions = resolveExclusions(fields, origin, request)
  const off = count === 1 || routing === null
  return { segments: off ? null : { count, ...routing, mergeKey, ids, groups }, exclusions }
}

function groupsOf(
  fields: SettingFields<ParallelSegmentsSettings>,
  origin: string,
  count: number,
  mergeKey: string,
): readonly string[] {
  try {
    return origin === '' ? [] : segmentGroups({ origin, count, mergeKey })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    fields.problems.tell('group', `is refused: ${error.message}. ${error.suggestions.join(' ')}`)
    return []
  }
}

function idsOf(fields: SettingFields<ParallelSegmentsSettings>, count: number): readonly number[] {
  const given = fields.at('segmentIds')
  if (given === undefined) return Array.from({ length: count }, (_, id) => id)
  if (!Array.isArray(given) || given.length === 0) {
    fields.refuse(
      'segmentIds',
      `a list of segments from 0 to ${count - 1}, or leave it out for all`,
    )
    return []
  }
  const ids = given as readonly unknown[]
  for (const [at, id] of ids.entries()) {
    const path = `${fields.pathOf('segmentIds')}[${at}]`
    const isOne = Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < count
    if (!isOne) fields.problems.refuse(path, id, `an integer from 0 to ${count - 1}`)
    else if (ids.indexOf(id) < at) fields.problems.tell(path, `is ${id} once more; give it once`)
  }
  return (ids as readonly number[]).toSorted((a, b) => a - b)
}

/**
 * Decision: what goes by the order in which messages come is refused for segments. Each group would
 * count for itself, so a message could be in two of them or in none (I7). `priority` over two
 * segments has one slot for each kind, so it goes by the message alone.
 */
function refuseDealing(
  fields: SettingFields<ParallelSegmentsSettings>,
  { partitioner: { name } }: Routing,
  count: number,
): void {
  const deals = /^(random|round-robin)$|^weighted:/.test(name)
  if (!deals && !(name.startsWith('priority:') && count > 2)) return
  fields.refuse(
    'partitioner',
    'one that goes by the message alone: dealt out in turn, a message would be in two segments or in none',
  )
}

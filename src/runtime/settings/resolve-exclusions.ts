import type { ExclusionRange } from '../../domain/offsets/plan.ts'
import { plannedStrategy } from '../../domain/offsets/segment-routing.ts'
import type { ParallelSegmentsSettings } from '../settings.ts'
import { type Routing, type RoutingRequest, resolveRouting } from './resolve-routing.ts'
import type { ResolvedExclusions, ResolvedRange } from './resolved-settings.ts'
import { SettingFields, type SettingNames } from './setting-fields.ts'

type Exclusions = NonNullable<ParallelSegmentsSettings['exclusions']>
const EXCLUSION_NAMES: SettingNames<Exclusions> = { ranges: true, partitioner: true, reducer: true }
const RANGE_NAMES: SettingNames<ExclusionRange> = {
  origin: true,
  topic: true,
  partition: true,
  segment: true,
  segments: true,
  from: true,
  to: true,
  fingerprint: true,
}

type RangeFields = SettingFields<ExclusionRange>

/**
 * The ranges of a rescale's plan that are of this origin (M12). Decision: those of other origins
 * are passed over, because one plan may move several groups; that none is of this one is refused.
 * @param current what routes now, which stands for what exclusions leave out
 */
export function resolveExclusions(
  parent: SettingFields<ParallelSegmentsSettings>,
  origin: string,
  current: RoutingRequest,
): ResolvedExclusions | null {
  const fields = parent.nested<Exclusions>('exclusions', EXCLUSION_NAMES)
  if (fields === null) return null
  const given = fields.at('ranges')
  if (!Array.isArray(given)) {
    fields.refuse('ranges', 'the list of exclusions of the plan of a rescale')
    return null
  }
  const all = (given as readonly unknown[])
    .map((range, at) => {
      const path = `${fields.pathOf('ranges')}[${at}]`
      return SettingFields.of<ExclusionRange>(range, RANGE_NAMES, path, fields.problems)
    })
    .filter((range) => range !== null)
  const own = all.filter((range) => range.text('origin') === origin)
  if (all.length > 0 && own.length === 0) {
    fields.tell('ranges', `has nothing of group ${origin}; give those of its own rescale`)
  }
  const slots = Math.max(1, ...own.map((range) => range.integer('segments', {})))
  const at = (name: 'partitioner' | 'reducer') =>
    fields.has(name) ? { path: fields.pathOf(name), value: fields.at(name) } : current[name]
  const routing = resolveRouting(
    { partitioner: at('partitioner'), reducer: at('reducer'), layer: 'segment', slots },
    fields.problems,
  )
  const ranges = own.map(rangeOf)
  if (routing === null || ranges.length === 0) return null
  refuseOtherStrategies(own, routing)
  return { ...routing, ranges }
}

function rangeOf(fields: RangeFields): ResolvedRange {
  const segments = fields.integer('segments', {})
  const from = offsetOf(fields, 'from')
  const to = offsetOf(fields, 'to')
  if (to < from) fields.refuse('to', `an offset of at least from, which is ${from}`)
  return {
    topic: fields.text('topic'),
    partition: fields.integer('partition', { least: 0 }),
    segment: fields.integer('segment', { least: 0, most: segments - 1 }),
    segments,
    from,
    to,
  }
}

function offsetOf(fields: RangeFields, name: 'from' | 'to'): number {
  const value = fields.at(name)
  const offset = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (Number.isSafeInteger(offset)) return offset
  fields.refuse(name, 'an offset in decimal, as a text')
  return 0
}

/** Old segments are known by what routed to them alone: another strategy would lose messages. */
function refuseOtherStrategies(ranges: readonly RangeFields[], routing: Routing): void {
  const { partitioner, reducer } = routing
  const { fingerprint } = plannedStrategy({ name: '', partitioner, reducer })
  const others = new Set<unknown>([null, fingerprint])
  for (const range of ranges) {
    const planned = range.at('fingerprint')
    if (others.has(planned)) continue
    // One line for each strategy, however many ranges it has.
    others.add(planned)
    range.refuse(
      'fingerprint',
      `as exclusions.partitioner and exclusions.reducer what the rescale was planned with; ${partitioner.name} with ${reducer.name} is ${fingerprint}`,
    )
  }
}

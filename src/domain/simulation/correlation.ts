import type { LaneSpec } from '../routing/types.ts'
import { foundLayer } from './found-partitions.ts'
import type { LayerCorrelation } from './simulation.ts'
import { NO_SLOT, type SlotColumn } from './slot-column.ts'

const NAMES = {
  partition: 'partitions',
  segment: 'segments',
  virtualPartition: 'virtual partitions',
} as const
const FLAGS = {
  segment: '--segment-reducer',
  virtualPartition: '--virtual-partition-reducer',
} as const

/**
 * P5 for every two of the layers that share a reducer: slot = h mod n outside and h mod m inside leave
 * only m/gcd(n, m) inner slots to each outer one. The columns stand from the outside in and belong
 * to the same keys.
 */
export function correlations(columns: readonly SlotColumn[]): readonly LayerCorrelation[] {
  return columns.flatMap((outer, at) =>
    columns.slice(at + 1).flatMap((inner) => correlation(outer, inner) ?? []),
  )
}

/** The same of a layer and the partitions where its keys were found, of which there are so many. */
export function foundCorrelation(inner: SlotColumn, partitions: number): LayerCorrelation[] {
  const outer = foundLayer(inner, partitions)
  const pair = outer === null ? null : correlation(outer, inner)
  if (pair === null) return []
  const { name } = inner.lane.reducer
  return [{ ...pair, fix: `The producers place keys by ${name} too. ${pair.fix}` }]
}

function correlation(outer: SlotColumn, inner: SlotColumn): LayerCorrelation | null {
  const { lane: out } = outer
  const { lane: into } = inner
  if (out.reducer.name !== into.reducer.name) return null
  if (out.layer === 'virtualPartition' || into.layer === 'partition') return null
  const gcd = greatestCommonDivisor(out.count, into.count)
  const reachable = into.count / gcd
  const observed = mostFilled(outer, inner)
  // A reducer of the user's own need not take a remainder; then the arithmetic says nothing of it.
  if (observed > reachable) return null
  return {
    outer: out.layer,
    inner: into.layer,
    outerCount: out.count,
    innerCount: into.count,
    gcd,
    reachable,
    observed,
    fix: fixFor(out, into, into.layer, gcd),
  }
}

/** Most inner slots that the keys of one outer slot fill. */
function mostFilled(outer: SlotColumn, inner: SlotColumn): number {
  const seen = new Set<number>()
  const filled = new Map<number, number>()
  let most = 0
  const { stream } = outer
  for (let key = 0; key < stream.size; key++) {
    if (stream.messagesOf(key) === 0) continue
    const out = outer.slots[key]!
    const into = inner.slots[key]!
    if (out === NO_SLOT || into === NO_SLOT) continue
    const pair = out * inner.lane.count + into
    if (seen.has(pair)) continue
    seen.add(pair)
    const count = (filled.get(out) ?? 0) + 1
    filled.set(out, count)
    if (count > most) most = count
  }
  return most
}

function fixFor(
  outer: LaneSpec,
  inner: LaneSpec,
  layer: 'segment' | 'virtualPartition',
  gcd: number,
): string {
  const pair = `${outer.count} ${NAMES[outer.layer]} and ${inner.count} ${NAMES[layer]}`
  if (gcd === 1) return `Nothing to change: ${pair} have no common divisor.`
  const counts = coprimeNear(outer.count, inner.count).join(' or ')
  const other = inner.reducer.name === 'md5' ? 'murmur3' : 'md5'
  return (
    `${pair} share the divisor ${gcd}: use ${counts} ${NAMES[layer]}, ` +
    `or another reducer for them: ${FLAGS[layer]} ${other}.`
  )
}

/** The counts nearest to m, below and above, that have no divisor in common with n. */
function coprimeNear(n: number, m: number): readonly number[] {
  const coprime = (count: number) => greatestCommonDivisor(n, count) === 1
  let below = m - 1
  while (below > 1 && !coprime(below)) below--
  let above = m + 1
  while (!coprime(above)) above++
  return below > 1 ? [below, above] : [above]
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

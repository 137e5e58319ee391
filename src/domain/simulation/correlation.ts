import type { LaneSpec } from '../routing/types.ts'
import { foundLayer } from './found-layer.ts'
import { FIRST_KEY, NULL_KEY } from './key-stream.ts'
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

/** Every two layers that share a reducer. The columns stand from the outside in, over one stream. */
export function pairsOf(columns: readonly SlotColumn[]): readonly SlotPairs[] {
  return columns.flatMap((outer, at) =>
    columns
      .slice(at + 1)
      .filter((inner) => inner.lane.reducer.name === outer.lane.reducer.name)
      .map((inner) => new SlotPairs(outer, inner)),
  )
}

/** The same of a layer and the partitions where its keys were found, of which there are so many. */
export function foundCorrelation(inner: SlotColumn, partitions: number): LayerCorrelation[] {
  const outer = foundLayer(inner, partitions)
  if (outer === null) return []
  const pair = new SlotPairs(outer, inner)
  pair.catchUp()
  const correlation = pair.correlation()
  if (correlation === null) return []
  const { name } = inner.lane.reducer
  const fix = `The producers place keys by ${name} too. ${correlation.fix}`
  return [{ ...correlation, fix }]
}

/** Which slots of two layers are filled together by some key; keys may be forgotten since. */
export class SlotPairs {
  private readonly outer: SlotColumn
  private readonly inner: SlotColumn
  /** 1 for each (outer slot, inner slot) that a key was seen to fill. */
  private readonly filled: Uint8Array
  private known = FIRST_KEY

  constructor(outer: SlotColumn, inner: SlotColumn) {
    this.outer = outer
    this.inner = inner
    this.filled = new Uint8Array(outer.lane.count * inner.lane.count)
  }

  /** Looks at the keys that the columns have placed since the last call. */
  catchUp(): void {
    const { size } = this.outer.stream
    for (; this.known < size; this.known++) this.fill(this.known)
  }

  /** The keys that there are now have been looked at, under the indexes they had before. */
  skipKnown(): void {
    this.known = this.outer.stream.size
  }

  /**
   * P5: slot = h mod n outside and h mod m inside leave only m/gcd(n, m) inner slots to each outer
   * one; null for a reducer that is not of this kind.
   */
  correlation(): LayerCorrelation | null {
    const { lane: out } = this.outer
    const { lane: into } = this.inner
    if (out.layer === 'virtualPartition' || into.layer === 'partition') return null
    const gcd = greatestCommonDivisor(out.count, into.count)
    const reachable = into.count / gcd
    const observed = this.mostFilled()
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
  private mostFilled(): number {
    if (this.outer.stream.hasNullKey) this.fill(NULL_KEY)
    const { count } = this.inner.lane
    let most = 0
    for (let from = 0; from < this.filled.length; from += count) {
      const inner = this.filled.subarray(from, from + count)
      most = Math.max(
        most,
        inner.reduce((sum, one) => sum + one, 0),
      )
    }
    return most
  }

  private fill(key: number): void {
    const out = this.outer.slots[key]!
    const into = this.inner.slots[key]!
    if (out !== NO_SLOT && into !== NO_SLOT) this.filled[out * this.inner.lane.count + into] = 1
  }
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

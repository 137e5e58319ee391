import type { SampleMode } from './selection.ts'

/** How many messages of a partition there are to choose from. */
export interface PartitionSize {
  readonly partition: number
  readonly size: number
}

/** Messages `from` (inclusive) to `to` (exclusive), counted from the first one to choose from. */
export interface Stretch {
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** A seek costs a round trip, so more messages make longer stretches before they make more. */
const STRETCHES_MIN = 8
const STRETCHES_MAX = 64
const STRETCH_LENGTH = 64

/**
 * Which messages a limited read takes: the sampling flags turned into places in the log.
 * Every source that can seek uses it, so that the same selection reads the same messages anywhere.
 * @param limit most messages over all partitions; null takes every message
 * @returns in input order of the partitions, ascending and apart from each other within one
 */
export function stretchesOf(
  sizes: readonly PartitionSize[],
  limit: number | null,
  sample: SampleMode,
  seed: number,
): Stretch[] {
  const quotas = quotasOf(sizes, limit)
  return sizes.flatMap(({ partition, size }, index) => {
    const quota = quotas[index]!
    if (quota === 0) return []
    if (quota === size) return [{ partition, from: 0, to: size }]
    if (sample === 'tail') return [{ partition, from: size - quota, to: size }]
    if (sample === 'spread') return spread(partition, size, quota, seed)
    return [{ partition, from: 0, to: quota }]
  })
}

/** Equal shares of the limit; what a short partition cannot use goes to the longer ones. */
function quotasOf(sizes: readonly PartitionSize[], limit: number | null): number[] {
  const quotas = sizes.map(({ size }) => size)
  if (limit === null) return quotas
  const shortestFirst = sizes.map((_, index) => index).sort((a, b) => quotas[a]! - quotas[b]!)
  let left = limit
  shortestFirst.forEach((index, place) => {
    const share = Math.floor(left / (sizes.length - place))
    quotas[index] = Math.min(quotas[index]!, share)
    left -= quotas[index]
  })
  return quotas
}

/** One stretch in each of equally long parts of the log, at a place that the seed chooses. */
function spread(partition: number, size: number, quota: number, seed: number): Stretch[] {
  const wanted = Math.ceil(quota / STRETCH_LENGTH)
  const count = Math.min(quota, Math.max(STRETCHES_MIN, Math.min(STRETCHES_MAX, wanted)))
  const unread = size - quota
  const bound = (total: number, part: number) => Math.floor((part * total) / count)
  return Array.from({ length: count }, (_, part) => {
    const room = bound(unread, part + 1) - bound(unread, part)
    const start = bound(unread, part) + bound(quota, part)
    const from = start + (mixed(seed, partition, part) % (room + 1))
    return { partition, from, to: from + bound(quota, part + 1) - bound(quota, part) }
  })
}

/** 32 bits that look random, a pure function of the three. */
function mixed(seed: number, partition: number, part: number): number {
  let bits = 0x9e3779b9
  for (const value of [seed % 0x1_0000_0000, Math.floor(seed / 0x1_0000_0000), partition, part]) {
    bits = Math.imul(bits ^ value, 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35)
    bits ^= bits >>> 16
  }
  return bits >>> 0
}

import type { SizeFigures } from './key-profile.ts'

/** Sizes below are counted one by one; above, 16 buckets per power of two. */
const SINGLE = 32
const BUCKETS = SINGLE + 16 * 26

/** Sizes in bytes, up to 2^31 - 1, in buckets at most 1/16 wide of their value. */
export class SizeHistogram {
  readonly counts = new Float64Array(BUCKETS)
  total = 0
  max = 0

  add(size: number, messages: number): void {
    const bucket = bucketOf(size)
    this.counts[bucket] = this.counts[bucket]! + messages
    this.total += size * messages
    if (size > this.max) this.max = size
  }

  merge(other: SizeHistogram): void {
    other.counts.forEach((count, bucket) => {
      this.counts[bucket] = this.counts[bucket]! + count
    })
    this.total += other.total
    this.max = Math.max(this.max, other.max)
  }

  figures(): SizeFigures {
    const { total, max } = this
    return { total, p50: this.percentile(0.5), p99: this.percentile(0.99), max }
  }

  /** Upper edge of the bucket that holds the nearest rank. */
  private percentile(part: number): number {
    const rank = part * this.counts.reduce((sum, count) => sum + count, 0)
    let below = 0
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      below += this.counts[bucket]!
      if (below > 0 && below >= rank) return Math.min(upperEdge(bucket), this.max)
    }
    return 0
  }
}

function bucketOf(size: number): number {
  if (size < SINGLE) return size
  const exponent = 31 - Math.clz32(size)
  return SINGLE + (exponent - 5) * 16 + ((size >>> (exponent - 4)) & 15)
}

function upperEdge(bucket: number): number {
  if (bucket < SINGLE) return bucket
  const exponent = Math.floor((bucket - SINGLE) / 16) + 5
  return (17 + ((bucket - SINGLE) % 16)) * 2 ** (exponent - 4) - 1
}

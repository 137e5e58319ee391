import { badFlag } from './bad-flag.ts'

/** Most slots of a layer, of all its counts together: each takes memory per lane. */
export const MOST_SLOTS = 1_000_000
const MOST_ENTRIES = 100_000

/**
 * Numbers of slots to compare: `5`, `5,8,16`, `2..8`; in the order given, each once.
 * @throws UsageError for what is no list of positive integers that come to at most 1,000,000
 */
export function parseSlotCounts(flag: string, text: string): readonly number[] {
  const takes = 'numbers of slots, together at most 1000000'
  const counts = [...new Set(expand(text, '..'))]
  const all = counts.reduce((sum, count) => sum + count, 0)
  if (counts.length > 0 && !counts.includes(0) && all <= MOST_SLOTS) return counts
  throw badFlag(flag, text, takes, '5,8,16 or 2..8')
}

/**
 * Physical partitions to read: `0`, `0,3-5`; ascending, each once.
 * @throws UsageError for what is no list of partition numbers
 */
export function parsePartitionIds(flag: string, text: string): readonly number[] {
  const ids = expand(text, '-')
  if (ids !== null) return [...new Set(ids)].sort((a, b) => a - b)
  throw badFlag(flag, text, 'partition numbers', '0,3-5')
}

/** True for a list that can only mean partitions to read: it has a range `3-5`, or partition 0. */
export function namesPartitions(text: string): boolean {
  return text.split(',').some((part) => /^\d+-\d+$/.test(part) || /^0+$/.test(part))
}

function expand(text: string, between: '-' | '..'): readonly number[] | null {
  const numbers: number[] = []
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.trim().split(between)
    if (!isNumber(first) || !isNumber(last) || more.length > 0) return null
    const [from, to] = [Number(first), Number(last)]
    if (from > to || to - from + numbers.length >= MOST_ENTRIES) return null
    for (let n = from; n <= to; n++) numbers.push(n)
  }
  return numbers
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text)
}

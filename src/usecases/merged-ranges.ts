import type { ReadRange, ReadSummary } from '../domain/model/document.ts'
import { InputError } from '../errors.ts'
import { inOrder } from './read-messages.ts'

/** A range with what tells whose it is. */
interface Part extends ReadRange {
  readonly sources: readonly string[]
  readonly sample: ReadSummary['sample']
}

/** @throws InputError where two runs certainly counted the same messages */
export function refuseOverlap(reads: readonly ReadSummary[]): void {
  const place = placeShared(reads, 'certain')
  if (place === null) return
  throw new InputError(
    'input.counted-twice',
    `two of the profiles counted the same messages of ${place}`,
    ['Merge profiles of different partitions, or of ranges that do not overlap.'],
  )
}

/** Where two runs may have counted the same messages, for a person; null: nowhere. */
export function mayShareMessages(reads: readonly ReadSummary[]): string | null {
  return placeShared(reads, 'possible')
}

/** Ranges that touch or overlap as one; the others stay apart. */
export function joinedRanges(ranges: readonly ReadRange[]): ReadRange[] {
  const joined: ReadRange[] = []
  const starts = ranges.toSorted((a, b) => inOrder(a, b) || Number(startOf(a) - startOf(b)))
  for (const range of starts) {
    const last = joined.at(-1)
    if (last !== undefined && inOrder(last, range) === 0 && touches(last, range)) {
      joined[joined.length - 1] = together(last, range)
    } else joined.push(range)
  }
  return joined
}

function startOf({ from }: ReadRange): bigint {
  return from === null ? -1n : BigInt(from)
}

/** Of two ranges in order; without offsets they are one, since nothing tells them apart. */
function touches(one: ReadRange, next: ReadRange): boolean {
  if (one.to === null || next.from === null) return one.to === next.from
  return BigInt(next.from) <= BigInt(one.to)
}

function together(one: ReadRange, next: ReadRange): ReadRange {
  const isLonger = one.to !== null && next.to !== null && BigInt(next.to) > BigInt(one.to)
  return {
    ...one,
    to: isLonger ? next.to : one.to,
    messages: one.messages + next.messages,
  }
}

function placeShared(reads: readonly ReadSummary[], wanted: 'certain' | 'possible'): string | null {
  const parts = reads.map(({ sources, sample, ranges }) =>
    ranges.map((range): Part => ({ ...range, sources, sample })),
  )
  for (const [at, own] of parts.entries()) {
    const later = Map.groupBy(parts.slice(at + 1).flat(), placeOf)
    const twice = own.find((one) =>
      later.get(placeOf(one))?.some((other) => sharing(one, other) === wanted),
    )
    if (twice !== undefined) return placeOf(twice)
  }
  return null
}

function placeOf({ topic, partition }: ReadRange): string {
  return partition < 0 ? topic : `${topic} partition ${partition}`
}

/**
 * Whether two ranges of one partition share messages. The stretches of `spread` lie anywhere inside
 * its ranges; another source may be the same log by another address, or another cluster's; records
 * without offsets may be a file that was read again. Standard input is another one each time.
 */
function sharing(one: Part, other: Part): 'certain' | 'possible' | 'no' {
  const isSame = one.sources.join() === other.sources.join()
  if (one.to === null || other.to === null) {
    return isSame && one.sources[0] !== '-' ? 'possible' : 'no'
  }
  const isApart = startOf(one) >= BigInt(other.to) || startOf(other) >= BigInt(one.to)
  if (isApart) return 'no'
  const isWhole = one.sample !== 'spread' && other.sample !== 'spread'
  return isSame && isWhole ? 'certain' : 'possible'
}

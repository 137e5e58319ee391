import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { mergeProfiles, type ProfileOptions, type ProfileState } from '../domain/keys/profile.ts'
import type { ReadRange, ReadSummary } from '../domain/model/document.ts'
import { InputError } from '../errors.ts'
import type { KeyAnalysis } from './analyze-keys.ts'

/**
 * Profiles of several runs (partitions, machines) as one, as if one run had read everything.
 * @throws InputError where two runs counted the same messages
 */
export function mergeKeyAnalyses(
  runs: readonly { readonly document: KeyProfileDocument; readonly state: ProfileState }[],
  options: ProfileOptions,
  generatedBy: string,
): KeyAnalysis {
  refuseOverlap(runs.map(({ document }) => document.read))
  const profiler = mergeProfiles(
    runs.map(({ state }) => state),
    options,
  )
  const read = mergeReads(runs.map(({ document }) => document.read))
  return { document: profiler.document({ generatedBy, read }), state: () => profiler.state() }
}

/** The stretches of `spread` lie anywhere inside its ranges, so those say nothing. */
function refuseOverlap(reads: readonly ReadSummary[]): void {
  const whole = reads.filter(({ sample }) => sample !== 'spread')
  const parts = whole.flatMap(({ sources, ranges }) =>
    ranges.map((range) => ({ ...range, source: sources.join(', ') })),
  )
  for (const [at, one] of parts.entries()) {
    const twice = parts.slice(at + 1).find((other) => overlaps(one, other))
    if (twice === undefined) continue
    const place = one.partition < 0 ? '' : ` partition ${one.partition}`
    throw new InputError(
      'input.counted-twice',
      `two of the profiles counted the same messages of ${one.source}${place}`,
      ['Merge profiles of different partitions, or of ranges that do not overlap.'],
    )
  }
}

function overlaps(a: ReadRange & { source: string }, b: ReadRange & { source: string }): boolean {
  if (a.source !== b.source || a.partition !== b.partition) return false
  if (a.from === null || a.to === null || b.from === null || b.to === null) return false
  return BigInt(a.from) < BigInt(b.to) && BigInt(b.from) < BigInt(a.to)
}

function mergeReads(reads: readonly ReadSummary[]): ReadSummary {
  const sum = (of: (read: ReadSummary) => number) => reads.reduce((all, read) => all + of(read), 0)
  const knowsAvailable = reads.every(({ available }) => available !== null)
  return {
    ...reads[0]!,
    sources: [...new Set(reads.flatMap(({ sources }) => sources))],
    ranges: mergeRanges(reads.flatMap(({ ranges }) => ranges)),
    available: knowsAvailable ? sum(({ available }) => available ?? 0) : null,
    badRecords: sum(({ badRecords }) => badRecords),
    skippedOffsets: sum(({ skippedOffsets }) => skippedOffsets),
    interrupted: reads.some(({ interrupted }) => interrupted),
  }
}

/** One range per partition, from the lowest offset to the highest. */
function mergeRanges(ranges: readonly ReadRange[]): ReadRange[] {
  const merged = new Map<number, ReadRange>()
  for (const range of ranges) {
    const other = merged.get(range.partition)
    merged.set(range.partition, other === undefined ? range : joined(other, range))
  }
  return [...merged.values()].sort((a, b) => a.partition - b.partition)
}

function joined(one: ReadRange, other: ReadRange): ReadRange {
  const outer = (a: string | null, b: string | null, second: boolean) => {
    if (a === null || b === null) return null
    return BigInt(b) > BigInt(a) === second ? b : a
  }
  return {
    topic: one.topic,
    partition: one.partition,
    from: outer(one.from, other.from, false),
    to: outer(one.to, other.to, true),
    messages: one.messages + other.messages,
  }
}

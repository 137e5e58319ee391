import type { KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { mergeProfiles, type ProfileOptions, type ProfileState } from '../domain/keys/profile.ts'
import type { ReadRange, ReadSummary } from '../domain/model/document.ts'
import type { KeyAnalysis } from './analyze-keys.ts'

/** Profiles of several runs (partitions, machines) as one, as if one run had read everything. */
export function mergeKeyAnalyses(
  runs: readonly { readonly document: KeyProfileDocument; readonly state: ProfileState }[],
  options: ProfileOptions,
  generatedBy: string,
): KeyAnalysis {
  const profiler = mergeProfiles(
    runs.map(({ state }) => state),
    options,
  )
  const read = mergeReads(runs.map(({ document }) => document.read))
  return { document: profiler.document({ generatedBy, read }), state: () => profiler.state() }
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
    partition: one.partition,
    from: outer(one.from, other.from, false),
    to: outer(one.to, other.to, true),
    messages: one.messages + other.messages,
  }
}

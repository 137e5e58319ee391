import type { Finding, KeyProfileDocument } from '../domain/keys/key-profile.ts'
import { mergeProfiles, type ProfileOptions, type ProfileState } from '../domain/keys/profile.ts'
import type { ReadSummary } from '../domain/model/document.ts'
import type { KeyAnalysis } from './analyze-keys.ts'
import { joinedRanges, mayShareMessages, refuseOverlap } from './merged-ranges.ts'
import { partOf } from './read-messages.ts'

/**
 * Profiles of several runs (partitions, machines) as one, as if one run had read everything. Those of
 * several topics are one profile of their keys, without what is said about partitions: equal numbers
 * are not the same partition there.
 * @throws InputError where two runs counted the same messages
 */
export function mergeKeyAnalyses(
  runs: readonly { readonly document: KeyProfileDocument; readonly state: ProfileState }[],
  options: ProfileOptions,
  generatedBy: string,
): KeyAnalysis {
  const reads = runs.map(({ document }) => document.read)
  refuseOverlap(reads)
  const topics = new Set(reads.flatMap(({ ranges }) => ranges.map(({ topic }) => topic)))
  const isOneTopic = topics.size <= 1
  const states = runs.map(({ state }) => (isOneTopic ? state : withoutPartitions(state)))
  const profiler = mergeProfiles(states, options)
  const count = Math.max(0, ...states.map(({ partitionCount }) => partitionCount ?? 0))
  const document = profiler.document({ generatedBy, read: mergeReads(reads, count) })
  const leftOut = !isOneTopic && runs.some(({ document: own }) => own.partitions.length > 0)
  const findings = [
    ...twiceFindings(reads),
    ...document.findings,
    ...(leftOut ? [severalTopics([...topics])] : []),
  ]
  return { document: { ...document, findings }, state: () => profiler.state() }
}

function withoutPartitions(state: ProfileState): ProfileState {
  const partitions = state.partitions.map((own) => ({ ...own, partition: -1 }))
  return { ...state, partitionCount: null, partitions }
}

function mergeReads(reads: readonly ReadSummary[], partitionCount: number): ReadSummary {
  const sum = (of: (read: ReadSummary) => number) => reads.reduce((all, read) => all + of(read), 0)
  const knowsAvailable = reads.every(({ available }) => available !== null)
  const selected = new Set(reads.flatMap(({ partitions }) => partitions ?? []))
  return {
    ...reads[0]!,
    sources: [...new Set(reads.flatMap(({ sources }) => sources))],
    sample: reads.find(({ sample }) => sample !== 'all')?.sample ?? 'all',
    partitions: reads.some(({ partitions }) => partitions === null)
      ? null
      : partOf(
          [...selected].sort((a, b) => a - b),
          partitionCount,
        ),
    ranges: joinedRanges(reads.flatMap(({ ranges }) => ranges)),
    available: knowsAvailable ? sum(({ available }) => available ?? 0) : null,
    badRecords: sum(({ badRecords }) => badRecords),
    skippedOffsets: sum(({ skippedOffsets }) => skippedOffsets),
    interrupted: reads.some(({ interrupted }) => interrupted),
  }
}

function twiceFindings(reads: readonly ReadSummary[]): Finding[] {
  const place = mayShareMessages(reads)
  if (place === null) return []
  return [
    {
      code: 'counted-twice',
      severity: 'warning',
      message: `Two of the profiles may have counted the same messages of ${place}.`,
      advice:
        'Merge ranges that do not overlap: spread samples of one log, a file that was read twice and two addresses of one cluster do.',
    },
  ]
}

function severalTopics(topics: readonly string[]): Finding {
  return {
    code: 'several-topics',
    severity: 'info',
    message: `The profiles are of ${topics.length} topics (${topics.toSorted().join(', ')}): what their partitions hold, and which hash placed the keys, is left out.`,
    advice: 'Look at it in the profile of each topic.',
  }
}

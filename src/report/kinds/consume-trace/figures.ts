import type {
  ConsumeTraceDocument,
  TracedLane,
  TracedPartition,
} from '../../../domain/model/consume-trace.ts'

/** What a partition did. */
export interface PartitionFigures {
  readonly index: number
  readonly place: TracedPartition
  /** Those that the document has. */
  readonly lanes: readonly TracedLane[]
  readonly pausedMs: number
  readonly collapsedMs: number
}

/** Partitions in the order of their names, each with its sums. */
export function partitionFigures(trace: ConsumeTraceDocument): PartitionFigures[] {
  const lanes = Map.groupBy(trace.lanes, ({ partition }) => partition)
  const pauses = Map.groupBy(trace.pauses, ({ partition }) => partition)
  const collapses = Map.groupBy(trace.collapses, ({ partition }) => partition)
  return trace.partitions
    .map((place, index) => ({
      ...{ index, place, lanes: lanes.get(index) ?? [] },
      pausedMs: lengthOf(pauses.get(index) ?? []),
      collapsedMs: lengthOf(collapses.get(index) ?? []),
    }))
    .sort((a, b) => byName(a.place, b.place))
}

/** Messages of jobs that ended well, per second; 0 for a run without length. */
export function throughput({ totals, ms }: ConsumeTraceDocument): number {
  return ms === 0 ? 0 : (totals.messages * 1000) / ms
}

/** Share 0..1 of the time of all slots that was spent in jobs. */
export function utilization({ totals, ms, concurrency }: ConsumeTraceDocument): number {
  return shareOf(totals.busyMs, ms * concurrency)
}

/** Share 0..1 of a whole; nothing is no share of nothing. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole)
}

/** `user_events#0`, or `user_events#0 segment 1`. */
export function placeName({
  topic,
  partition,
  segmentId,
}: Pick<TracedPartition, 'topic' | 'partition' | 'segmentId'>): string {
  return `${topic}#${partition}${segmentId === null ? '' : ` segment ${segmentId}`}`
}

/** The name of a partition by its index in the document. */
export function nameAt({ partitions }: ConsumeTraceDocument, index: number): string {
  const place = partitions[index]
  return place === undefined ? `partition ${index} of the document` : placeName(place)
}

function lengthOf(stretches: readonly { readonly ms: number }[]): number {
  return stretches.reduce((total, { ms }) => total + ms, 0)
}

function byName(a: TracedPartition, b: TracedPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return (a.segmentId ?? -1) - (b.segmentId ?? -1) || a.partition - b.partition
}

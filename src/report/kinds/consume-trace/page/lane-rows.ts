import type { ConsumeTraceDocument, TracedJob } from '../../../../domain/model/consume-trace.ts'
import { type PartitionFigures, partitionFigures } from '../figures.ts'
import { type Bar, barsOf } from './lane-bars.ts'

/** A line of the timeline: one VP, or the less busy ones of a partition together. */
export interface LaneRow {
  readonly name: string
  readonly busyMs: number
  readonly bars: readonly Bar[]
}

/** A partition with its lines. */
export interface PartitionRows extends PartitionFigures {
  readonly rows: readonly LaneRow[]
}

/** What the timeline shows, and how many partitions it has no room for. */
export interface TimelineRows {
  readonly partitions: readonly PartitionRows[]
  readonly omitted: number
}

const MOST_ROWS = 160
const MOST_BARS = 6000
/** Bars shorter than this part of the run are merged; the first that is light enough is taken. */
const RESOLUTIONS = [1000, 500, 250, 125, 60]

/**
 * Lines for the busiest VPs within a budget of lines and bars, so that a page of thousands of jobs
 * stays light. Partitions without a job have none.
 */
export function timelineRows(trace: ConsumeTraceDocument): TimelineRows {
  const worked = partitionFigures(trace).filter(({ place }) => place.jobs > 0)
  const shown = new Set(
    worked.toSorted((a, b) => b.place.busyMs - a.place.busyMs).slice(0, MOST_ROWS),
  )
  const jobs = Map.groupBy(trace.jobs, ({ partition }) => partition)
  const each = Math.max(1, Math.floor(MOST_ROWS / Math.max(1, shown.size)))
  const planned = worked
    .filter((figures) => shown.has(figures))
    .map((figures) => ({ figures, lanes: lanesOf(figures, jobs.get(figures.index) ?? [], each) }))
  const drawn = (resolution: number) =>
    planned.map(({ figures, lanes }) => ({
      ...figures,
      rows: lanes.map(({ name, busyMs, jobs }) => {
        return { name, busyMs, bars: barsOf(jobs, trace.ms / resolution) }
      }),
    }))
  let partitions: PartitionRows[] = []
  for (const resolution of RESOLUTIONS) {
    partitions = drawn(resolution)
    if (barCount(partitions) <= MOST_BARS) break
  }
  return { partitions, omitted: worked.length - shown.size }
}

interface Lane {
  readonly name: string
  readonly busyMs: number
  readonly jobs: readonly TracedJob[]
}

function lanesOf(
  { place, lanes }: PartitionFigures,
  jobs: readonly TracedJob[],
  most: number,
): Lane[] {
  const byNumber = Map.groupBy(jobs, ({ virtualPartition }) => virtualPartition)
  const known = lanes.map(({ virtualPartition, busyMs }) => ({
    number: virtualPartition,
    lane: { name: `VP ${virtualPartition}`, busyMs, jobs: byNumber.get(virtualPartition) ?? [] },
  }))
  const fits = known.length <= most
  const own = fits
    ? known
    : known.toSorted((a, b) => b.lane.busyMs - a.lane.busyMs).slice(0, most - 1)
  const numbers = new Set(own.map(({ number }) => number))
  // Also VPs that the document's own lanes leave out.
  const rest = jobs.filter(({ virtualPartition }) => !numbers.has(virtualPartition))
  const named = own.sort((a, b) => a.number - b.number).map(({ lane }) => lane)
  if (fits && rest.length === 0) return named
  const busyMs = Math.max(0, place.busyMs - named.reduce((sum, lane) => sum + lane.busyMs, 0))
  const name = named.length === 0 ? 'all VPs' : 'others'
  return [...named, { name, busyMs, jobs: rest }]
}

function barCount(partitions: readonly PartitionRows[]): number {
  return partitions.reduce(
    (sum, { rows }) => sum + rows.reduce((bars, row) => bars + row.bars.length, 0),
    0,
  )
}

import type { ConsumeTraceDocument } from '../../../domain/model/consume-trace.ts'
import {
  type Block,
  type Cell,
  footer,
  graphColumn,
  headline,
  notice,
  numberColumn,
  paragraph,
  quoted,
  section,
  table,
  textColumn,
  toned,
} from '../../blocks.ts'
import type { Renderer } from '../../renderer.ts'
import { count, duration, factor, percent, plural } from '../../text/numbers.ts'
import { nameAt, partitionFigures, placeName, shareOf, throughput, utilization } from './figures.ts'
import { collapseBlocks, deadLetterBlocks, errorBlocks, pauseBlocks } from './trouble-blocks.ts'

const PARTITIONS_SHOWN = 24
const LANES_SHOWN = 16

/** What a runtime did: how fast, how busy, who had the work, and what went wrong. */
export const consumeTraceRenderer: Renderer<ConsumeTraceDocument> = {
  blocks: (trace): Block[] => [
    headline(traceHeadline(trace)),
    paragraph(slotsLine(trace)),
    ...noticesOf(trace),
    ...traceSections(trace),
    footer('Every job: --format csv; every figure: --format json'),
  ],
  csv: (trace) => ({
    columns: [
      ...['group', 'segment', 'topic', 'partition', 'virtualPartition', 'worker', 'from', 'ms'],
      ...['messages', 'firstOffset', 'lastOffset', 'collapsed', 'attempt', 'ok'],
    ],
    rows: trace.jobs.map((job) => {
      const place = trace.partitions[job.partition]
      return [
        ...[place?.group, place?.segmentId, place?.topic, place?.partition],
        ...[job.virtualPartition, job.worker, job.from, job.ms, job.messages],
        ...[job.firstOffset, job.lastOffset, String(job.collapsed), job.attempt, String(job.ok)],
      ]
    }),
  }),
}

/** The answer in a line. */
export function traceHeadline(trace: ConsumeTraceDocument): string {
  const { group, totals, ms } = trace
  if (totals.jobs === 0) return `${group}: no job in ${duration(ms)}`
  const speed = `${factor(throughput(trace))} a second`
  return `${group}: ${plural(totals.messages, 'message')} in ${duration(ms)}, ${speed}`
}

/** Everything below the headline that is not the timeline. */
export function traceSections(trace: ConsumeTraceDocument): Block[] {
  return [
    ...partitionBlocks(trace),
    ...laneBlocks(trace),
    ...pauseBlocks(trace),
    ...collapseBlocks(trace),
    ...deadLetterBlocks(trace),
    ...errorBlocks(trace),
  ]
}

/** What to know before reading the figures. */
export function noticesOf({ totals, omitted, deadLetters }: ConsumeTraceDocument): Block[] {
  const letters = deadLetters.length + omitted.deadLetters
  return [
    ...(totals.failedJobs === 0
      ? []
      : [notice('warn', `${plural(totals.failedJobs, 'job')} failed.`)]),
    ...(letters === 0 ? [] : [notice('bad', `${plural(letters, 'message')} given up.`)]),
    ...(omitted.jobs === 0
      ? []
      : [
          notice(
            'warn',
            `The trace kept the first ${plural(totals.jobs - omitted.jobs, 'job')} of ` +
              `${count(totals.jobs)}; sums cover all of them.`,
          ),
        ]),
  ]
}

/** How busy the slots were, in a sentence. */
export function slotsLine(trace: ConsumeTraceDocument): string {
  const { totals, concurrency } = trace
  const collapsed = totals.collapsedBatches
  const ran = `${plural(totals.batches, 'batch', 'batches')} in ${plural(totals.jobs, 'job')}`
  const alone = collapsed === 0 ? '' : `, ${plural(collapsed, 'batch', 'batches')} collapsed`
  const slots = `${plural(concurrency, 'slot')} busy ${percent(utilization(trace))} of the time`
  return `${ran}${alone}; ${slots}; ${plural(totals.commits, 'commit')}.`
}

function partitionBlocks(trace: ConsumeTraceDocument): Block[] {
  const figures = partitionFigures(trace)
  if (figures.length === 0) return []
  const several = new Set(figures.map(({ place }) => place.group)).size > 1
  const columns = [
    textColumn('partition'),
    ...(several ? [textColumn('group', 4)] : []),
    numberColumn('VPs', 3),
    numberColumn('jobs', 2),
    numberColumn('failed'),
    numberColumn('messages'),
    numberColumn('paused', 1),
    numberColumn('collapsed', 1),
  ]
  const rows = figures.map((figure): Cell[] => [
    quoted(placeName(figure.place)),
    ...(several ? [quoted(figure.place.group)] : []),
    count(figure.place.virtualPartitions),
    count(figure.place.jobs),
    toned(count(figure.place.failedJobs), figure.place.failedJobs > 0 ? 'warn' : 'plain'),
    count(figure.place.messages),
    percent(shareOf(figure.pausedMs, trace.ms)),
    percent(shareOf(figure.collapsedMs, trace.ms)),
  ])
  return [
    section('Partitions', 'paused, collapsed: share of the run.'),
    table(columns, rows, 'partitions', PARTITIONS_SHOWN),
  ]
}

function laneBlocks(trace: ConsumeTraceDocument): Block[] {
  if (trace.lanes.length === 0) return []
  const busiest = trace.lanes.toSorted((a, b) => b.busyMs - a.busyMs)
  const rows = busiest.map((lane): Cell[] => [
    quoted(nameAt(trace, lane.partition)),
    count(lane.virtualPartition),
    count(lane.jobs),
    count(lane.messages),
    percent(shareOf(lane.busyMs, trace.ms)),
    { bar: shareOf(lane.busyMs, trace.ms) },
  ])
  const columns = [
    textColumn('partition'),
    numberColumn('VP'),
    numberColumn('jobs', 1),
    numberColumn('messages'),
    numberColumn('busy'),
    graphColumn('', 2),
  ]
  const more = trace.omitted.lanes
  return [
    section('Busiest virtual partitions', 'busy: share of the run spent in jobs.'),
    table(columns, rows, 'virtual partitions', LANES_SHOWN),
    ...(more === 0
      ? []
      : [notice('plain', `${plural(more, 'less busy virtual partition')} left out.`)]),
  ]
}

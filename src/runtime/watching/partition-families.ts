import type { PartitionCounts, VirtualPartitionCounts } from './partition-counts.ts'
import type { MetricFamily, Sample } from './prometheus-text.ts'

type Labels = Sample['labels']
type Figure = number | null

/** A family with one series per partition, absent where it gives null. */
type Plain = readonly [
  name: string,
  type: MetricFamily['type'],
  help: string,
  value: (counts: PartitionCounts) => Figure,
]
/** A family with a label more than the partition's. */
type Split = readonly [
  name: string,
  type: MetricFamily['type'],
  help: string,
  label: string,
  values: (counts: PartitionCounts) => Iterable<readonly [string | number, number]>,
]

const PLAIN: readonly Plain[] = [
  ['lag', 'gauge', 'Messages up to the end of the log that were not read yet.', (c) => c.lag],
  [
    ...(['committed_lag', 'gauge'] as const),
    'Messages up to the end of the log that were not committed yet.',
    (c) => c.committedLag,
  ],
  ['position', 'gauge', 'The next offset to read.', (c) => c.position],
  ['end_offset', 'gauge', 'One past the last readable offset, as last seen.', (c) => c.end],
  ['committed_offset', 'gauge', 'The offset of the last commit.', (c) => c.committed],
  ['messages_in_flight', 'gauge', 'Messages of the jobs that run now.', (c) => c.inFlight],
  ['partition_paused', 'gauge', '1 while the partition waits.', (c) => Number(c.paused)],
  [
    ...(['partition_collapsed', 'gauge'] as const),
    '1 while batches run as one job in log order.',
    (c) => Number(c.collapsed),
  ],
  [
    ...(['messages_polled_total', 'counter'] as const),
    'Messages handed to virtual partitions; again after a failure.',
    (c) => c.polled,
  ],
  ['messages_dropped_total', 'counter', 'Messages that a filter left out.', (c) => c.dropped],
  [
    ...(['messages_excluded_total', 'counter'] as const),
    'Messages left out because they were marked already.',
    (c) => c.excluded,
  ],
  [
    ...(['messages_consumed_total', 'counter'] as const),
    'Messages of jobs that ended well.',
    (c) => c.consumed,
  ],
  ['retries_total', 'counter', 'Batches that failed and were tried again.', (c) => c.retries],
  ['commits_total', 'counter', 'Commits that the cluster acknowledged.', (c) => c.commits],
]

const SPLIT: readonly Split[] = [
  [
    ...(['batches_total', 'counter', 'Batches, by whether they ran collapsed.'] as const),
    'collapsed',
    (c) => [
      ['false', c.batches - c.collapsedBatches],
      ['true', c.collapsedBatches],
    ],
  ],
  [
    ...(['jobs_total', 'counter', 'Jobs that ended, by how.', 'outcome'] as const),
    (c) => [
      ['failed', c.jobsFailed],
      ['ok', c.jobsOk],
    ],
  ],
  ['pauses_total', 'counter', 'Pauses, by reason.', 'reason', (c) => c.pauses],
  ['collapses_total', 'counter', 'Collapses, by reason.', 'reason', (c) => c.collapses],
  [
    ...(['dead_letters_total', 'counter', 'Messages given up, by what became of them.'] as const),
    'outcome',
    (c) => [
      ['dispatched', c.deadLetters],
      ['skipped', c.skipped],
    ],
  ],
  [
    ...(['virtual_partition_jobs_total', 'counter', 'Jobs that ended, by VP.'] as const),
    'virtual_partition',
    (c) => perVirtualPartition(c, ({ jobs }) => jobs),
  ],
  [
    ...(['virtual_partition_messages_total', 'counter'] as const),
    'Messages of jobs that ended, well or not, by VP.',
    'virtual_partition',
    (c) => perVirtualPartition(c, ({ messages }) => messages),
  ],
  [
    ...(['virtual_partition_busy_seconds_total', 'counter'] as const),
    'Time in jobs that ended, by VP; its rate is the share of time that the VP is busy.',
    'virtual_partition',
    (c) => perVirtualPartition(c, ({ busyMs }) => busyMs / 1000),
  ],
]

/** The families of partitions, each with its series in the order of the partitions given. */
export function partitionFamilies(partitions: readonly PartitionCounts[]): MetricFamily[] {
  const labelled = partitions.map((counts) => [counts, labelsOf(counts)] as const)
  return [
    ...PLAIN.map(([name, type, help, value]) => ({
      ...{ name: `pstool_${name}`, type, help },
      samples: labelled.flatMap(([counts, labels]) => {
        const figure = value(counts)
        return figure === null ? [] : [{ labels, value: figure }]
      }),
    })),
    ...SPLIT.map(([name, type, help, label, values]) => ({
      ...{ name: `pstool_${name}`, type, help },
      samples: labelled.flatMap(([counts, labels]) =>
        [...values(counts)]
          .sort(([a], [b]) => inOrder(a, b))
          .map(([of, value]) => ({ labels: { ...labels, [label]: of }, value })),
      ),
    })),
  ]
}

function labelsOf({ place }: PartitionCounts): Labels {
  const { group, segmentId, topic, partition } = place
  return { group, ...(segmentId !== null && { segment: segmentId }), topic, partition }
}

function* perVirtualPartition(
  { virtualPartitions, others }: PartitionCounts,
  figure: (counts: VirtualPartitionCounts) => number,
): Iterable<readonly [string | number, number]> {
  for (const [number, counts] of virtualPartitions) yield [number, figure(counts)]
  if (others !== null) yield ['other', figure(others)]
}

/** Numbers by size, then names by letters. */
function inOrder(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : 1
}

import type { EventName, EventObserver, EventPlace, JobEvent, RuntimeEvents } from '../events.ts'
import { countUp, PartitionCounts, type VirtualPartitionCounts } from './partition-counts.ts'
import { partitionFamilies } from './partition-families.ts'
import { type MetricFamily, prometheusText } from './prometheus-text.ts'

export interface MetricsOptions {
  /**
   * Most VPs with series of their own, over all partitions; default 500. The first ones seen get
   * them and keep them: a VP that changed sides would look like a counter that was reset. All
   * further VPs of a partition share its series `other`.
   */
  readonly maxVirtualPartitions?: number
}

type Handlers = { readonly [N in EventName]: (event: RuntimeEvents[N]) => void }

interface GroupCounts {
  /** null where no runtime of that name has started: jobs may be told under a segment's name. */
  concurrency: number | null
  running: number
  up: boolean
  readonly errors: Map<string, number>
}

/**
 * Gauges and counters, folded from a runtime's events. Series of a partition begin at nought when
 * it is assigned and go when it is revoked; those of a group stay.
 */
export class RuntimeMetrics {
  private readonly partitions = new Map<string, PartitionCounts>()
  private readonly groups = new Map<string, GroupCounts>()
  private readonly most: number
  private own = 0

  constructor({ maxVirtualPartitions = 500 }: MetricsOptions = {}) {
    this.most = maxVirtualPartitions
  }

  /** Folds one event in; give it to the runtime. */
  readonly observe: EventObserver = (name, event) => {
    const handle = this.handlers[name] as (event: unknown) => void
    handle(event)
  }

  /** Everything in the text exposition format 0.0.4; equal counts give equal text. */
  prometheusText(): string {
    return prometheusText(this.families())
  }

  /** Whether the runtime has started and not stopped, for a probe. */
  health(): { readonly healthy: boolean; readonly partitions: number } {
    const runtimes = [...this.groups.values()].filter(({ concurrency }) => concurrency !== null)
    const healthy = runtimes.length > 0 && runtimes.every(({ up }) => up)
    return { healthy, partitions: this.partitions.size }
  }

  /** The families with a series or more. */
  families(): MetricFamily[] {
    const groups = [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1))
    const gauge = (
      name: string,
      help: string,
      value: (counts: GroupCounts, group: string) => number | null,
    ) => ({
      ...{ name: `pstool_${name}`, type: 'gauge' as const, help },
      samples: groups.flatMap(([group, counts]) => {
        const figure = value(counts, group)
        return figure === null ? [] : [{ labels: { group }, value: figure }]
      }),
    })
    const assigned = Map.groupBy(this.partitions.values(), ({ place }) => place.group)
    return [
      gauge('up', '1 from the start of the runtime to its stop.', ({ up, concurrency }) =>
        concurrency === null ? null : Number(up),
      ),
      gauge('concurrency', 'Most jobs at once.', ({ concurrency }) => concurrency),
      gauge('jobs_running', 'Jobs that run now.', ({ running }) => running),
      gauge(
        ...(['partitions_assigned', 'Partitions that are ours.'] as const),
        (_, group) => assigned.get(group)?.length ?? 0,
      ),
      {
        ...{ name: 'pstool_errors_total', type: 'counter' },
        help: 'Errors, by type.',
        samples: groups.flatMap(([group, { errors }]) =>
          [...errors]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([type, value]) => ({ labels: { group, type }, value })),
        ),
      },
      ...partitionFamilies([...this.partitions.values()].sort(byPlace)),
    ]
  }

  private readonly handlers: Handlers = {
    'runtime.started': ({ group, concurrency }) => {
      const counts = this.group(group)
      counts.concurrency = concurrency
      counts.up = true
    },
    'runtime.stopped': ({ group }) => {
      this.group(group).up = false
    },
    'partition.assigned': (event) => {
      this.forget(event)
      this.group(event.group)
      this.partitions.set(keyOf(event), new PartitionCounts(placeOf(event), event.position))
    },
    'partition.revoked': (event) => this.forget(event),
    'batch.polled': (event) => {
      const counts = this.partition(event)
      if (counts === undefined) return
      counts.position = event.next
      counts.end = event.end
      counts.polled += event.messages
      counts.dropped += event.dropped
      counts.excluded += event.excluded
      counts.batches++
      counts.collapsedBatches += Number(event.collapsed)
      counts.collapsed = event.collapsed
    },
    'job.started': (event) => {
      this.group(event.group).running++
      const counts = this.partition(event)
      if (counts !== undefined) counts.inFlight += event.messages
    },
    'job.finished': (event) => {
      const group = this.group(event.group)
      group.running = Math.max(0, group.running - 1)
      this.finished(event)
    },
    'partition.paused': (event) => {
      const counts = this.partition(event)
      if (counts === undefined) return
      counts.paused = true
      countUp(counts.pauses, event.reason)
      if (event.reason === 'failure') counts.retries++
    },
    'partition.resumed': (event) => {
      const counts = this.partition(event)
      if (counts !== undefined) counts.paused = false
    },
    'partition.collapsed': (event) => {
      const counts = this.partition(event)
      if (counts !== undefined) countUp(counts.collapses, event.reason)
    },
    'offset.committed': (event) => {
      const counts = this.partition(event)
      if (counts === undefined) return
      counts.commits++
      counts.committed = event.offset
    },
    'dead-letter.dispatched': (event) => {
      const counts = this.partition(event)
      if (counts === undefined) return
      if (event.deadLetterTopic === null) counts.skipped++
      else counts.deadLetters++
    },
    'error.occurred': ({ group, type }) => countUp(this.group(group).errors, type),
  }

  private finished(event: RuntimeEvents['job.finished']): void {
    const counts = this.partition(event)
    // A late outcome of a partition that is gone (L4).
    if (counts === undefined) return
    counts.inFlight = Math.max(0, counts.inFlight - event.messages)
    if (event.ok) counts.jobsOk++
    else counts.jobsFailed++
    counts.consumed += event.done
    const own = this.virtualPartition(counts, event)
    own.jobs++
    own.messages += event.messages
    own.busyMs += event.ms
  }

  private virtualPartition(
    counts: PartitionCounts,
    { virtualPartition }: JobEvent,
  ): VirtualPartitionCounts {
    const own = counts.virtualPartitions.get(virtualPartition)
    if (own !== undefined) return own
    const fresh = { jobs: 0, messages: 0, busyMs: 0 }
    if (this.own >= this.most) {
      counts.others ??= fresh
      return counts.others
    }
    this.own++
    counts.virtualPartitions.set(virtualPartition, fresh)
    return fresh
  }

  private forget(place: EventPlace): void {
    const key = keyOf(place)
    this.own -= this.partitions.get(key)?.virtualPartitions.size ?? 0
    this.partitions.delete(key)
  }

  private partition(place: EventPlace): PartitionCounts | undefined {
    return this.partitions.get(keyOf(place))
  }

  private group(group: string): GroupCounts {
    const known = this.groups.get(group)
    if (known !== undefined) return known
    const fresh: GroupCounts = { concurrency: null, running: 0, up: false, errors: new Map() }
    this.groups.set(group, fresh)
    return fresh
  }
}

function placeOf({ group, segmentId, topic, partition }: EventPlace): EventPlace {
  return { group, segmentId, topic, partition }
}

function keyOf({ group, segmentId, topic, partition }: EventPlace): string {
  return `${group}\0${segmentId ?? ''}\0${topic}\0${partition}`
}

function byPlace({ place: a }: PartitionCounts, { place: b }: PartitionCounts): number {
  if (a.group !== b.group) return a.group < b.group ? -1 : 1
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return (a.segmentId ?? -1) - (b.segmentId ?? -1) || a.partition - b.partition
}

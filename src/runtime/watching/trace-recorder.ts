import type {
  ConsumeTraceDocument,
  JobSums,
  TracedCollapse,
  TracedDeadLetter,
  TracedErrors,
  TracedJob,
  TracedLane,
  TracedOwnership,
  TracedPartition,
  TracedPause,
} from '../../domain/model/consume-trace.ts'
import type { EventName, EventObserver, EventPlace, RuntimeEvents } from '../events.ts'
import { BoundedList } from './bounded-list.ts'
import { textOfError } from './error-text.ts'

export interface TraceOptions {
  /** Most jobs that are kept one by one; default 20000, about 4 MB of JSON. */
  readonly maxJobs?: number
  /** Most of each other list; default 2000. */
  readonly maxEntries?: number
}

type Handlers = { readonly [N in EventName]: (event: RuntimeEvents[N]) => void }
type Writable<T> = { -readonly [Field in keyof T]: T[Field] }

const NO_JOBS: JobSums = { jobs: 0, failedJobs: 0, messages: 0, busyMs: 0 }

/** A partition, and what began there and has not ended. */
interface Track {
  readonly index: number
  readonly place: EventPlace
  readonly sums: Writable<JobSums>
  readonly lanes: Map<number, Writable<TracedLane>>
  ownership: Omit<TracedOwnership, 'to' | 'end'> | null
  pause: Omit<TracedPause, 'ms'> | null
  collapse: Omit<TracedCollapse, 'ms'> | null
}

/**
 * Keeps what a runtime does for a `consume-trace` document. Memory is bounded by the lists' limits and
 * the number of VPs: sums cover everything, and of single things the first ones are kept, so that what
 * began the trouble is there.
 */
export class TraceRecorder {
  private group = ''
  private concurrency = 0
  private start: number | null = null
  private latest = 0
  private readonly tracks = new Map<string, Track>()
  private readonly totals = {
    ...{ ...NO_JOBS, batches: 0, collapsedBatches: 0, retries: 0, commits: 0 },
  }
  private readonly most: number
  private readonly ownerships: BoundedList<TracedOwnership>
  private readonly jobs: BoundedList<TracedJob>
  private readonly pauses: BoundedList<TracedPause>
  private readonly collapses: BoundedList<TracedCollapse>
  private readonly deadLetters: BoundedList<TracedDeadLetter>
  private readonly errors = new Map<string, Writable<TracedErrors>>()

  constructor({ maxJobs = 20_000, maxEntries = 2000 }: TraceOptions = {}) {
    this.jobs = new BoundedList(maxJobs)
    this.most = maxEntries
    this.ownerships = new BoundedList(maxEntries)
    this.pauses = new BoundedList(maxEntries)
    this.collapses = new BoundedList(maxEntries)
    this.deadLetters = new BoundedList(maxEntries)
  }

  /** Keeps one event; give it to the runtime. */
  readonly observe: EventObserver = (name, event) => {
    this.start ??= event.at
    this.latest = Math.max(this.latest, this.since(event.at))
    const handle = this.handlers[name] as (event: unknown) => void
    handle(event)
  }

  /** What was kept so far. What has not ended is shown as far as it has come; recording may go on. */
  document({ generatedBy }: { readonly generatedBy: string }): ConsumeTraceDocument {
    const open = [...this.tracks.values()]
    const lanes = open.flatMap((track) =>
      [...track.lanes.values()].map((lane) => ({ ...lane, busyMs: rounded(lane.busyMs) })),
    )
    const withOpen = <Item>(list: BoundedList<Item>, ends: readonly Item[]) =>
      // What is open when a list is full is left out like the rest of it.
      list.omitted > 0 ? list.items : [...list.items, ...ends]
    const left = <Item>(list: BoundedList<Item>, ends: readonly Item[]) =>
      list.omitted > 0 ? list.omitted + ends.length : 0
    const ownerships = open.flatMap(({ ownership }) =>
      ownership === null ? [] : [{ ...ownership, to: null, end: null }],
    )
    const pauses = open.flatMap(({ pause }) => (pause === null ? [] : [this.ended(pause)]))
    const collapses = open.flatMap(({ collapse }) =>
      collapse === null ? [] : [this.ended(collapse)],
    )
    return {
      ...{ kind: 'consume-trace', version: 1, generatedBy },
      ...{ group: this.group, concurrency: this.concurrency, ms: this.latest },
      totals: { ...this.totals, busyMs: rounded(this.totals.busyMs) },
      partitions: open.map(partitionOf),
      lanes: lanes
        .toSorted((a, b) => b.busyMs - a.busyMs)
        .slice(0, this.most)
        .sort((a, b) => a.partition - b.partition || a.virtualPartition - b.virtualPartition),
      ownerships: withOpen(this.ownerships, ownerships),
      jobs: [...this.jobs.items],
      pauses: withOpen(this.pauses, pauses),
      collapses: withOpen(this.collapses, collapses),
      deadLetters: [...this.deadLetters.items],
      errors: [...this.errors.values()]
        .map((errors) => ({ ...errors }))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
      omitted: {
        lanes: Math.max(0, lanes.length - this.most),
        ownerships: left(this.ownerships, ownerships),
        jobs: this.jobs.omitted,
        pauses: left(this.pauses, pauses),
        collapses: left(this.collapses, collapses),
        deadLetters: this.deadLetters.omitted,
      },
    }
  }

  private readonly handlers: Handlers = {
    'runtime.started': ({ group, concurrency }) => {
      if (this.group === '') this.group = group
      this.concurrency = Math.max(this.concurrency, concurrency)
    },
    'runtime.stopped': () => {},
    'partition.assigned': (event) => {
      const track = this.track(event)
      this.disown(track, event.at, 'lost')
      track.ownership = { partition: track.index, from: this.since(event.at) }
    },
    'partition.revoked': (event) => this.disown(this.track(event), event.at, event.reason),
    'batch.polled': (event) => {
      this.totals.batches++
      this.totals.collapsedBatches += Number(event.collapsed)
      if (!event.collapsed) this.endCollapse(this.track(event), event.at)
    },
    'job.started': () => {},
    'job.finished': (event) => this.finished(event),
    'partition.paused': (event) => {
      const track = this.track(event)
      this.endPause(track, event.at)
      const { reason, attempt } = event
      this.totals.retries += Number(reason === 'failure')
      const [from, offset] = [this.since(event.at), String(event.offset)]
      track.pause = { partition: track.index, from, reason, offset, attempt }
    },
    'partition.resumed': (event) => this.endPause(this.track(event), event.at),
    'partition.collapsed': (event) => {
      const track = this.track(event)
      this.endCollapse(track, event.at)
      const [from, until] = [this.since(event.at), String(event.until)]
      track.collapse = { partition: track.index, from, reason: event.reason, until }
    },
    'offset.committed': () => {
      this.totals.commits++
    },
    'dead-letter.dispatched': (event) => {
      const { deadLetterTopic, attempts } = event
      this.deadLetters.add({
        ...{ partition: this.track(event).index, at: this.since(event.at) },
        ...{ offset: String(event.offset), deadLetterTopic, attempts },
        error: textOfError(event.error),
      })
    },
    'error.occurred': ({ type, error }) => {
      const known = this.errors.get(type)
      if (known !== undefined) known.count++
      else this.errors.set(type, { type, count: 1, first: textOfError(error) })
    },
  }

  private finished(event: RuntimeEvents['job.finished']): void {
    const { index, sums, lanes } = this.track(event)
    const { virtualPartition, worker, ms, collapsed, attempt, ok } = event
    let lane = lanes.get(virtualPartition)
    if (lane === undefined) {
      lane = { partition: index, virtualPartition, ...NO_JOBS }
      lanes.set(virtualPartition, lane)
    }
    for (const sum of [this.totals, sums, lane]) {
      sum.jobs++
      sum.failedJobs += Number(!ok)
      sum.messages += event.done
      sum.busyMs += ms
    }
    this.jobs.add({
      ...{ partition: index, virtualPartition, worker },
      ...{ from: this.since(event.at - ms), ms: rounded(ms), messages: event.messages },
      ...{ firstOffset: String(event.firstOffset), lastOffset: String(event.lastOffset) },
      ...{ collapsed, attempt, ok },
    })
  }

  private disown(track: Track, at: number, end: 'taken' | 'lost' | 'stopped'): void {
    this.endPause(track, at)
    this.endCollapse(track, at)
    if (track.ownership === null) return
    this.ownerships.add({ ...track.ownership, to: this.since(at), end })
    track.ownership = null
  }

  private endPause(track: Track, at: number): void {
    if (track.pause !== null) this.pauses.add(this.ended(track.pause, at))
    track.pause = null
  }

  private endCollapse(track: Track, at: number): void {
    if (track.collapse !== null) this.collapses.add(this.ended(track.collapse, at))
    track.collapse = null
  }

  private ended<Begun extends { readonly from: number }>(
    begun: Begun,
    at?: number,
  ): Begun & { readonly ms: number } {
    const end = at === undefined ? this.latest : this.since(at)
    return { ...begun, ms: rounded(Math.max(0, end - begun.from)) }
  }

  private since(at: number): number {
    return rounded(Math.max(0, at - (this.start ?? at)))
  }

  private track({ group, segmentId, topic, partition }: EventPlace): Track {
    const key = `${group}\0${segmentId ?? ''}\0${topic}\0${partition}`
    const known = this.tracks.get(key)
    if (known !== undefined) return known
    const fresh: Track = {
      ...{ index: this.tracks.size, place: { group, segmentId, topic, partition } },
      ...{ sums: { ...NO_JOBS }, lanes: new Map() },
      ...{ ownership: null, pause: null, collapse: null },
    }
    this.tracks.set(key, fresh)
    return fresh
  }
}

function partitionOf({ place, sums, lanes }: Track): TracedPartition {
  return { ...place, virtualPartitions: lanes.size, ...sums, busyMs: rounded(sums.busyMs) }
}

/** To the microsecond, so that equal runs on a simulated clock give equal bytes. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

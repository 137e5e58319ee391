import type {
  ConsumedPartition,
  ConsumptionDocument,
  ConsumptionEnd,
  ConsumptionErrors,
} from '../../domain/model/consumption.ts'
import type { EventName, EventObserver, EventPlace, RuntimeEvents } from '../events.ts'
import { textOfError } from './error-text.ts'

type Handlers = { readonly [N in EventName]: (event: RuntimeEvents[N]) => void }

interface Counted {
  readonly place: EventPlace
  messages: number
  isOurs: boolean
  /** Where it began. */
  start: number
  committed: number | null
  end: number | null
}

/** What does not come from events. */
export interface ConsumptionHeader {
  readonly generatedBy: string
  readonly group: string
  readonly segments: readonly number[] | null
  readonly ended: ConsumptionEnd
}

/** Folds a runtime's events into a `consumption` document. Memory grows with the partitions alone. */
export class ConsumptionCounts {
  messages = 0
  failedJobs = 0
  running = 0
  private dropped = 0
  private batches = 0
  private jobs = 0
  private retries = 0
  private collapses = 0
  private commits = 0
  private deadLetters = 0
  private skipped = 0
  private readonly errors = new Map<string, { type: string; count: number; first: string }>()
  private readonly partitions = new Map<string, Counted>()

  /** Folds one event in; give it to the runtime. */
  readonly observe: EventObserver = (name, event) => {
    const handle = this.handlers[name] as (event: unknown) => void
    handle(event)
  }

  /** From what is committed of our partitions to their ends, as far as known. */
  get lag(): number {
    let lag = 0
    for (const { isOurs, committed, start, end } of this.partitions.values()) {
      if (isOurs && end !== null) lag += Math.max(0, end - (committed ?? start))
    }
    return lag
  }

  /** Whether a partition was ours at any time. */
  get hasPartitions(): boolean {
    return this.partitions.size > 0
  }

  /** What was counted so far. */
  document({ generatedBy, group, segments, ended }: ConsumptionHeader): ConsumptionDocument {
    const { messages, dropped, batches, jobs, failedJobs, retries, collapses } = this
    const { commits, deadLetters, skipped } = this
    return {
      ...{ kind: 'consumption', version: 1, generatedBy, group, segments, ended },
      ...{ messages, dropped, batches, jobs, failedJobs, retries, collapses, commits },
      ...{ deadLetters, skipped, restarts: 0 },
      errors: sortedErrors([...this.errors.values()].map((errors) => ({ ...errors }))),
      partitions: sortedPartitions([...this.partitions.values()].map(consumed)),
    }
  }

  private readonly handlers: Handlers = {
    'runtime.started': () => {},
    'runtime.stopped': () => {},
    'partition.assigned': (event) => {
      const counted = this.counted(event)
      counted.isOurs = true
      counted.start = event.position
    },
    'partition.revoked': (event) => {
      this.counted(event).isOurs = false
    },
    'batch.polled': (event) => {
      this.batches++
      this.dropped += event.dropped
      const counted = this.counted(event)
      counted.end = Math.max(event.end, event.next)
    },
    'job.started': () => {
      this.running++
    },
    'job.finished': (event) => {
      this.running--
      this.jobs++
      if (!event.ok) this.failedJobs++
      this.messages += event.done
      this.counted(event).messages += event.done
    },
    'partition.paused': ({ reason }) => {
      if (reason === 'failure') this.retries++
    },
    'partition.resumed': () => {},
    'partition.collapsed': () => {
      this.collapses++
    },
    'offset.committed': (event) => {
      this.commits++
      this.counted(event).committed = event.offset
    },
    'dead-letter.dispatched': ({ deadLetterTopic }) => {
      if (deadLetterTopic === null) this.skipped++
      else this.deadLetters++
    },
    'error.occurred': ({ type, error }) => {
      const known = this.errors.get(type)
      if (known === undefined) this.errors.set(type, { type, count: 1, first: textOfError(error) })
      else known.count++
    },
  }

  private counted({ group, segmentId, topic, partition }: EventPlace): Counted {
    const key = `${group}\0${topic}\0${partition}`
    let counted = this.partitions.get(key)
    if (counted === undefined) {
      const place = { group, segmentId, topic, partition }
      counted = { place, messages: 0, isOurs: true, start: 0, committed: null, end: null }
      this.partitions.set(key, counted)
    }
    return counted
  }
}

/**
 * One document of the processes of a run.
 * @param documents of one group, at least one
 */
export function mergeConsumptions(
  documents: readonly ConsumptionDocument[],
  header: ConsumptionHeader & { readonly restarts: number },
): ConsumptionDocument {
  const sum = (figure: (document: ConsumptionDocument) => number) =>
    documents.reduce((total, document) => total + figure(document), 0)
  const { generatedBy, group, segments, ended, restarts } = header
  const errors = new Map<string, ConsumptionErrors>()
  for (const each of documents.flatMap((document) => document.errors)) {
    const known = errors.get(each.type)
    errors.set(each.type, { ...each, ...known, count: each.count + (known?.count ?? 0) })
  }
  return {
    ...{ kind: 'consumption', version: 1, generatedBy, group, segments, ended },
    messages: sum(({ messages }) => messages),
    dropped: sum(({ dropped }) => dropped),
    batches: sum(({ batches }) => batches),
    jobs: sum(({ jobs }) => jobs),
    failedJobs: sum(({ failedJobs }) => failedJobs),
    retries: sum(({ retries }) => retries),
    collapses: sum(({ collapses }) => collapses),
    commits: sum(({ commits }) => commits),
    deadLetters: sum(({ deadLetters }) => deadLetters),
    skipped: sum(({ skipped }) => skipped),
    restarts,
    errors: sortedErrors([...errors.values()]),
    partitions: sortedPartitions(documents.flatMap(({ partitions }) => partitions)),
  }
}

function consumed({ place, messages, committed, end }: Counted): ConsumedPartition {
  return {
    ...place,
    messages,
    committed: committed === null ? null : String(committed),
    lag: committed === null || end === null ? null : Math.max(0, end - committed),
  }
}

function sortedErrors(errors: readonly ConsumptionErrors[]): readonly ConsumptionErrors[] {
  return errors.toSorted((a, b) => compare(a.type, b.type))
}

function sortedPartitions(partitions: readonly ConsumedPartition[]): readonly ConsumedPartition[] {
  return partitions.toSorted(
    (a, b) => compare(a.group, b.group) || compare(a.topic, b.topic) || a.partition - b.partition,
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

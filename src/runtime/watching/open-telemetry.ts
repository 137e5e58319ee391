import type { EventObserver, JobEvent, RuntimeEvents } from '../events.ts'
import { textOfError } from './error-text.ts'

/** Of OpenTelemetry's API, by structure: what is needed of a `Tracer` to make spans of jobs. */
export interface SpanTracer {
  startSpan(name: string, options: SpanOptions): JobSpan
}

/** The API's `SpanOptions`, as far as given. */
export interface SpanOptions {
  /** The API's `SpanKind`. */
  readonly kind: number
  /** Milliseconds since 1970. */
  readonly startTime: number
  readonly attributes: SpanAttributes
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** The API's `Span`, as far as called. */
export interface JobSpan {
  recordException(exception: Error | string, time: number): unknown
  setStatus(status: { readonly code: number; readonly message?: string }): unknown
  end(endTime: number): unknown
}

/** `SpanKind.CONSUMER` and `SpanStatusCode.ERROR`: numbers that the API promises. */
const CONSUMER = 4
const ERROR = 2
/** Of errors that wait for their job; beyond it the oldest goes. */
const ERRORS_KEPT = 1000

export interface SpanSettings {
  /** `messaging.system`. Default `kafka`. */
  readonly system?: string
}

/**
 * An observer that makes a span of each job: `<topic> process`, kind CONSUMER, from the start of the
 * job to its end by the runtime's clock, with messaging attributes and ours. A job that failed has
 * the status ERROR, and the error that the runtime told of before the job ended as an exception.
 * A span is made when its job ends, so a job that never ends leaves nothing open.
 * @param tracer `trace.getTracer('pstool')` of `@opentelemetry/api`, or anything of that shape
 */
export function openTelemetrySpans(
  tracer: SpanTracer,
  { system = 'kafka' }: SpanSettings = {},
): EventObserver {
  const errors = new Map<string, RuntimeEvents['error.occurred']>()
  return (name, event) => {
    if (name === 'error.occurred') {
      const occurred = event as RuntimeEvents['error.occurred']
      if (occurred.type !== 'consumer.consume.error') return
      errors.set(keyOf(occurred), occurred)
      const [oldest] = errors.keys()
      if (errors.size > ERRORS_KEPT && oldest !== undefined) errors.delete(oldest)
    }
    if (name !== 'job.finished') return
    const job = event as RuntimeEvents['job.finished']
    const key = keyOf(job)
    spanOf(tracer, system, job, errors.get(key))
    errors.delete(key)
  }
}

function spanOf(
  tracer: SpanTracer,
  system: string,
  job: RuntimeEvents['job.finished'],
  error: RuntimeEvents['error.occurred'] | undefined,
): void {
  const failed = !job.ok
  const span = tracer.startSpan(`${job.topic} process`, {
    kind: CONSUMER,
    startTime: job.at - job.ms,
    attributes: { ...attributesOf(job, system), ...(failed && { 'error.type': typeOf(error) }) },
  })
  if (failed) {
    const exception = error === undefined ? undefined : exceptionOf(error.error)
    if (error !== undefined && exception !== undefined) span.recordException(exception, error.at)
    const message = typeof exception === 'string' ? exception : exception?.message
    span.setStatus({ code: ERROR, ...(message !== undefined && { message }) })
  }
  span.end(job.at)
}

function attributesOf(job: JobEvent, system: string): SpanAttributes {
  return {
    'messaging.system': system,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': job.topic,
    'messaging.destination.partition.id': String(job.partition),
    'messaging.consumer.group.name': job.group,
    'messaging.batch.message_count': job.messages,
    'pstool.virtual_partition': job.virtualPartition,
    ...(job.segmentId !== null && { 'pstool.segment': job.segmentId }),
    'pstool.worker': job.worker,
    'pstool.collapsed': job.collapsed,
    'pstool.attempt': job.attempt,
    'pstool.offset.first': job.firstOffset,
    'pstool.offset.last': job.lastOffset,
  }
}

function typeOf(occurred: RuntimeEvents['error.occurred'] | undefined): string {
  return occurred?.error instanceof Error ? occurred.error.name : '_OTHER'
}

function exceptionOf(error: unknown): Error | string {
  return error instanceof Error ? error : textOfError(error)
}

interface JobPlace {
  readonly group: string
  readonly segmentId: number | null
  readonly topic?: string
  readonly partition?: number
  readonly virtualPartition?: number
}

function keyOf({ group, segmentId, topic, partition, virtualPartition }: JobPlace): string {
  return `${group}\0${segmentId}\0${topic}\0${partition}\0${virtualPartition}`
}

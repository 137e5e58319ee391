import { describe, expect, it } from 'vitest'
import type { RuntimeEvents } from '../../../../src/runtime/events.ts'
import {
  openTelemetrySpans,
  type SpanOptions,
  type SpanTracer,
} from '../../../../src/runtime/watching/open-telemetry.ts'
import { aFinished, aJob, aPlace } from '../../../support/watching/runtime-events.ts'

interface RecordedSpan {
  readonly name: string
  readonly options: SpanOptions
  readonly exceptions: unknown[]
  status: unknown
  endTime: number | null
}

/** Keeps spans as the API's documentation says they behave: nothing counts after the end. */
function recordingTracer(): SpanTracer & { readonly spans: RecordedSpan[] } {
  const spans: RecordedSpan[] = []
  return {
    spans,
    startSpan(name, options) {
      const span: RecordedSpan = { name, options, exceptions: [], status: null, endTime: null }
      spans.push(span)
      const open = <Result>(change: () => Result) => {
        if (span.endTime !== null) throw new Error('the span has ended')
        return change()
      }
      return {
        recordException: (error, time) => open(() => span.exceptions.push([error, time])),
        setStatus: (status) => open(() => (span.status = status)),
        end: (time) => open(() => (span.endTime = time)),
      }
    },
  }
}

const occurred = (changes: Partial<RuntimeEvents['error.occurred']>) => ({
  ...{ ...aPlace, virtualPartition: 3, type: 'consumer.consume.error' as const },
  ...{ error: new RangeError('too far'), at: 1040, ...changes },
})

describe('openTelemetrySpans', () => {
  it('makes a span of a job, from its start to its end', () => {
    const tracer = recordingTracer()
    const observe = openTelemetrySpans(tracer)
    observe('job.started', aJob({ virtualPartition: 3 }))
    expect(tracer.spans).toEqual([])
    observe('job.finished', aFinished({ virtualPartition: 3, attempt: 2, collapsed: true }))
    expect(tracer.spans).toEqual([
      {
        name: 't process',
        options: {
          kind: 4,
          startTime: 1000,
          attributes: {
            'messaging.system': 'kafka',
            'messaging.operation.name': 'process',
            'messaging.operation.type': 'process',
            'messaging.destination.name': 't',
            'messaging.destination.partition.id': '0',
            'messaging.consumer.group.name': 'g',
            'messaging.batch.message_count': 10,
            'pstool.virtual_partition': 3,
            'pstool.worker': 0,
            'pstool.collapsed': true,
            'pstool.attempt': 2,
            'pstool.offset.first': 0,
            'pstool.offset.last': 9,
          },
        },
        exceptions: [],
        status: null,
        endTime: 1050,
      },
    ])
  })

  it('E1: records the error of the very VP that failed, and no other', () => {
    const tracer = recordingTracer()
    const observe = openTelemetrySpans(tracer, { system: 'local' })
    const error = new RangeError('too far')
    observe('error.occurred', occurred({ error }))
    observe('error.occurred', occurred({ type: 'offsets.commit.error', error: new Error('late') }))
    observe('job.finished', aFinished({ virtualPartition: 1, segmentId: null }))
    observe('job.finished', aFinished({ virtualPartition: 3, ok: false }))
    observe('job.finished', aFinished({ virtualPartition: 3, ok: false, segmentId: 2 }))
    const [well, failed, unknown] = tracer.spans
    expect(well).toMatchObject({ status: null, exceptions: [] })
    expect(failed).toMatchObject({
      options: { attributes: { 'error.type': 'RangeError', 'messaging.system': 'local' } },
      exceptions: [[error, 1040]],
      status: { code: 2, message: 'too far' },
      endTime: 1050,
    })
    expect(unknown).toMatchObject({
      options: { attributes: { 'error.type': '_OTHER', 'pstool.segment': 2 } },
      ...{ exceptions: [], status: { code: 2 } },
    })
  })

  it('takes anything that was thrown, and an error counts for one job alone', () => {
    const tracer = recordingTracer()
    const observe = openTelemetrySpans(tracer)
    for (const error of ['a text', Object.create(null)]) {
      observe('error.occurred', occurred({ error }))
      observe('job.finished', aFinished({ virtualPartition: 3, ok: false }))
    }
    observe('job.finished', aFinished({ virtualPartition: 3, ok: false }))
    expect(tracer.spans.map(({ status }) => status)).toEqual([
      { code: 2, message: 'a text' },
      { code: 2, message: 'an error that has no text' },
      { code: 2 },
    ])
  })

  it('E5: keeps no more than a thousand errors whose jobs never end', () => {
    const tracer = recordingTracer()
    const observe = openTelemetrySpans(tracer)
    for (let vp = 0; vp <= 1000; vp++) observe('error.occurred', occurred({ virtualPartition: vp }))
    for (const virtualPartition of [0, 1000]) {
      observe('job.finished', aFinished({ virtualPartition, ok: false }))
    }
    expect(tracer.spans.map(({ exceptions }) => exceptions.length)).toEqual([0, 1])
  })
})

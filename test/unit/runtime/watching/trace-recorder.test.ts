import { describe, expect, it } from 'vitest'
import { parseDocument } from '../../../../src/documents/parse-document.ts'
import { TraceRecorder } from '../../../../src/runtime/watching/trace-recorder.ts'
import { aBatch, aFinished, aPlace } from '../../../support/watching/runtime-events.ts'
import { aTraceOf } from '../../../support/watching/trace-documents.ts'

const START = 1_000_000
const pause = { ...aPlace, offset: 5, ms: 1000, attempt: 1 }

describe('TraceRecorder', () => {
  it('keeps jobs with times since the start, and sums of all of them', () => {
    const trace = aTraceOf(100, ({ observe }) => {
      observe('batch.polled', aBatch({ at: START + 1 }))
      const failed = { ok: false, virtualPartition: 2, collapsed: true, attempt: 2, worker: 3 }
      observe('job.finished', aFinished({ at: START + 30.1234567, ms: 10.1 }))
      observe('job.finished', aFinished({ ...failed, at: START + 90, ms: 20 }))
      observe('batch.polled', aBatch({ at: START + 95, collapsed: true }))
      observe('offset.committed', { ...aPlace, offset: 10, metadata: '', at: START + 99 })
    })
    const offsets = { firstOffset: '0', lastOffset: '9', messages: 10 }
    expect(trace).toMatchObject({ group: 'analytics', concurrency: 6, ms: 100 })
    expect(trace.jobs).toEqual([
      {
        ...{ partition: 0, virtualPartition: 0, worker: 0, from: 20.023, ms: 10.1, ...offsets },
        ...{ collapsed: false, attempt: 1, ok: true },
      },
      {
        ...{ partition: 0, virtualPartition: 2, worker: 3, from: 70, ms: 20, ...offsets },
        ...{ collapsed: true, attempt: 2, ok: false },
      },
    ])
    const sums = { jobs: 2, failedJobs: 1, messages: 10, busyMs: 30.1 }
    expect(trace.totals).toEqual({
      ...sums,
      batches: 2,
      collapsedBatches: 1,
      retries: 0,
      commits: 1,
    })
    expect(trace.partitions).toEqual([{ ...aPlace, virtualPartitions: 2, ...sums }])
    expect(trace.lanes).toEqual([
      { partition: 0, virtualPartition: 0, jobs: 1, failedJobs: 0, messages: 10, busyMs: 10.1 },
      { partition: 0, virtualPartition: 2, jobs: 1, failedJobs: 1, messages: 0, busyMs: 20 },
    ])
  })

  it('C1: a collapse lasts to the first batch that is virtual, the next collapse, or the loss', () => {
    const trace = aTraceOf(100, ({ observe }) => {
      const collapse = { ...aPlace, until: 9, reason: 'failure' } as const
      observe('partition.collapsed', { ...collapse, at: START + 10 })
      observe('batch.polled', aBatch({ collapsed: true, at: START + 15 }))
      observe('batch.polled', aBatch({ at: START + 20 }))
      observe('batch.polled', aBatch({ at: START + 25 }))
      observe('partition.collapsed', { ...collapse, at: START + 30 })
      observe('partition.collapsed', { ...collapse, reason: 'user', until: 12, at: START + 40 })
      observe('partition.revoked', { ...aPlace, reason: 'lost', at: START + 60 })
      observe('partition.collapsed', { ...collapse, at: START + 90 })
    })
    const until = '9'
    expect(trace.collapses).toEqual([
      { partition: 0, from: 10, ms: 10, reason: 'failure', until },
      { partition: 0, from: 30, ms: 10, reason: 'failure', until },
      { partition: 0, from: 40, ms: 20, reason: 'user', until: '12' },
      { partition: 0, from: 90, ms: 10, reason: 'failure', until },
    ])
  })

  it('tells when partitions were ours and how long they waited, also what has not ended', () => {
    const trace = aTraceOf(100, ({ observe }) => {
      observe('partition.assigned', { ...aPlace, position: 0, at: START + 5 })
      observe('partition.paused', { ...pause, reason: 'failure', at: START + 10 })
      observe('partition.resumed', { ...aPlace, at: START + 30 })
      observe('partition.resumed', { ...aPlace, at: START + 31 })
      observe('partition.paused', { ...pause, reason: 'user', at: START + 40 })
      observe('partition.revoked', { ...aPlace, reason: 'taken', at: START + 50 })
      observe('partition.assigned', { ...aPlace, position: 0, at: START + 60 })
      observe('partition.paused', { ...pause, reason: 'throttle', at: START + 70 })
    })
    expect(trace.partitions).toHaveLength(1)
    expect(trace.ownerships).toEqual([
      { partition: 0, from: 5, to: 50, end: 'taken' },
      { partition: 0, from: 60, to: null, end: null },
    ])
    expect(trace.pauses.map(({ from, ms, reason }) => [from, ms, reason])).toEqual([
      [10, 20, 'failure'],
      [40, 10, 'user'],
      [70, 30, 'throttle'],
    ])
    expect(trace.totals.retries).toBe(1)
  })

  it('keeps dead letters and the first error of each type, their texts cut', () => {
    const long = 'x'.repeat(400)
    const trace = aTraceOf(100, ({ observe }) => {
      const letter = { ...aPlace, offset: 3, attempts: 2, error: long, at: START + 7 }
      observe('dead-letter.dispatched', { ...letter, deadLetterTopic: null })
      const error = { group: 'g', segmentId: null, at: START }
      observe('error.occurred', { ...error, type: 'source.error', error: new Error('first') })
      observe('error.occurred', { ...error, type: 'source.error', error: 'second' })
      observe('error.occurred', { ...error, type: 'offsets.commit.error', error: '\ud800' })
    })
    expect(trace.deadLetters).toEqual([
      {
        ...{ partition: 0, at: 7, offset: '3', deadLetterTopic: null, attempts: 2 },
        error: `${'x'.repeat(298)}..`,
      },
    ])
    expect(trace.errors).toEqual([
      { type: 'offsets.commit.error', count: 1, first: '\ufffd' },
      { type: 'source.error', count: 2, first: 'first' },
    ])
  })

  it('E5: keeps the first things and the busiest VPs, counts the rest, and sums everything', () => {
    const limits = { maxJobs: 3, maxEntries: 2 }
    const run = ({ observe }: TraceRecorder) => {
      for (let i = 0; i < 5; i++) {
        observe('job.finished', aFinished({ virtualPartition: i, ms: 10 * i, at: START + 50 }))
        observe('partition.paused', { ...pause, reason: 'failure', at: START + 50 + i })
      }
    }
    const trace = aTraceOf(100, run, limits)
    expect(trace.jobs.map(({ virtualPartition }) => virtualPartition)).toEqual([0, 1, 2])
    expect(trace.lanes.map(({ virtualPartition }) => virtualPartition)).toEqual([3, 4])
    expect(trace.pauses.map(({ from }) => from)).toEqual([50, 51])
    expect(trace.omitted).toEqual({
      ...{ jobs: 2, lanes: 3, pauses: 3, ownerships: 0, collapses: 0, deadLetters: 0 },
    })
    expect(trace.totals).toMatchObject({ jobs: 5, messages: 50, busyMs: 100, retries: 5 })
    expect(trace.partitions).toMatchObject([{ jobs: 5, busyMs: 100, virtualPartitions: 5 }])
    expect(parseDocument('consume-trace', JSON.parse(JSON.stringify(trace)), 'a')).toEqual(trace)
  })

  it('tells so far what it has seen, and goes on', () => {
    const recorder = new TraceRecorder()
    const generatedBy = 'pstool 1.0.0'
    expect(recorder.document({ generatedBy })).toMatchObject({ ms: 0, jobs: [], generatedBy })
    recorder.observe('job.finished', aFinished())
    const soFar = recorder.document({ generatedBy })
    recorder.observe('job.finished', aFinished())
    expect(soFar.jobs).toHaveLength(1)
    expect(soFar.totals.jobs).toBe(1)
    expect(recorder.document({ generatedBy }).jobs).toHaveLength(2)
  })
})

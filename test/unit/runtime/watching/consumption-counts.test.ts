import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConsumptionCounts,
  type ConsumptionHeader,
  mergeConsumptions,
} from '../../../../src/runtime/watching/consumption-counts.ts'
import { anyConsumption } from '../../../support/watching/arbitrary-events.ts'
import { aConsumption } from '../../../support/watching/consumption-documents.ts'
import { aBatch, aFinished, aJob, aPlace } from '../../../support/watching/runtime-events.ts'

const header: ConsumptionHeader = {
  ...{ generatedBy: 'pstool 1.2.3', group: 'g', segments: null, ended: 'end' },
}

describe('ConsumptionCounts', () => {
  it('counts what ended well, what failed, and what was given up', () => {
    const { observe, ...counts } = withEvents(({ observe }) => {
      const letter = { ...aPlace, offset: 3, attempts: 2, error: 'no', at: 9 }
      observe('batch.polled', aBatch({ dropped: 4 }))
      observe('job.started', aJob())
      observe('job.finished', aFinished({ messages: 9, done: 7 }))
      observe('job.started', aJob())
      observe('job.finished', aFinished({ ok: false, messages: 3 }))
      observe('partition.paused', {
        ...{ ...aPlace, reason: 'failure', offset: 7, ms: 1, attempt: 1, at: 8 },
      })
      observe('partition.paused', {
        ...{ ...aPlace, reason: 'dead-letter', offset: 7, ms: 1, attempt: 1, at: 8 },
      })
      observe('partition.collapsed', { ...aPlace, until: 9, reason: 'failure', at: 8 })
      observe('dead-letter.dispatched', { ...letter, deadLetterTopic: 'dead' })
      observe('dead-letter.dispatched', { ...letter, deadLetterTopic: null })
      observe('offset.committed', { ...aPlace, offset: 10, metadata: '', at: 9 })
      const about = { group: 'g', segmentId: null, at: 9 }
      observe('error.occurred', { type: 'source.error', error: new Error('first'), ...about })
      observe('error.occurred', { type: 'source.error', error: 'second', ...about })
    })
    expect(counts).toMatchObject({ running: 0, messages: 7, failedJobs: 1 })
    expect(counts.document).toEqual({
      ...{ kind: 'consumption', version: 1, ...header },
      ...{ messages: 7, dropped: 4, batches: 1, jobs: 2, failedJobs: 1, retries: 1 },
      ...{ collapses: 1, commits: 1, deadLetters: 1, skipped: 1, restarts: 0 },
      errors: [{ type: 'source.error', count: 2, first: 'first' }],
      partitions: [{ ...aPlace, messages: 7, committed: '10', lag: 15 }],
    })
  })

  it('has the lag of partitions that are ours, and keeps what became of the others', () => {
    const counts = new ConsumptionCounts()
    counts.observe('partition.assigned', { ...aPlace, position: 2, at: 1 })
    expect(counts.hasPartitions).toBe(true)
    expect(counts.lag).toBe(0)
    counts.observe('batch.polled', aBatch({ next: 10, end: 25 }))
    counts.observe('batch.polled', aBatch({ partition: 1, next: 5, end: 6 }))
    expect(counts.lag).toBe(23 + 6)
    counts.observe('offset.committed', { ...aPlace, offset: 9, metadata: '', at: 2 })
    expect(counts.lag).toBe(16 + 6)
    counts.observe('partition.revoked', { ...aPlace, reason: 'lost', at: 2 })
    expect(counts.lag).toBe(6)
    expect(counts.document(header).partitions).toMatchObject([
      { partition: 0, committed: '9', lag: 16 },
      { partition: 1, committed: null, lag: null },
    ])
  })
})

describe('mergeConsumptions', () => {
  it('adds up, joins errors of one type, and says how often processes were started again', () => {
    const other = aConsumption({
      errors: [
        { type: 'source.error', count: 1, first: 'gone' },
        { type: 'consumer.consume.error', count: 2, first: 'another' },
      ],
    })
    const merged = mergeConsumptions([aConsumption(), other], { ...header, restarts: 3 })
    expect(merged).toMatchObject({ messages: 5994, jobs: 122, deadLetters: 2, restarts: 3 })
    expect(merged.errors).toEqual([
      { type: 'consumer.consume.error', count: 6, first: 'no such user' },
      { type: 'source.error', count: 1, first: 'gone' },
    ])
    expect(merged.partitions.map(({ group }) => group)).toEqual([
      ...['analytics-parallel-0', 'analytics-parallel-0'],
      ...['analytics-parallel-1', 'analytics-parallel-1'],
    ])
  })

  it('does not depend on the order of processes, but for whose error text comes first', () => {
    const texts = ({ errors }: { errors: readonly { type: string; count: number }[] }) =>
      errors.map(({ type, count }) => ({ type, count }))
    fc.assert(
      fc.property(anyConsumption, anyConsumption, (a, b) => {
        const one = mergeConsumptions([a, b], { ...header, restarts: 0 })
        const two = mergeConsumptions([b, a], { ...header, restarts: 0 })
        expect({ ...one, errors: texts(one), partitions: [] }).toEqual({
          ...{ ...two, errors: texts(two), partitions: [] },
        })
      }),
      { numRuns: 50 },
    )
  })
})

function withEvents(tell: (counts: ConsumptionCounts) => void) {
  const counts = new ConsumptionCounts()
  tell(counts)
  const { running, messages, failedJobs, observe } = counts
  return { running, messages, failedJobs, observe, document: counts.document(header) }
}
